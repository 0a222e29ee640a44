// resolve: from an identity to a person, and from a person to a plan that never changes again.
#include <algorithm>

#include "core/engine/planner.hpp"
#include "core/engine/retry.hpp"
#include "core/engine/step_change.hpp"
#include "core/engine/steps/steps.hpp"
#include "core/profile/attributes_needed.hpp"

namespace uplift::engine::steps {
namespace {

// A directory rests without holding up the tenant's other work, so whoever needs it looks again by then: a
// reload that mends it is noticed.
constexpr Duration longest_look_away = std::chrono::seconds{60};

StepRecord decided(const StepPorts& ports, const StepTask& task, const std::vector<FoundPerson>& found) {
    const auto now = ports.clock.now();
    const auto& enrollment = task.enrollment;
    auto resolution = resolution_of(ports.job->profile, enrollment.given, enrollment.overrides, found);
    auto record = step_done(task, now);
    if (resolution.state == StepState::skipped)
        record = step_skipped(task, now, std::move(resolution.fault));
    else if (resolution.state == StepState::failed)
        record = step_failed(task, now, std::move(*resolution.fault));
    else
        record.claims_person = StepRecord::Person::claim;
    record.person = std::move(resolution.person);
    record.plan = std::move(resolution.plan);
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
