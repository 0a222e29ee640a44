// What the engine would do with one person, found out by reads alone: what `plan` shows, and what the steps
// `resolve` and `account` go by. One code for both, so that a plan and what then happens cannot differ.
//
// Engine thread only. Refused is said of what will not be done until somebody mends it; every other outcome
// that is not done passes by itself.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/engine/mailbox_door.hpp"
#include "core/engine/matcher.hpp"
#include "core/engine/ports/directory.hpp"
#include "core/engine/tenant_door.hpp"
#include "core/model/job.hpp"

namespace uplift::engine {

// ---- step resolve ----------------------------------------------------------------------------------

// The one person meant, and what the profile makes of them. `state` is that of the step: done (then there is
// a plan), skipped or failed (then there is a fault).
struct Resolution {
    StepState state = StepState::done;
    std::optional<Fault> fault;
    std::optional<ResolvedPerson> person;
    std::optional<PlannedAccount> plan;
};
// Pure. `given` has at least one identity; the first found the people.
Resolution resolution_of(const Profile& profile,
                         const std::vector<Identity>& given,
                         const Overrides& overrides,
                         const std::vector<FoundPerson>& found);

// ---- step account, before its first write ----------------------------------------------------------

// What the plan asks of the tenant, as the tenant has it.
struct PlanNeeds {
    std::vector<AssignedLicense> licenses;
    std::vector<Group> groups;
    std::vector<StepKind> tasks;  // delayed ones, each of which can succeed
};
// `plan` outlives the call.
boost::asio::awaitable<Outcome<PlanNeeds>> check_plan(TenantDoor& tenant,
                                                      MailboxDoor& mailboxes,
                                                      const PlannedAccount& plan);

// The match ladder: by name and by anchor, then by the anchor in the recycle bin. (Who holds the name as an
// address is asked by find_hinderer: a create meets them anyway, and is refused without an effect.)
struct Matched {
    Judgement judgement;
    Account account;
};
// Nobody: the value is empty. An account that may be adopted holds no directory role. `plan` and what
// `memory` points to outlive the call.
using Match = std::optional<Matched>;
boost::asio::awaitable<Outcome<Match>> find_match(TenantDoor& tenant,
                                                  const PlannedAccount& plan,
                                                  MatchMemory memory);
// The same for one account by its id; nobody where it is not there (any more) or unrelated.
boost::asio::awaitable<Outcome<Match>> match_by_id(TenantDoor& tenant,
                                                   const PlannedAccount& plan,
                                                   MatchMemory memory,
                                                   ObjectId id);
// The person's account in the recycle bin.
boost::asio::awaitable<Outcome<std::optional<Account>>> find_in_bin(TenantDoor& tenant, Anchor anchor);
// Who holds the planned name as name, mail or proxy address.
boost::asio::awaitable<Outcome<std::optional<Holder>>> find_hinderer(TenantDoor& tenant, std::string upn);

// ---- the whole of it -------------------------------------------------------------------------------

enum class PlanAction : std::uint8_t { create, adopt, continue_, skip, refuse };
std::string_view word(PlanAction action);  // continue_ is shown as "continue"
inline constexpr std::size_t plan_action_count = 5;

struct PersonPlan {
    PlanAction action = PlanAction::create;
    std::optional<Fault> fault;  // of skip and refuse
    std::optional<ResolvedPerson> person;
    std::optional<PlannedAccount> plan;
    std::optional<Account> account;  // that is continued, adopted, or in the way
    std::optional<Holder> holder;    // of the planned name
    PlanNeeds needs;                 // of everybody who is not skipped or refused
    std::vector<AssignedLicense> licenses_to_give;
    std::vector<Group> groups_to_join;
    bool manager_to_link = false;
    std::vector<StepKind> tasks_to_do;
    // Writes to the tenant and to Exchange.
    [[nodiscard]] std::size_t changes() const;
};

struct PlanDoors {
    Directory& directory;
    TenantDoor& tenant;
    MailboxDoor& mailboxes;
};
// `profile` and `row` outlive the call. Done also of who is skipped or refused.
boost::asio::awaitable<Outcome<PersonPlan>> plan_person(PlanDoors doors,
                                                        TimePoint deadline,
                                                        const Profile& profile,
                                                        const IntakeRow& row);

}  // namespace uplift::engine
