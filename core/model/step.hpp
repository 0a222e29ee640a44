// The steps of an enrollment, their states, what a step waits for; the states of enrollments and jobs.
//
// Pure. Enumerators are the words that users see. The states of an enrollment and of a job follow from
// their steps: the rules are here and nowhere else.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace uplift {

enum class StepKind : std::uint8_t {
    resolve,
    account,
    license,
    groups,
    manager,
    alias,
    litigation_hold,
    archive,
    distribution_groups
};
inline constexpr std::size_t step_kind_count = 9;

enum class StepState : std::uint8_t { pending, running, waiting, done, failed, skipped, cancelled };
inline constexpr std::size_t step_state_count = 7;

// The states of an enrollment are those of a step.
using EnrollmentState = StepState;

enum class WaitsFor : std::uint8_t {
    nothing,
    retry,
    mailbox,
    seat,
    recipient,
    manager,
    other_job,
    day_limit,
    operator_  // shown as "operator"
};

enum class JobState : std::uint8_t {
    held,
    scheduled,
    running,
    waiting,
    paused,
    done,
    partial,
    failed,
    cancelled
};

std::string_view word(StepKind kind);
std::string_view word(StepState state);
std::string_view word(WaitsFor waits_for);
std::string_view word(JobState state);
std::optional<StepKind> parse_step_kind(std::string_view text);
std::optional<StepState> parse_step_state(std::string_view text);
std::optional<WaitsFor> parse_waits_for(std::string_view text);
std::optional<JobState> parse_job_state(std::string_view text);

bool ended(StepState state);  // done, failed, skipped, cancelled
bool ended(JobState state);   // done, partial, failed, cancelled
bool is_delayed_task(StepKind kind);

// The order in which steps run, one after the other. What follows the last of them are the delayed tasks, all
// at once and each on its own.
inline constexpr std::array walk_order{
    StepKind::resolve, StepKind::account, StepKind::license, StepKind::groups, StepKind::manager};
inline constexpr std::array delayed_tasks{
    StepKind::alias, StepKind::litigation_hold, StepKind::archive, StepKind::distribution_groups};
std::optional<StepKind> step_after(StepKind kind);

// The state of an enrollment from those of the steps that it has been given so far. `walked` says that its
// last step has ended.
enum class Walk : std::uint8_t { going_on, walked };
EnrollmentState enrollment_state(std::span<const StepState> steps, Walk walk);

// Enrollments of a job counted by state.
using StateCounts = std::array<std::int64_t, step_state_count>;
enum class JobOrder : std::uint8_t { go, hold, schedule, pause, cancel };  // what people ordered of a job
// Steps of a job counted by kind and state.
using StepCounts = std::array<StateCounts, step_kind_count>;
JobState job_state(const StateCounts& enrollments, const StepCounts& steps, JobOrder order);

}  // namespace uplift
