// What the delayed tasks have in common: the wait for the mailbox, one change of it at a time, and the read
// before and after each write.
//
// Engine internal. A task that finds no mailbox waits for it without counting a try; a mailbox that is listed
// but takes no command yet is looked at again soon.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "core/engine/follow_up.hpp"
#include "core/engine/steps/steps.hpp"

namespace uplift::engine {

// The mailbox of the person, read by itself; or the record that the step ends with for now.
struct SeenMailbox {
    std::optional<Mailbox> mailbox;
    std::optional<StepRecord> record;
};
boost::asio::awaitable<SeenMailbox> see_mailbox(StepPorts& ports, const StepTask& task);

// No mailbox (yet): waits for it, or fails once mailbox_timeout is over.
StepRecord wait_for_mailbox(const StepPorts& ports, const StepTask& task);

// What every delayed task does with an outcome that is not done.
template <class T>
StepRecord mailbox_trouble(const StepPorts& ports, const StepTask& task, const Outcome<T>& outcome) {
    const auto now = ports.clock.now();
    const auto wait = backoff(task.step.tries, ports.entropy.next_u64());
    if (const auto* not_yet = std::get_if<NotYet>(&outcome))
        return step_later(task,
                          now,
                          now + std::max(wait, Duration{first_backoff}),
                          plain_fault(FaultCode::mailbox_absent, not_yet->what + " takes no commands yet"));
    // Somebody else has what must be one's own: waiting does not change it.
    if (const auto* conflict = std::get_if<Conflict>(&outcome);
        conflict && conflict->holder != task.enrollment.made->id)
        return step_failed(
            task,
            now,
            plain_fault(FaultCode::address_taken,
                        (conflict->holder ? "object " + conflict->holder->value : "another recipient") +
                            " holds an address that is planned"));
    const auto soon = ports.clock.now() + first_backoff;
    const auto quiet = std::holds_alternative<Unknown>(outcome)
                           ? quiet_period(ports.tenant.settings().unknown_quiet, 1)
                           : wait;
    return after_trouble(task, outcome, now, soon, quiet, most_write_tries, FaultCode::exchange_too_long);
}

// The walk of one delayed task: settle what a crash left open, see the mailbox, leave what is there, write
// what is missing, read it back.
struct TaskRules {
    std::string call;  // of the attempt: add_addresses, set_hold, …
    // Nothing: it is as planned. A fault: it never will be. Else what to write is missing.
    enum class Standing : std::uint8_t { as_planned, missing };
    std::function<Result<Standing>(const Mailbox&)> look;
    std::function<boost::asio::awaitable<Outcome<Nothing>>(AttemptId, TimePoint)> write;
    std::string done_action;  // audit: addresses_added, …
    std::string detail;       // audit: what was set
};
steps::StepResult run_delayed_task(StepPorts ports, StepTask task, TaskRules rules);

}  // namespace uplift::engine
