// resolve: from an identity to a person, and from a person to a plan that never changes again.
#include <algorithm>

#include "core/engine/catalogue.hpp"
#include "core/engine/retry.hpp"
#include "core/engine/step_change.hpp"
#include "core/engine/steps/steps.hpp"
#include "core/profile/attributes_needed.hpp"
#include "core/profile/plan_account.hpp"
#include "core/profile/verdict.hpp"
#include "core/text/ldap.hpp"

namespace uplift::engine::steps {
namespace {

// A directory rests without holding up the tenant's other work, so whoever needs it looks again by then: a
// reload that mends it is noticed.
constexpr Duration longest_look_away = std::chrono::seconds{60};

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
Result<FoundPerson> only_person(const Enrollment& enrollment, const std::vector<FoundPerson>& found) {
    const auto& first = enrollment.given.front();
    const std::string named = std::string(word(first.kind)) + " " + quoted(first.value);
    if (found.empty())
        return plain_fault(FaultCode::person_not_found, "nobody in the directory has " + named);
    if (found.size() > 1)
        return plain_fault(FaultCode::person_ambiguous, "several entries of the directory have " + named);
    for (const auto& other : enrollment.given)
        if (!same_identity(other, found.front().person))
            return plain_fault(FaultCode::identities_disagree,
                               named + " is " + quoted(found.front().person.distinguished_name) + ", but " +
                                   std::string(word(other.kind)) + " " + quoted(other.value) + " is not");
    return found.front();
}

StepRecord decided(const StepPorts& ports, const StepTask& task, const std::vector<FoundPerson>& found) {
    const auto now = ports.clock.now();
    const auto& profile = ports.job->profile;
    const auto person = only_person(task.enrollment, found);
    if (!person) return step_failed(task, now, person.error());
    const auto& entry = person->person;

    ResolvedPerson resolved{.object_guid = entry.object_guid,
                            .distinguished_name = entry.distinguished_name,
                            .user_principal_name = std::string(entry.first("userPrincipalName")),
                            .sam_account_name = std::string(entry.first("sAMAccountName")),
                            .read_from = entry.read_from};
    if (person->scope == Scope::excluded) {
        auto record = step_skipped(
            task,
            now,
            plain_fault(FaultCode::person_excluded, quoted(entry.distinguished_name) + " is excluded"));
        record.person = std::move(resolved);
        return record;
    }
    if (auto verdict = profile::verdict(profile, entry)) {
        auto record = verdict->state == StepState::skipped ? step_skipped(task, now, verdict->fault)
                                                           : step_failed(task, now, verdict->fault);
        record.person = std::move(resolved);
        return record;
    }
    if (!person->anchor) {
        auto record = step_failed(
            task,
            now,
            plain_fault(FaultCode::person_without_anchor,
                        quoted(entry.distinguished_name) + " has no value in the directory's anchor"));
        record.person = std::move(resolved);
        return record;
    }
    auto plan = profile::plan_account(profile, task.enrollment.overrides, entry, *person->anchor);
    if (!plan) {
        auto record = step_failed(task, now, plan.error());
        record.person = std::move(resolved);
        return record;
    }
    auto record = step_done(task, now);
    record.person = std::move(resolved);
    record.plan = std::move(*plan);
    record.claims_person = StepRecord::Person::claim;
    return record;
}

}  // namespace

StepResult resolve(StepPorts ports, StepTask task) {
    const auto now = ports.clock.now();
    const auto resting = ports.directory.rest();
    if (resting.now_resting(now))
        co_return step_later(
            task, now, std::min(*resting.until(), now + longest_look_away), *resting.fault());

    Identity identity = task.enrollment.given.front();
    auto attributes = profile::attributes_needed(ports.job->profile, task.enrollment.overrides);
    auto outcome = co_await ports.directory.port().find(
        std::move(identity), std::move(attributes), ports.directory.deadline());
    ports.directory.saw(outcome);
    if (const auto* found = done_value(outcome)) co_return decided(ports, task, *found);
    const auto wait = backoff(task.step.tries, ports.entropy.next_u64());
    const auto rest = std::min(ports.directory.rest().until().value_or(ports.clock.now() + wait),
                               ports.clock.now() + longest_look_away);
    co_return after_trouble(
        task, outcome, ports.clock.now(), rest, wait, most_write_tries, FaultCode::directory_too_long);
}

}  // namespace uplift::engine::steps
