// The records that steps end with, each by one word: done, skipped, failed, come back at.
//
// Pure. A step builds on the record it gets here and adds what it learned.
#pragma once

#include <optional>
#include <string>

#include "core/engine/ports/queue.hpp"
#include "core/model/outcome.hpp"

namespace uplift::engine {

// `now` in the record is when it was decided.
StepRecord step_going_on(const StepTask& task, TimePoint now);
StepRecord step_done(const StepTask& task, TimePoint now);
// Without a reason: there was nothing to do.
StepRecord step_skipped(const StepTask& task, TimePoint now, std::optional<Fault> why = std::nullopt);
StepRecord step_failed(const StepTask& task, TimePoint now, Fault why);
// A counted try: the door answered. Uses up `tries`.
StepRecord step_again(const StepTask& task, TimePoint now, TimePoint due, Fault why);
// A try that does not count: the door did not answer, or holds us back.
StepRecord step_later(const StepTask& task, TimePoint now, TimePoint due, Fault why);

Fault plain_fault(FaultCode code, std::string what);

// How an outcome ends an attempt, and the note kept with it.
template <class T>
AttemptResult attempt_result(const Outcome<T>& outcome) {
    static_assert(std::variant_size_v<Outcome<T>> == 8);
    constexpr AttemptResult by_case[] = {AttemptResult::done,
                                         AttemptResult::not_sent,
                                         AttemptResult::unknown,
                                         AttemptResult::conflict,
                                         AttemptResult::refused,
                                         AttemptResult::throttled,
                                         AttemptResult::not_yet,
                                         AttemptResult::unauthorized};
    return by_case[outcome.index()];
}

template <class T>
std::string attempt_note(const Outcome<T>& outcome) {
    return match(
        outcome,
        [](const Done<T>&) { return std::string{}; },
        [](const NotSent& it) { return it.why; },
        [](const Unknown& it) { return it.why; },
        [](const Conflict& it) {
            return "property=" + it.property + (it.holder ? " holder=" + it.holder->value : std::string{});
        },
        [](const Refused& it) { return to_string(it.code) + " " + it.what; },
        [](const Throttled& it) { return "until=" + to_rfc3339(it.until); },
        [](const NotYet& it) { return it.what; },
        [](const Unauthorized& it) { return to_string(it.code) + " " + it.what; });
}

// What every step does alike with an outcome that is neither done nor special to it: wait for the door, wait
// and try again, or fail. `too_long`: the code when the tries are used up.
template <class T>
StepRecord after_trouble(const StepTask& task,
                         const Outcome<T>& outcome,
                         TimePoint now,
                         TimePoint rest_until,
                         Duration wait,
                         int most_tries,
                         FaultCode too_long) {
    const auto again = [&](FaultCode code, const std::string& what) {
        if (task.step.tries + 1 >= most_tries) return step_failed(task, now, plain_fault(too_long, what));
        return step_again(task, now, now + wait, plain_fault(code, what));
    };
    return match(
        outcome,
        [&](const Done<T>&) { return step_done(task, now); },
        [&](const NotSent& it) { return step_later(task, now, rest_until, plain_fault(it.code, it.why)); },
        [&](const Unknown& it) { return again(FaultCode::tenant_reply, it.why); },
        [&](const Conflict& it) { return again(FaultCode::address_taken, "conflict on " + it.property); },
        [&](const Refused& it) {
            return step_failed(
                task, now, Fault{.code = it.code, .where = {}, .what = it.what, .cure = it.cure});
        },
        [&](const Throttled& it) {
            return step_later(
                task, now, it.until, plain_fault(FaultCode::tenant_throttled, "the service asks to wait"));
        },
        [&](const NotYet& it) { return again(FaultCode::tenant_reply, it.what + " is not visible yet"); },
        [&](const Unauthorized& it) {
            return step_later(
                task, now, rest_until, Fault{.code = it.code, .where = {}, .what = it.what, .cure = it.cure});
        });
}

}  // namespace uplift::engine
