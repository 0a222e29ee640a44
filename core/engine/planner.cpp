#include "core/engine/planner.hpp"

#include <algorithm>
#include <array>

#include "core/engine/catalogue.hpp"
#include "core/engine/feasibility.hpp"
#include "core/engine/step_change.hpp"
#include "core/profile/plan_account.hpp"
#include "core/profile/verdict.hpp"
#include "core/text/ldap.hpp"

namespace uplift::engine {
namespace {

namespace asio = boost::asio;

Refused refused(const Fault& fault) {
    return Refused{.code = fault.code, .what = fault.what, .cure = fault.cure};
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool same_identity(const Identity& given, const Person& person) {
    switch (given.kind) {
        case IdentityKind::objectGUID: {
            const auto guid = parse_guid(given.value);
            return guid && *guid == person.object_guid;
        }
        case IdentityKind::userPrincipalName:
            return same_name(given.value, person.first("userPrincipalName"));
        case IdentityKind::sAMAccountName:
            return same_name(std::string_view(given.value).substr(given.value.find('\\') + 1),
                             person.first("sAMAccountName"));
        case IdentityKind::distinguishedName:
            return text::same_dn(given.value, person.distinguished_name);
    }
    return false;
}

// The one person meant by a row, or why there is none.
Result<FoundPerson> only_person(const std::vector<Identity>& given, const std::vector<FoundPerson>& found) {
    const auto& first = given.front();
    const std::string named = std::string(word(first.kind)) + " " + quoted(first.value);
    if (found.empty())
        return plain_fault(FaultCode::person_not_found, "nobody in the directory has " + named);
    if (found.size() > 1)
        return plain_fault(FaultCode::person_ambiguous, "several entries of the directory have " + named);
    for (const auto& other : given)
        if (!same_identity(other, found.front().person))
            return plain_fault(FaultCode::identities_disagree,
                               named + " is " + quoted(found.front().person.distinguished_name) + ", but " +
                                   std::string(word(other.kind)) + " " + quoted(other.value) + " is not");
    return found.front();
}

// What Exchange says of the delayed tasks. What it cannot say now is left to the tasks.
asio::awaitable<Outcome<Nothing>> check_mailbox_plan(TenantDoor& tenant,
                                                     MailboxDoor& mailboxes,
                                                     const PlannedAccount& plan,
                                                     MailboxRights rights) {
    Outcome<Nothing> fits = Done<Nothing>{};
    const auto no = [](const Fault& fault) -> Outcome<Nothing> { return refused(fault); };
    if (auto settings = check_mailbox_settings(plan, rights); !settings) co_return no(settings.error());
    if (!wants_mailbox(plan)) co_return fits;
    const auto cmdlets = co_await mailboxes.cmdlets();
    if (const auto* known = done_value(cmdlets))
        if (auto allowed = check_cmdlets(plan, *known); !allowed) co_return no(allowed.error());
    if (plan.aliases.empty()) co_return fits;
    const auto domains = co_await mailboxes.accepted_domains();
    if (const auto* known = done_value(domains))
        if (auto accepted = check_alias_domains(plan, *known); !accepted) co_return no(accepted.error());
    auto ask = [&tenant, &plan](TimePoint deadline) {
        return tenant.port().find_holders(plan.aliases, deadline);
    };
    const auto holders = co_await tenant.read<std::vector<Holder>>(ask);
    const auto* held = done_value(holders);
    if (held == nullptr) co_return without_value<Nothing>(holders);
    for (const auto& holder : *held) {
        // The person's own account may have it already: the match that follows tells whose it is.
        if (holder.kind == HolderKind::user && same_name(holder.name, plan.user_principal_name)) continue;
        co_return no(plain_fault(FaultCode::address_taken,
                                 std::string(word(holder.kind)) + " \"" + holder.name + "\" (id " +
                                     holder.id.value + ") holds a planned alias"));
    }
    co_return fits;
}

std::vector<StepKind> tasks_of(const PlannedAccount& plan, const std::vector<Group>& groups) {
    std::vector<StepKind> tasks;
    if (!plan.aliases.empty()) tasks.push_back(StepKind::alias);
    if (plan.litigation_hold) tasks.push_back(StepKind::litigation_hold);
    if (plan.archive) tasks.push_back(StepKind::archive);
    if (std::any_of(
            groups.begin(), groups.end(), [](const Group& group) { return is_exchange_group(group.kind); }))
        tasks.push_back(StepKind::distribution_groups);
    return tasks;
}

}  // namespace

Resolution resolution_of(const Profile& profile,
                         const std::vector<Identity>& given,
                         const Overrides& overrides,
                         const std::vector<FoundPerson>& found) {
    Resolution resolution;
    const auto end = [&](StepState state, Fault fault) {
        resolution.state = state;
        resolution.fault = std::move(fault);
        return resolution;
    };
    const auto person = only_person(given, found);
    if (!person) return end(StepState::failed, person.error());
    const auto& entry = person->person;
    resolution.person = ResolvedPerson{.object_guid = entry.object_guid,
                                       .distinguished_name = entry.distinguished_name,
                                       .user_principal_name = std::string(entry.first("userPrincipalName")),
                                       .sam_account_name = std::string(entry.first("sAMAccountName")),
                                       .read_from = entry.read_from};
    if (person->scope == Scope::excluded)
        return end(
            StepState::skipped,
            plain_fault(FaultCode::person_excluded, quoted(entry.distinguished_name) + " is excluded"));
    if (auto verdict = profile::verdict(profile, entry))
        return end(verdict->state == StepState::skipped ? StepState::skipped : StepState::failed,
                   verdict->fault);
    if (!person->anchor)
        return end(StepState::failed,
                   plain_fault(FaultCode::person_without_anchor,
                               quoted(entry.distinguished_name) + " has no value in the directory's anchor"));
    auto plan = profile::plan_account(profile, overrides, entry, *person->anchor);
    if (!plan) return end(StepState::failed, plan.error());
    resolution.plan = std::move(*plan);
    return resolution;
}

asio::awaitable<Outcome<PlanNeeds>> check_plan(TenantDoor& tenant,
                                               MailboxDoor& mailboxes,
                                               const PlannedAccount& plan) {
    const auto no = [](const Fault& fault) -> Outcome<PlanNeeds> { return refused(fault); };
    PlanNeeds needs;
    const auto domains = co_await tenant.domains();
    const auto* verified = done_value(domains);
    if (verified == nullptr) co_return without_value<PlanNeeds>(domains);
    if (auto fits = check_domain(plan.user_principal_name, *verified); !fits) co_return no(fits.error());
    MailboxRights rights;
    if (!plan.licenses.empty()) {
        const auto skus = co_await tenant.skus();
        const auto* known = done_value(skus);
        if (known == nullptr) co_return without_value<PlanNeeds>(skus);
        auto licenses = find_licenses(plan.licenses, *known);
        if (!licenses) co_return no(licenses.error());
        needs.licenses = std::move(*licenses);
        rights = mailbox_rights(needs.licenses, *known);
    }
    for (const auto& name : plan.groups) {
        const auto found = co_await tenant.groups(name);
        const auto* known = done_value(found);
        if (known == nullptr) co_return without_value<PlanNeeds>(found);
        auto group = only_group(name, *known);
        if (!group) co_return no(group.error());
        const auto same = [&](const Group& one) { return one.id == group->id; };
        if (std::none_of(needs.groups.begin(), needs.groups.end(), same))
            needs.groups.push_back(std::move(*group));
    }
    const auto mailbox = co_await check_mailbox_plan(tenant, mailboxes, plan, rights);
    if (done_value(mailbox) == nullptr) co_return without_value<PlanNeeds>(mailbox);
    needs.tasks = tasks_of(plan, needs.groups);
    Outcome<PlanNeeds> outcome = Done<PlanNeeds>{std::move(needs)};
    co_return outcome;
}

asio::awaitable<Outcome<Match>> match_by_id(TenantDoor& tenant,
                                            const PlannedAccount& plan,
                                            MatchMemory memory,
                                            ObjectId id) {
    Outcome<Match> nobody = Done<Match>{};
    auto get = [&tenant, &id](TimePoint deadline) { return tenant.port().get_account(id, deadline); };
    const auto outcome = co_await tenant.read<Account>(get);
    // A ghost of the index, or our own create that this replica has not seen: only the latter is waited for.
    if (std::holds_alternative<NotYet>(outcome) && !first_unsettled(memory.attempts)) co_return nobody;
    const auto* account = done_value(outcome);
    if (account == nullptr) co_return without_value<Match>(outcome);
    Matched matched{.judgement = judge(plan, *account, memory), .account = *account};
    if (std::holds_alternative<Unrelated>(matched.judgement)) co_return nobody;
    if (std::holds_alternative<Adoptable>(matched.judgement)) {
        auto ask = [&tenant, &id](TimePoint deadline) {
            return tenant.port().has_directory_role(id, deadline);
        };
        const auto roles = co_await tenant.read<bool>(ask);
        const auto* has_role = done_value(roles);
        if (has_role == nullptr) co_return without_value<Match>(roles);
        if (*has_role) matched.judgement = Theirs{has_roles_fault(*account)};
    }
    Outcome<Match> found = Done<Match>{std::move(matched)};
    co_return found;
}

asio::awaitable<Outcome<Match>> find_match(TenantDoor& tenant,
                                           const PlannedAccount& plan,
                                           MatchMemory memory) {
    auto ask_upn = [&tenant, &plan](TimePoint deadline) {
        return tenant.port().find_by_upn(plan.user_principal_name, deadline);
    };
    const auto by_upn = co_await tenant.read<std::optional<Account>>(ask_upn);
    const auto* named = done_value(by_upn);
    if (named == nullptr) co_return without_value<Match>(by_upn);
    auto ask_anchor = [&tenant, &plan](TimePoint deadline) {
        return tenant.port().find_by_anchor(plan.anchor, deadline);
    };
    const auto by_anchor = co_await tenant.read<std::vector<Account>>(ask_anchor);
    const auto* anchored = done_value(by_anchor);
    if (anchored == nullptr) co_return without_value<Match>(by_anchor);

    const auto id = candidate(plan, *named, *anchored);
    if (!id) {
        Outcome<Match> nobody = Done<Match>{};
        co_return nobody;
    }
    co_return co_await match_by_id(tenant, plan, memory, *id);
}

asio::awaitable<Outcome<std::optional<Account>>> find_in_bin(TenantDoor& tenant, Anchor anchor) {
    auto ask = [&tenant, &anchor](TimePoint deadline) {
        return tenant.port().find_deleted(anchor, deadline);
    };
    const auto outcome = co_await tenant.read<std::vector<Account>>(ask);
    const auto* deleted = done_value(outcome);
    if (deleted == nullptr) co_return without_value<std::optional<Account>>(outcome);
    std::optional<Account> found;
    for (const auto& account : *deleted)
        if (account.anchor == anchor) found = account;
    Outcome<std::optional<Account>> in_bin = Done<std::optional<Account>>{std::move(found)};
    co_return in_bin;
}

asio::awaitable<Outcome<std::optional<Holder>>> find_hinderer(TenantDoor& tenant, std::string upn) {
    auto ask = [&tenant, &upn](TimePoint deadline) {
        std::vector<std::string> values{upn};
        return tenant.port().find_holders(std::move(values), deadline);
    };
    const auto outcome = co_await tenant.read<std::vector<Holder>>(ask);
    const auto* holders = done_value(outcome);
    if (holders == nullptr) co_return without_value<std::optional<Holder>>(outcome);
    Outcome<std::optional<Holder>> found = Done<std::optional<Holder>>{hindering(*holders)};
    co_return found;
}

}  // namespace uplift::engine
