#include "daemon/views.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/report/results.hpp"

namespace uplift::daemon {
namespace {

std::string in_words(const std::vector<Identity>& given) { return given.empty() ? "" : given.front().value; }

protocol::StepView view_of(const Step& step) {
    protocol::StepView view{.kind = std::string(word(step.kind)),
                            .state = step.state,
                            .waits_for = std::string(word(step.waits_for)),
                            .since = step.since,
                            .tries = step.tries};
    // A step that waits for an event is not due at a time; what waits for a time is never due at the epoch.
    if (step.state == StepState::waiting && step.due > TimePoint{}) view.next_try = step.due;
    if (step.fault) view.fault = protocol::view_of(*step.fault);
    return view;
}

protocol::AttemptView view_of(const Attempt& attempt) {
    return protocol::AttemptView{.id = attempt.id.value,
                                 .step = std::string(word(attempt.step)),
                                 .number = attempt.number,
                                 .call = attempt.call,
                                 .target = attempt.target,
                                 .sent_at = attempt.sent_at,
                                 .ended_at = attempt.ended_at,
                                 .result = std::string(word(attempt.result)),
                                 .note = attempt.note};
}

protocol::EventView view_of(const engine::AuditRow& row) {
    return protocol::EventView{.at = row.entry.at,
                               .actor = row.entry.actor.name,
                               .action = row.entry.action,
                               .target = row.entry.target,
                               .detail = row.entry.detail,
                               .request_id = row.entry.attempt ? row.entry.attempt->value : std::string()};
}

protocol::PlanView view_of(const PlannedAccount& plan) {
    protocol::PlanView view{.user_principal_name = plan.user_principal_name,
                            .display_name = plan.display_name,
                            .usage_location = plan.usage_location,
                            .anchor = plan.anchor.text()};
    for (const auto& license : plan.licenses) view.licenses.push_back(license.sku);
    view.groups = plan.groups;
    return view;
}

}  // namespace

protocol::Counts counts_of(const StateCounts& counts) {
    protocol::Counts view;
    for (std::size_t state = 0; state < counts.size(); ++state)
        if (counts[state] != 0) view[std::string(word(static_cast<StepState>(state)))] = counts[state];
    return view;
}

protocol::JobView view_of(const JobSummary& summary) {
    const auto& job = summary.job;
    protocol::JobView view{.id = to_string(job.id),
                           .state = summary.state,
                           .profile = job.profile.name.value,
                           .tenant = job.profile.tenant.value,
                           .label = job.label,
                           .source = job.source,
                           .submitter = {.uid = job.submitter.uid, .name = job.submitter.name},
                           .accepted_at = job.accepted_at,
                           .run_at = job.run_at,
                           .ended_at = job.ended_at,
                           .people = summary.people,
                           .enrollments = counts_of(summary.enrollments),
                           .steps = {},
                           .passwords_waiting = summary.passwords_waiting};
    for (std::size_t kind = 0; kind < summary.steps.size(); ++kind) {
        auto counts = counts_of(summary.steps[kind]);
        if (!counts.empty()) view.steps[std::string(word(static_cast<StepKind>(kind)))] = std::move(counts);
    }
    return view;
}

protocol::FailedView failed_view_of(const EnrollmentDetail& detail) {
    const auto& enrollment = detail.enrollment;
    protocol::FailedView view{
        .row = enrollment.row, .given = in_words(enrollment.given), .state = enrollment.state};
    if (enrollment.plan)
        view.user_principal_name = enrollment.plan->user_principal_name;
    else if (enrollment.person)
        view.user_principal_name = enrollment.person->user_principal_name;
    const auto failed = std::find_if(detail.steps.begin(), detail.steps.end(), [](const Step& step) {
        return step.state == StepState::failed;
    });
    if (failed != detail.steps.end()) view.step = word(failed->kind);
    if (const auto* fault = report::fault_of(detail)) view.fault = protocol::view_of(*fault);
    view.fault.person = view.user_principal_name.empty() ? view.given : view.user_principal_name;
    if (failed != detail.steps.end())
        for (const auto& attempt : detail.attempts)
            if (attempt.step == failed->kind) view.fault.request_id = attempt.id.value;
    return view;
}

std::string what_unblocks(const EnrollmentDetail& detail, const JobSummary& job) {
    const auto id = to_string(detail.enrollment.job);
    const auto state = detail.enrollment.state;
    if (state == StepState::done) return {};
    const auto* fault = report::fault_of(detail);
    if (state == StepState::failed)
        return (fault == nullptr ? std::string() : fault->cure + " ") + "Then `upliftctl job retry " + id +
               "`.";
    if (state == StepState::skipped) return fault == nullptr ? std::string() : fault->cure;
    if (state == StepState::cancelled) return "Submit the person again.";
    switch (job.state) {
        case JobState::paused:
            return "`upliftctl job resume " + id + "`.";
        case JobState::held:
            return "`upliftctl job approve " + id + "`.";
        case JobState::scheduled:
            return job.job.run_at ? "It begins at " + to_rfc3339(*job.job.run_at) + "." : std::string();
        default:
            break;
    }
    for (const auto& step : detail.steps) {
        if (step.state != StepState::waiting) continue;
        if (step.waits_for == WaitsFor::other_job) return "The end of the other job that has this person.";
        if (step.waits_for == WaitsFor::mailbox)
            return "Exchange Online makes the mailbox, mostly within an hour, at times within a day; "
                   "`upliftctl tasks --job " +
                   id + "` says how long it usually takes.";
        if (step.waits_for == WaitsFor::seat)
            return "A free seat of the licence: buy or free one; `upliftctl seats` says how many are "
                   "missing.";
        if (step.waits_for == WaitsFor::manager) return "The end of the manager's own enrollment.";
        if (step.waits_for == WaitsFor::operator_ && is_delayed_task(step.kind))
            return "`upliftctl task release " +
                   to_string(TaskId{.enrollment = detail.enrollment.id, .kind = step.kind}) + "`.";
        if (step.fault && !step.fault->cure.empty()) return step.fault->cure;
        return "Time: it is tried again by itself.";
    }
    return {};
}

protocol::WhyView why_view_of(const Story& story, std::size_t most) {
    const auto& [detail, job, events] = story;
    const auto& enrollment = detail.enrollment;
    protocol::WhyView view;
    view.job = to_string(enrollment.job);
    view.job_state = job.state;
    view.profile = job.job.profile.name.value;
    view.tenant = job.job.profile.tenant.value;
    view.row = enrollment.row;
    view.state = enrollment.state;
    for (const auto& given : enrollment.given)
        view.given.push_back({.kind = std::string(word(given.kind)), .value = given.value});
    view.accepted_at = job.job.accepted_at;
    view.ended_at = enrollment.ended_at;
    if (enrollment.person)
        view.found = protocol::FoundView{.object_guid = to_string(enrollment.person->object_guid),
                                         .distinguished_name = enrollment.person->distinguished_name,
                                         .user_principal_name = enrollment.person->user_principal_name,
                                         .read_from = enrollment.person->read_from};
    if (enrollment.plan) view.plan = view_of(*enrollment.plan);
    if (enrollment.intent) view.intent_at = enrollment.intent->at;
    if (enrollment.made)
        view.made =
            protocol::MadeView{.id = enrollment.made->id.value,
                               .origin = std::string(word(enrollment.made->origin)),
                               .evidence = enrollment.made->evidence == Evidence::reply ? "reply" : "look_up",
                               .at = enrollment.made->at};
    for (const auto& step : detail.steps) view.steps.push_back(view_of(step));
    const auto first = detail.attempts.size() - std::min(most, detail.attempts.size());
    for (std::size_t at = first; at < detail.attempts.size(); ++at)
        view.attempts.push_back(view_of(detail.attempts[at]));
    view.attempts_left_out = static_cast<std::int64_t>(first);
    for (auto at = events.size() - std::min(most, events.size()); at < events.size(); ++at)
        view.events.push_back(view_of(events[at]));
    view.unblocks = what_unblocks(detail, job);
    return view;
}

protocol::DoorView view_of(const engine::DoorStatus& door) {
    protocol::DoorView view{.name = door.name, .until = door.resting_until};
    if (!door.resting_because) {
        view.until.reset();
        return view;
    }
    view.health = protocol::Health::degraded;
    view.why = to_string(door.resting_because->code) + " " + door.resting_because->what + ". " +
               door.resting_because->cure;
    return view;
}

protocol::DoorView view_of(const engine::TenantStatus& tenant) {
    auto view = view_of(tenant.door);
    view.in_flight = static_cast<std::int64_t>(tenant.in_flight);
    view.steps_done = tenant.steps_ended;
    view.writes_per_minute = std::llround(tenant.writes_per_second * 60);
    if (tenant.throttled_until && view.why.empty()) {
        // No fault: the tenant says wait, and we wait.
        view.why = "throttled";
        view.until = tenant.throttled_until;
    }
    return view;
}

std::optional<JobId> parse_job_id(std::string_view text) {
    if (text.starts_with('J') || text.starts_with('j')) text.remove_prefix(1);
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number <= 0) return std::nullopt;
    return JobId{number};
}

}  // namespace uplift::daemon
