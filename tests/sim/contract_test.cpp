// The simulated directory and tenant keep the contracts of the real ones.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/sim/sim_directory.hpp"
#include "tests/sim/sim_tenant.hpp"
#include "tests/sim/virtual_clock.hpp"
#include "tests/unit/graph/tenant_contract.hpp"
#include "tests/unit/ldap/directory_contract.hpp"

namespace uplift::sim {

constexpr TimePoint start = std::chrono::sys_days{std::chrono::year{2026} / 12 / 1};

// Runs a call under virtual time, to its end.
template <class T>
T run_call(VirtualClock& clock, boost::asio::awaitable<T> call) {
    boost::asio::io_context io{1};
    std::optional<T> result;
    auto keep = [](boost::asio::awaitable<T> what, std::optional<T>& into) -> boost::asio::awaitable<void> {
        into = co_await std::move(what);
    };
    boost::asio::co_spawn(io, keep(std::move(call), result), boost::asio::detached);
    while (!result) {
        while (io.poll_one() > 0) {
        }
        io.restart();
        if (!result && !clock.advance()) break;
    }
    return std::move(*result);
}

class SimTenantWorld {
 public:
    SimTenantWorld() {
        const auto& content = test::contract_content();
        for (const auto& domain : content.domains) tenant_.put_domain(domain);
        for (const auto& sku : content.skus)
            tenant_.put_sku(Sku{.id = SkuId{sku.id},
                                .part_number = sku.part_number,
                                .product_name = {},
                                .owned = sku.seats,
                                .used = 0,
                                .plans = {}});
        for (const auto& group : content.groups)
            tenant_.put_group(Group{.id = GroupId{group.id},
                                    .display_name = group.name,
                                    .mail = group.mail,
                                    .kind = group.kind},
                              group.nickname);
    }
    engine::Tenant& tenant() { return tenant_; }
    ObjectId put_account(std::string upn, Anchor anchor) {
        return tenant_.put_account(std::move(upn), std::move(anchor), {});
    }
    TimePoint soon() { return clock_.now() + std::chrono::minutes{2}; }
    template <class T>
    T run(boost::asio::awaitable<T> call) {
        return run_call(clock_, std::move(call));
    }
    void settle() { clock_.pass(std::chrono::minutes{15}); }
    static bool unique_anchors() { return false; }

 private:
    VirtualClock clock_{start};
    Crash crash_{Seed{1}, 0};
    SimTenant tenant_{clock_, crash_, Faults::none(), Seed{1}};
};

class SimDirectoryWorld {
 public:
    using Found = Outcome<std::vector<engine::FoundPerson>>;

    void put(std::vector<engine::contract::DirectoryEntry> entries) {
        for (auto& entry : entries) {
            Person person;
            person.object_guid = *guid_from_octets(entry.attributes.at("objectGUID").front());
            person.distinguished_name = entry.dn();
            person.attributes = entry.attributes;
            person.attributes["objectClass"] = {"top", std::string(class_of(entry.kind))};
            const bool vendor = person.first("department") == "Vendors";
            directory_.put(std::move(person), vendor ? engine::Scope::excluded : engine::Scope::taken);
        }
    }
    Found find(Identity identity, std::vector<std::string> attributes, Duration time) {
        const auto before = clock_.now();
        auto found = run_call(
            clock_, directory_.find(std::move(identity), std::move(attributes), clock_.now() + time));
        took_ = clock_.now() - before;
        return found;
    }
    Outcome<Nothing> list(Selection selection,
                          std::vector<std::string> attributes,
                          engine::PageTaker taker,
                          Duration patience) {
        const auto before = clock_.now();
        auto outcome = run_call(
            clock_, directory_.list(std::move(selection), std::move(attributes), std::move(taker), patience));
        took_ = clock_.now() - before;
        return outcome;
    }
    Duration took() const { return took_; }
    void fall_silent() { directory_.away_until(TimePoint::max()); }

 private:
    static std::string_view class_of(engine::contract::EntryKind kind) {
        switch (kind) {
            case engine::contract::EntryKind::user:
                return "user";
            case engine::contract::EntryKind::computer:
                return "computer";
            case engine::contract::EntryKind::contact:
                return "contact";
            case engine::contract::EntryKind::group:
                return "group";
        }
        return "";
    }
    VirtualClock clock_{start};
    Crash crash_{Seed{1}, 0};
    SimDirectory directory_{clock_, crash_, 0, Seed{1}};
    Duration took_{};
};

}  // namespace uplift::sim

namespace uplift::test {
INSTANTIATE_TYPED_TEST_SUITE_P(Simulated, TenantContract, sim::SimTenantWorld);
}
namespace uplift::engine::contract {
INSTANTIATE_TYPED_TEST_SUITE_P(Simulated, DirectoryContract, sim::SimDirectoryWorld);
}
