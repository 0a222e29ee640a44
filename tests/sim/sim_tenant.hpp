// SimTenant: a small Microsoft 365 tenant with rules, seen through a bad network.
//
// Uniqueness is judged when a write is applied; reads are stale; replies get lost, late and doubled. It
// outlives the engine's crashes. What was applied is counted, for the checker.
#pragma once

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
};

class SimTenant : public engine::Tenant {
 public:
    SimTenant(engine::Clock& clock, Crash& crash, Faults faults, Seed seed)
        : clock_(clock), crash_(crash), faults_(faults), chance_(seed) {}

    // ---- the world's side --------------------------------------------------------------------------
    ObjectId put_account(std::string upn, Anchor anchor, std::string usage_location = "DE");
    void put_sku(Sku sku) { skus_.push_back(std::move(sku)); }
    void put_group(Group group, std::string nickname = {}) {
        groups_.push_back(std::move(group));
        nicknames_.push_back(std::move(nickname));
    }
    void put_domain(Domain domain) { domains_.push_back(std::move(domain)); }
    void settle_all();  // everything late is applied
    [[nodiscard]] const std::vector<SimAccount>& accounts() const { return accounts_; }
    [[nodiscard]] const SimAccount* account(const ObjectId& id) const;
    [[nodiscard]] std::vector<const SimAccount*> accounts_with(const Anchor& anchor) const;
    // Effects that were applied although they were there already.
    [[nodiscard]] std::int64_t repeated_effects() const { return repeated_effects_; }
    [[nodiscard]] std::int64_t calls() const { return calls_; }
    [[nodiscard]] std::int64_t writes() const { return writes_; }
    // Requests that came in before the end of a Retry-After.
    [[nodiscard]] std::int64_t inside_retry_after() const { return inside_retry_after_; }
    void calm() { faults_ = Faults::none(); }

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

 private:
    // What luck does to one write.
    enum class Fate : std::uint8_t {
        fine,
        lost_before,
        lost_after,
        applied_late,
        doubled,
        throttled,
        not_sent
    };
    struct LateCreate {
        TimePoint at;
        PlannedAccount plan;
        std::string password;
    };

    Fate draw_fate();
    boost::asio::awaitable<void> travel();
    boost::asio::awaitable<std::optional<NotSent>> before_read();
    Throttled throttle();
    Outcome<ObjectId> apply_create(const PlannedAccount& plan, std::string_view password);
    Outcome<Nothing> apply_licenses(const ObjectId& id, const std::vector<AssignedLicense>& licenses);
    Outcome<Nothing> apply_member(const ObjectId& id, const GroupId& group);
    Outcome<Nothing> apply_location(const ObjectId& id, const std::string& usage_location);
    template <class Apply>
    boost::asio::awaitable<Outcome<Nothing>> write(Apply apply, TimePoint deadline);
    std::string new_id();
    SimAccount* find(const ObjectId& id);
    void apply_what_is_late();
    std::string upn_now(const SimAccount& account) const;

    engine::Clock& clock_;
    Crash& crash_;
    Faults faults_;
    Chance chance_;
    std::vector<SimAccount> accounts_;
    std::unordered_map<std::string, std::size_t> by_id_, by_upn_;
    std::unordered_multimap<std::string, std::size_t> by_anchor_;
    std::vector<LateCreate> late_;
    std::vector<Sku> skus_;
    std::vector<Group> groups_;
    std::vector<std::string> nicknames_;  // of the group at the same place
    std::vector<Domain> domains_;
    TimePoint held_until_{};
    std::int64_t repeated_effects_ = 0, calls_ = 0, writes_ = 0, inside_retry_after_ = 0;
};

}  // namespace uplift::sim
