// How every write to the tenant leaves: a slot from the governor, `sent` made durable, then one request.
//
// The attempt stays open in the queue until the step's next record ends it; what a crash leaves open may have
// been applied.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/engine/retry.hpp"
#include "core/engine/step_change.hpp"
#include "core/engine/step_ports.hpp"

namespace uplift::engine {

AttemptId new_attempt_id(Entropy& entropy);

// The number of the next attempt and its record, not yet written.
StepRecord sent_record(const StepTask& task, TimePoint now, Attempt attempt);
Attempt next_attempt(
    const StepTask& task, Entropy& entropy, std::string call, std::string target, TimePoint now);

struct LeaseLost {};
struct NotNow {
    TimePoint until;
};
template <class T>
struct Answer {
    Outcome<T> outcome;
    AttemptEnd end;  // belongs into the next record of the step
};
template <class T>
using WriteResult = std::variant<Answer<T>, NotNow, LeaseLost>;

// `door`: the tenant's or its mailboxes'. `call(AttemptId, deadline)` makes the one request. `before`: what
// the record that says `sent` carries beside (the end of the attempt before it).
template <class T, class Door, class Call>
boost::asio::awaitable<WriteResult<T>> send_through(StepPorts& ports,
                                                    Door& door,
                                                    StepTask& task,
                                                    std::string call_name,
                                                    std::string target,
                                                    std::optional<AttemptEnd> before,
                                                    Call call) {
    const auto later = co_await door.admit(Traffic::write);
    if (later) {
        WriteResult<T> not_now = NotNow{*later};
        co_return not_now;
    }
    const auto now = ports.clock.now();
    auto attempt = next_attempt(task, ports.entropy, std::move(call_name), std::move(target), now);
    auto record = sent_record(task, now, attempt);
    record.attempt_ended = std::move(before);
    const auto recorded = co_await ports.queue.record(std::move(record));
    if (recorded.verdict != RecordVerdict::written) {
        WriteResult<T> lost = LeaseLost{};
        co_return lost;
    }
    task.attempts.push_back(attempt);

    auto outcome = co_await call(attempt.id, door.deadline());
    door.saw(outcome);
    AttemptEnd end{.id = attempt.id, .result = attempt_result(outcome), .note = attempt_note(outcome)};
    task.attempts.back().result = end.result;
    WriteResult<T> answer = Answer<T>{.outcome = std::move(outcome), .end = std::move(end)};
    co_return answer;
}

template <class T, class Call>
boost::asio::awaitable<WriteResult<T>> send_write(StepPorts& ports,
                                                  StepTask& task,
                                                  std::string call_name,
                                                  std::string target,
                                                  std::optional<AttemptEnd> before,
                                                  Call call) {
    return send_through<T>(ports,
                           ports.tenant,
                           task,
                           std::move(call_name),
                           std::move(target),
                           std::move(before),
                           std::move(call));
}

// A read of the step, paced like everything else. `call(deadline)` makes it.
template <class T, class Call>
boost::asio::awaitable<Outcome<T>> read_tenant(StepPorts& ports, Call call) {
    return ports.tenant.read<T>(std::move(call));
}

// Why a write was not admitted: the door's rest, or the service's wish.
inline Fault why_held_back(const StepPorts& ports, const Rest& rest) {
    if (rest.now_resting(ports.clock.now())) return *rest.fault();
    return plain_fault(FaultCode::tenant_throttled, "the service asks to wait");
}

inline Fault why_not_now(const StepPorts& ports) { return why_held_back(ports, ports.tenant.rest()); }

// When a step that the tenant's door held back comes again. The scheduler claims nothing while the door
// rests, so this is soon: whoever ends the rest (the next try, a reload) finds everybody ready.
inline TimePoint after_rest(const StepPorts& ports) { return ports.clock.now() + first_backoff; }

}  // namespace uplift::engine
