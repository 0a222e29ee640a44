// What the writes after the account have in common: they are to an object of ours, named by its id, and a 404
// soon after the create means that a replica lags.
#pragma once

#include <algorithm>

#include "core/engine/write_call.hpp"

namespace uplift::engine {

// Nothing of ours can be on the account yet: it is from a 201 of ours and this step never sent anything.
inline bool surely_untouched(const StepTask& task) {
    return task.enrollment.made->evidence == Evidence::reply && task.attempts.empty();
}

// An account that was there before may have been written to a moment ago, by another job of ours or by
// somebody else: what its first read does not show is looked for once more, after the quiet period, before it
// is added.
inline bool is_first_look(const StepTask& task) {
    return task.enrollment.made->origin != AccountOrigin::created && task.step.tries == 0 &&
           task.attempts.empty();
}

inline StepRecord look_again(const StepPorts& ports, const StepTask& task) {
    const auto now = ports.clock.now();
    return step_again(task,
                      now,
                      now + ports.tenant.settings().unknown_quiet,
                      plain_fault(FaultCode::tenant_reply, "what the account lacks is looked for once more"));
}

// The attempt that a crash left open: it ends as unknown in the step's next record, and nothing is read or
// sent before its quiet period is over.
inline std::optional<AttemptEnd> settle_open(StepTask& task) {
    const auto open = std::find_if(task.attempts.begin(), task.attempts.end(), [](const Attempt& attempt) {
        return attempt.result == AttemptResult::open;
    });
    if (open == task.attempts.end()) return std::nullopt;
    open->result = AttemptResult::unknown;
    return AttemptEnd{.id = open->id, .result = AttemptResult::unknown, .note = "the daemon stopped"};
}

// The step comes back later while the newest lost send may still be taking effect: from now on where a crash
// has just been settled, else from when it was sent.
inline std::optional<StepRecord> still_quiet(const StepPorts& ports,
                                             const StepTask& task,
                                             const std::optional<AttemptEnd>& settled) {
    if (task.attempts.empty() || task.attempts.back().result != AttemptResult::unknown) return std::nullopt;
    const auto now = ports.clock.now();
    const auto quiet_until =
        (settled ? now : task.attempts.back().sent_at) + ports.tenant.settings().unknown_quiet;
    if (quiet_until <= now) return std::nullopt;
    return step_later(
        task, now, quiet_until, plain_fault(FaultCode::tenant_reply, "the reply to a write was lost"));
}

template <class T>
StepRecord follow_up_trouble(const StepPorts& ports,
                             const StepTask& task,
                             const Outcome<T>& outcome,
                             FaultCode too_long) {
    const auto now = ports.clock.now();
    const auto wait = backoff(task.step.tries, ports.entropy.next_u64());
    if (const auto* not_yet = std::get_if<NotYet>(&outcome)) {
        const bool lag_over =
            now > task.enrollment.made->at + replication_lag && task.step.tries + 1 >= fewest_lag_tries;
        auto fault = plain_fault(lag_over ? FaultCode::account_vanished : FaultCode::tenant_reply,
                                 not_yet->what + (lag_over ? " is not there" : " is not visible yet"));
        return lag_over ? step_failed(task, now, std::move(fault))
                        : step_again(task, now, now + wait, std::move(fault));
    }
    // A lost reply: reads may lag the write, so the look before the next send waits for the quiet period.
    const auto quiet = std::holds_alternative<Unknown>(outcome)
                           ? quiet_period(ports.tenant.settings().unknown_quiet, 1)
                           : wait;
    return after_trouble(task, outcome, now, after_rest(ports), quiet, most_write_tries, too_long);
}

inline StepRecord held_back(const StepPorts& ports, const StepTask& task, TimePoint until) {
    return step_later(task, ports.clock.now(), until, why_not_now(ports));
}

}  // namespace uplift::engine
