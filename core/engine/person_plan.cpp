// plan_person: the reads of the steps in their order, and what they come to for one person.
#include <algorithm>
#include <array>

#include "core/engine/catalogue.hpp"
#include "core/engine/license_change.hpp"
#include "core/engine/planner.hpp"
#include "core/profile/attributes_needed.hpp"

namespace uplift::engine {
namespace {

namespace asio = boost::asio;

Fault fault_of(const Refused& refused) {
    return Fault{.code = refused.code, .where = {}, .what = refused.what, .cure = refused.cure};
}

PersonPlan refuse(PersonPlan plan, Fault fault) {
    plan.action = PlanAction::refuse;
    plan.fault = std::move(fault);
    return plan;
}

// What an account that was there before has already. Nothing of it: trouble.
asio::awaitable<Outcome<Nothing>> subtract_present(PlanDoors doors, PersonPlan& person) {
    Outcome<Nothing> all_read = Done<Nothing>{};
    auto& tenant = doors.tenant;
    const auto id = person.account->id;
    if (!person.needs.licenses.empty()) {
        auto ask = [&tenant, &id](TimePoint deadline) { return tenant.port().get_licenses(id, deadline); };
        const auto outcome = co_await tenant.read<std::vector<AssignedLicense>>(ask);
        const auto* present = done_value(outcome);
        if (present == nullptr) co_return without_value<Nothing>(outcome);
        person.licenses_to_give = license_change(person.needs.licenses, *present).missing;
    }
    if (!person.needs.groups.empty()) {
        auto ask = [&tenant, &id](TimePoint deadline) { return tenant.port().get_memberships(id, deadline); };
        const auto outcome = co_await tenant.read<std::vector<GroupId>>(ask);
        const auto* present = done_value(outcome);
        if (present == nullptr) co_return without_value<Nothing>(outcome);
        const auto is_member = [&](const Group& group) {
            return std::find(present->begin(), present->end(), group.id) != present->end();
        };
        std::erase_if(person.groups_to_join, is_member);
        const auto& groups = person.needs.groups;
        const bool lacks_list = std::any_of(groups.begin(), groups.end(), [&](const Group& group) {
            return is_exchange_group(group.kind) && !is_member(group);
        });
        if (!lacks_list) std::erase(person.tasks_to_do, StepKind::distribution_groups);
    }
    if (person.manager_to_link) {
        auto ask = [&tenant, &id](TimePoint deadline) { return tenant.port().get_manager(id, deadline); };
        const auto outcome = co_await tenant.read<std::optional<ObjectId>>(ask);
        const auto* present = done_value(outcome);
        if (present == nullptr) co_return without_value<Nothing>(outcome);
        // Another one that somebody chose is left.
        person.manager_to_link = !present->has_value();
    }
    const auto& plan = *person.plan;
    if (plan.aliases.empty() && !plan.litigation_hold && !plan.archive) co_return all_read;
    auto get = [&doors, &id](TimePoint deadline) { return doors.mailboxes.port().get(id, deadline); };
    const auto outcome = co_await doors.mailboxes.read<Mailbox>(get);
    const auto* mailbox = done_value(outcome);
    // There is none yet, or Exchange cannot say: all of it is still to be done.
    if (mailbox == nullptr) co_return all_read;
    const auto has_alias = [&](const std::string& alias) {
        return std::any_of(mailbox->addresses.begin(),
                           mailbox->addresses.end(),
                           [&](const std::string& address) { return same_name(address, alias); });
    };
    if (std::all_of(plan.aliases.begin(), plan.aliases.end(), has_alias))
        std::erase(person.tasks_to_do, StepKind::alias);
    if (mailbox->hold) std::erase(person.tasks_to_do, StepKind::litigation_hold);
    if (mailbox->has_archive) std::erase(person.tasks_to_do, StepKind::archive);
    co_return all_read;
}

// The manager has an account to link to. One that is made by the same job is linked later, and is not seen
// here.
asio::awaitable<Outcome<bool>> manager_is_there(PlanDoors doors, TimePoint deadline, std::string dn) {
    Outcome<bool> no = Done<bool>{false};
    if (dn.empty()) co_return no;
    Identity identity{IdentityKind::distinguishedName, std::move(dn)};
    std::vector<std::string> attributes{"userPrincipalName"};
    const auto outcome = co_await doors.directory.find(std::move(identity), std::move(attributes), deadline);
    const auto* people = done_value(outcome);
    if (people == nullptr) co_return without_value<bool>(outcome);
    if (people->size() != 1 || !people->front().anchor) co_return no;
    const auto anchor = *people->front().anchor;
    auto& tenant = doors.tenant;
    auto ask = [&tenant, &anchor](TimePoint until) { return tenant.port().find_by_anchor(anchor, until); };
    const auto accounts = co_await tenant.read<std::vector<Account>>(ask);
    const auto* known = done_value(accounts);
    if (known == nullptr) co_return without_value<bool>(accounts);
    Outcome<bool> there = Done<bool>{std::any_of(
        known->begin(), known->end(), [&](const Account& account) { return account.anchor == anchor; })};
    co_return there;
}

// Who is there already, in the way, or free to be made.
asio::awaitable<Outcome<Nothing>> decide_action(PlanDoors doors, const Profile& profile, PersonPlan& person) {
    Outcome<Nothing> decided = Done<Nothing>{};
    const auto& plan = *person.plan;
    const MatchMemory memory{.existing = profile.existing};
    const auto outcome = co_await find_match(doors.tenant, plan, memory);
    const auto* match_found = done_value(outcome);
    if (match_found == nullptr) co_return without_value<Nothing>(outcome);
    if (*match_found) {
        const auto& matched = **match_found;
        person.account = matched.account;
        match(
            matched.judgement,
            [&](const Ours&) { person.action = PlanAction::continue_; },
            [&](const Adoptable&) { person.action = PlanAction::adopt; },
            [&](const Theirs& theirs) { person = refuse(std::move(person), theirs.fault); },
            [](const Unrelated&) {});
        if (person.action == PlanAction::refuse)
            person.holder = Holder{.id = matched.account.id,
                                   .kind = HolderKind::user,
                                   .name = matched.account.user_principal_name};
        co_return decided;
    }
    const auto bin = co_await find_in_bin(doors.tenant, plan.anchor);
    const auto* deleted = done_value(bin);
    if (deleted == nullptr) co_return without_value<Nothing>(bin);
    if (*deleted) {
        person.account = **deleted;
        person.holder = Holder{
            .id = (*deleted)->id, .kind = HolderKind::deleted_user, .name = (*deleted)->user_principal_name};
        person = refuse(std::move(person), deleted_fault(**deleted));
        co_return decided;
    }
    const auto held = co_await find_hinderer(doors.tenant, plan.user_principal_name);
    const auto* holder = done_value(held);
    if (holder == nullptr) co_return without_value<Nothing>(held);
    if (!*holder) co_return decided;
    person.holder = **holder;
    const Conflict conflict{.holder = (*holder)->id, .property = "proxyAddresses"};
    person = refuse(std::move(person), conflict_fault(plan, conflict, *holder));
    co_return decided;
}

}  // namespace

std::string_view word(PlanAction action) {
    constexpr std::array<std::string_view, plan_action_count> words{
        "create", "adopt", "continue", "skip", "refuse"};
    return words.at(static_cast<std::size_t>(action));
}

std::size_t PersonPlan::changes() const {
    if (action == PlanAction::skip || action == PlanAction::refuse) return 0;
    const bool own_write = action == PlanAction::create || action == PlanAction::adopt;
    return (own_write ? 1 : 0) + (licenses_to_give.empty() ? 0 : 1) + groups_to_join.size() +
           (manager_to_link ? 1 : 0) + tasks_to_do.size();
}

asio::awaitable<Outcome<PersonPlan>> plan_person(PlanDoors doors,
                                                 TimePoint deadline,
                                                 const Profile& profile,
                                                 const IntakeRow& row) {
    const auto done = [](PersonPlan plan) -> Outcome<PersonPlan> {
        return Done<PersonPlan>{std::move(plan)};
    };
    PersonPlan person;
    // Who is refused by a read would fail in the engine's step as well.
    const auto not_done = [&](const auto& outcome) -> Outcome<PersonPlan> {
        if (const auto* refused = std::get_if<Refused>(&outcome))
            return Done<PersonPlan>{refuse(person, fault_of(*refused))};
        return without_value<PersonPlan>(outcome);
    };
    Identity identity = row.given.front();
    auto attributes = profile::attributes_needed(profile, row.overrides);
    const auto found = co_await doors.directory.find(std::move(identity), std::move(attributes), deadline);
    const auto* people = done_value(found);
    if (people == nullptr) co_return not_done(found);
    auto resolution = resolution_of(profile, row.given, row.overrides, *people);
    person.person = std::move(resolution.person);
    if (resolution.state != StepState::done) {
        person.action = resolution.state == StepState::skipped ? PlanAction::skip : PlanAction::refuse;
        person.fault = std::move(resolution.fault);
        co_return done(std::move(person));
    }
    person.plan = std::move(resolution.plan);

    const auto needs = co_await check_plan(doors.tenant, doors.mailboxes, *person.plan);
    const auto* fitting = done_value(needs);
    if (fitting == nullptr) co_return not_done(needs);
    person.needs = *fitting;
    const auto decided = co_await decide_action(doors, profile, person);
    if (done_value(decided) == nullptr) co_return not_done(decided);
    if (person.action == PlanAction::refuse) co_return done(std::move(person));

    person.licenses_to_give = person.needs.licenses;
    for (const auto& group : person.needs.groups)
        if (!is_exchange_group(group.kind)) person.groups_to_join.push_back(group);
    person.tasks_to_do = person.needs.tasks;
    const auto manager = co_await manager_is_there(doors, deadline, person.plan->manager);
    const auto* linked = done_value(manager);
    if (linked == nullptr) co_return not_done(manager);
    person.manager_to_link = *linked;
    if (person.action == PlanAction::create) co_return done(std::move(person));
    const auto present = co_await subtract_present(doors, person);
    if (done_value(present) == nullptr) co_return not_done(present);
    co_return done(std::move(person));
}

}  // namespace uplift::engine
