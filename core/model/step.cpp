#include "core/model/step.hpp"

#include <algorithm>
#include <numeric>

namespace uplift {
namespace {

template <class Word, std::size_t n>
struct Words {
    std::array<std::string_view, n> text;
    [[nodiscard]] std::string_view of(Word word) const { return text.at(static_cast<std::size_t>(word)); }
    [[nodiscard]] std::optional<Word> parse(std::string_view given) const {
        const auto found = std::find(text.begin(), text.end(), given);
        if (found == text.end() || given.empty()) return std::nullopt;
        return static_cast<Word>(found - text.begin());
    }
};

// Of an open enrollment that has not come to its delayed tasks either no step was touched, or one of the walk
// is open.
bool only_delayed_tasks_left(const StateCounts& enrollments, const StepCounts& steps) {
    const auto of = [&](StepKind kind, StepState state) {
        return steps[static_cast<std::size_t>(kind)][static_cast<std::size_t>(state)];
    };
    auto untouched = enrollments[static_cast<std::size_t>(StepState::pending)];
    untouched -= of(walk_order.front(), StepState::pending);
    return untouched == 0 && std::all_of(walk_order.begin(), walk_order.end(), [&](StepKind kind) {
               return of(kind, StepState::pending) == 0 && of(kind, StepState::running) == 0 &&
                      of(kind, StepState::waiting) == 0;
           });
}

constexpr Words<StepKind, step_kind_count> step_kinds{{"resolve",
                                                       "account",
                                                       "license",
                                                       "groups",
                                                       "manager",
                                                       "alias",
                                                       "litigation_hold",
                                                       "archive",
                                                       "distribution_groups"}};
constexpr Words<StepState, step_state_count> step_states{
    {"pending", "running", "waiting", "done", "failed", "skipped", "cancelled"}};
constexpr Words<WaitsFor, 9> waits{
    {"", "retry", "mailbox", "seat", "recipient", "manager", "other_job", "day_limit", "operator"}};
constexpr Words<JobState, 9> job_states{
    {"held", "scheduled", "running", "waiting", "paused", "done", "partial", "failed", "cancelled"}};

}  // namespace

std::string_view word(StepKind kind) { return step_kinds.of(kind); }
std::string_view word(StepState state) { return step_states.of(state); }
std::string_view word(WaitsFor waits_for) { return waits.of(waits_for); }
std::string_view word(JobState state) { return job_states.of(state); }
std::optional<StepKind> parse_step_kind(std::string_view text) { return step_kinds.parse(text); }
std::optional<StepState> parse_step_state(std::string_view text) { return step_states.parse(text); }
std::optional<WaitsFor> parse_waits_for(std::string_view text) { return waits.parse(text); }
std::optional<JobState> parse_job_state(std::string_view text) { return job_states.parse(text); }

bool ended(StepState state) {
    return state == StepState::done || state == StepState::failed || state == StepState::skipped ||
           state == StepState::cancelled;
}

bool ended(JobState state) {
    return state == JobState::done || state == JobState::partial || state == JobState::failed ||
           state == JobState::cancelled;
}

bool is_delayed_task(StepKind kind) { return kind >= StepKind::alias; }

std::optional<StepKind> step_after(StepKind kind) {
    const auto found = std::find(walk_order.begin(), walk_order.end(), kind);
    if (found == walk_order.end() || found + 1 == walk_order.end()) return std::nullopt;
    return *(found + 1);
}

EnrollmentState enrollment_state(std::span<const StepState> steps, Walk walk) {
    const auto any = [&](StepState state) {
        return std::find(steps.begin(), steps.end(), state) != steps.end();
    };
    if (any(StepState::running)) return EnrollmentState::running;
    if (any(StepState::waiting)) return EnrollmentState::waiting;
    if (any(StepState::failed)) return EnrollmentState::failed;
    if (any(StepState::cancelled)) return EnrollmentState::cancelled;
    if (steps.empty()) return EnrollmentState::pending;
    // Skipped as a person (the first step says so); a later step that had nothing to do is no skipped person.
    if (steps.front() == StepState::skipped) return EnrollmentState::skipped;
    if (any(StepState::pending))
        return steps.size() == 1 ? EnrollmentState::pending : EnrollmentState::running;
    return walk == Walk::walked ? EnrollmentState::done : EnrollmentState::running;
}

JobState job_state(const StateCounts& enrollments, const StepCounts& steps, JobOrder order) {
    const auto count = [&](EnrollmentState state) { return enrollments[static_cast<std::size_t>(state)]; };
    const auto all = std::accumulate(enrollments.begin(), enrollments.end(), std::int64_t{0});
    const auto finished = count(EnrollmentState::done) + count(EnrollmentState::failed) +
                          count(EnrollmentState::skipped) + count(EnrollmentState::cancelled);
    if (finished == all) {
        if (order == JobOrder::cancel && count(EnrollmentState::cancelled) > 0) return JobState::cancelled;
        if (count(EnrollmentState::failed) == 0) return JobState::done;
        return count(EnrollmentState::failed) == all ? JobState::failed : JobState::partial;
    }
    switch (order) {
        case JobOrder::hold:
            return JobState::held;
        case JobOrder::schedule:
            return JobState::scheduled;
        case JobOrder::pause:
            return JobState::paused;
        case JobOrder::cancel:
        case JobOrder::go:
            break;
    }
    return only_delayed_tasks_left(enrollments, steps) ? JobState::waiting : JobState::running;
}

}  // namespace uplift
