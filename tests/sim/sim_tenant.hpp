// SimTenant: a small Microsoft 365 tenant with rules, seen through a bad network.
//
// Uniqueness is judged when a write is applied; reads are stale; replies get lost, late and doubled. It
// outlives the engine's crashes. What was applied is counted, for the checker.
//
// sim_tenant.cpp: the world's side and the create; sim_tenant_reads.cpp, sim_tenant_writes.cpp: the port.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/tenant.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/crash.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/folded.hpp"
#include "tests/sim/wire.hpp"

namespace uplift::sim {

enum class MadeBy : std::uint8_t { stranger, uplift };

struct SimAccount {
    Account account;
    std::string password;
    MadeBy made_by = MadeBy::stranger;
    // Replicas show the account, and a rename, only after these moments.
    TimePoint seen_by_id, seen_by_name, seen_by_anchor;
    struct Rename {
        TimePoint at;
        std::string upn;
    };
    std::optional<Rename> rename;
    std::map<SkuId, AssignedLicense> licenses;
    std::set<GroupId> groups;
    TimePoint licenses_seen, groups_seen;
    std::map<SkuId, AssignedLicense> licenses_before;
    std::set<GroupId> groups_before;
    std::map<std::string, std::string> properties;  // those that were patched
    std::optional<ObjectId> manager, manager_before;
    TimePoint manager_seen;
    AccountUse use;
    bool has_role = false;
    std::optional<TimePoint> deleted_at;  // in the recycle bin since
};

// Somebody outside the directory of users who holds an address: a mail contact.
struct SimContact {
    ObjectId id;
    std::string mail;
};

Refused refusal(FaultCode code);

class SimTenant : public engine::Tenant {
 public:
    SimTenant(engine::Clock& clock, Crash& crash, Faults faults, Seed seed)
        : clock_(clock),
          crash_(crash),
          chance_(seed),
          late_luck_(Seed{seed.value + 1'000'003}),
          wire_(clock, crash, faults, chance_) {}

    // ---- the world's side --------------------------------------------------------------------------
    ObjectId put_account(std::string upn, Anchor anchor, std::string usage_location = "DE");
    void put_sku(Sku sku) { skus_.push_back(std::move(sku)); }
    void put_group(Group group, std::string nickname = {}) {
        groups_.push_back(std::move(group));
        nicknames_.push_back(std::move(nickname));
    }
    void put_domain(Domain domain) { domains_.push_back(std::move(domain)); }
    void put_contact(SimContact contact) { contacts_.push_back(std::move(contact)); }
    // Exchange's addresses flow back to the directory.
    void put_address(std::string address, const ObjectId& id) {
        addresses_.insert_or_assign(folded(address), id);
    }
    void give_role(const ObjectId& id) { find(id)->has_role = true; }
    void put_licence(const ObjectId& id, const AssignedLicense& license);  // by hand, or by a group
    void put_in_group(const ObjectId& id, const GroupId& group);
    void put_use(const ObjectId& id, AccountUse use) { find(id)->use = use; }
    void delete_by_hand(const ObjectId& id);
    void buy_seats(const SkuId& sku, std::int64_t seats);
    void stranger_takes_seats(const SkuId& sku, std::int64_t seats);
    [[nodiscard]] const std::vector<Sku>& skus() const { return skus_; }
    void settle_all() { wire_.settle(); }  // everything late is applied
    // An account was given a licence that it did not have.
    std::function<void(const SimAccount&)> on_licensed;
    [[nodiscard]] const std::vector<SimAccount>& accounts() const { return accounts_; }
    [[nodiscard]] const SimAccount* account(const ObjectId& id) const;
    [[nodiscard]] std::vector<const SimAccount*> accounts_with(const Anchor& anchor) const;
    // Effects that were applied although they were there already.
    [[nodiscard]] std::int64_t repeated_effects() const { return repeated_effects_; }
    // Times that a seat was asked for of which there was none.
    [[nodiscard]] std::int64_t seats_refused() const { return seats_refused_; }
    // Of those, the ones that no stranger can be blamed for.
    [[nodiscard]] std::int64_t seats_overpromised() const { return seats_overpromised_; }
    // An anchor written over another: somebody's account was taken from them.
    [[nodiscard]] std::int64_t anchors_overwritten() const { return anchors_overwritten_; }
    [[nodiscard]] std::int64_t calls() const { return wire_.calls(); }
    [[nodiscard]] std::int64_t writes() const { return wire_.writes(); }
    // Requests that came in before the end of a Retry-After.
    [[nodiscard]] std::int64_t inside_retry_after() const { return wire_.inside_retry_after(); }
    void calm() { wire_.calm(); }

    // ---- the port ----------------------------------------------------------------------------------
    boost::asio::awaitable<Outcome<std::optional<Account>>> find_by_upn(std::string upn,
                                                                        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Account>>> find_by_anchor(Anchor anchor,
                                                                         TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Account>> get_account(ObjectId id, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<AssignedLicense>>> get_licenses(ObjectId id,
                                                                               TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<GroupId>>> get_memberships(ObjectId id,
                                                                          TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Sku>>> get_skus(TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Domain>>> get_domains(TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Group>>> find_groups(std::string name,
                                                                    TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Holder>>> find_holders(std::vector<std::string> values,
                                                                      TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Account>>> find_deleted(Anchor anchor,
                                                                       TimePoint deadline) override;
    boost::asio::awaitable<Outcome<bool>> has_directory_role(ObjectId id, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::optional<ObjectId>>> get_manager(ObjectId id,
                                                                         TimePoint deadline) override;
    boost::asio::awaitable<Outcome<AccountUse>> get_use(ObjectId id, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<ObjectId>> create_user(const PlannedAccount& plan,
                                                          const Secret& password,
                                                          AttemptId attempt,
                                                          TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_usage_location(ObjectId id,
                                                                std::string usage_location,
                                                                AttemptId attempt,
                                                                TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> assign_licenses(ObjectId id,
                                                             std::vector<AssignedLicense> licenses,
                                                             AttemptId attempt,
                                                             TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> add_member(GroupId group,
                                                        ObjectId id,
                                                        AttemptId attempt,
                                                        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_anchor(ObjectId id,
                                                        Anchor anchor,
                                                        AttemptId attempt,
                                                        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_properties(
        ObjectId id,
        std::vector<std::pair<std::string, std::string>> properties,
        AttemptId attempt,
        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_manager(ObjectId id,
                                                         ObjectId manager,
                                                         AttemptId attempt,
                                                         TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> remove_manager(ObjectId id,
                                                            AttemptId attempt,
                                                            TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> remove_licenses(ObjectId id,
                                                             std::vector<SkuId> skus,
                                                             AttemptId attempt,
                                                             TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> remove_member(GroupId group,
                                                           ObjectId id,
                                                           AttemptId attempt,
                                                           TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> delete_user(ObjectId id,
                                                         AttemptId attempt,
                                                         TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> restore_user(ObjectId id,
                                                          AttemptId attempt,
                                                          TimePoint deadline) override;

 private:
    Outcome<ObjectId> apply_create(const PlannedAccount& plan, std::string_view password);
    Outcome<Nothing> apply_licenses(const ObjectId& id, const std::vector<AssignedLicense>& licenses);
    Outcome<Nothing> apply_member(const ObjectId& id, const GroupId& group);
    Outcome<Nothing> apply_location(const ObjectId& id, const std::string& usage_location);
    Outcome<Nothing> apply_anchor(const ObjectId& id, const Anchor& anchor);
    Outcome<Nothing> apply_manager(const ObjectId& id, const std::optional<ObjectId>& manager);
    Outcome<Nothing> apply_removal(const ObjectId& id, const std::vector<SkuId>& skus);
    Outcome<Nothing> apply_leave(const ObjectId& id, const GroupId& group);
    Outcome<Nothing> apply_delete(const ObjectId& id);
    Outcome<Nothing> apply_restore(const ObjectId& id);
    // One more or one fewer is used; the tenant shows it some time after.
    void count_seats(Sku& sku, std::int64_t more);
    Sku* find_sku(const SkuId& id);
    std::string new_id();
    // Live ones, whether or not a replica shows them.
    SimAccount* find(const ObjectId& id);
    // What reads and writes by id see.
    SimAccount* visible(const ObjectId& id);
    std::string upn_now(const SimAccount& account) const;
    Account shown(const SimAccount& account) const;

    struct UnseenSeats {
        TimePoint shown_at;
        SkuId sku;
        std::int64_t more = 0;
    };
    engine::Clock& clock_;
    Crash& crash_;
    Chance chance_;
    Chance late_luck_;  // of what came to the simulation later: older histories stay as they were
    Wire wire_;
    std::vector<SimAccount> accounts_;
    std::unordered_map<std::string, std::size_t> by_id_, by_upn_;
    std::unordered_multimap<std::string, std::size_t> by_anchor_;
    std::vector<Sku> skus_;
    std::vector<UnseenSeats> unseen_;
    std::vector<Group> groups_;
    std::vector<std::string> nicknames_;  // of the group at the same place
    std::vector<Domain> domains_;
    std::vector<SimContact> contacts_;
    std::map<std::string, ObjectId> addresses_;  // folded
    TimePoint stranger_took_seats_at_{};
    std::int64_t repeated_effects_ = 0, seats_refused_ = 0, seats_overpromised_ = 0, anchors_overwritten_ = 0;
};

}  // namespace uplift::sim
