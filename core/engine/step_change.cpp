#include "core/engine/step_change.hpp"

#include <algorithm>

namespace uplift::engine {
namespace {

StepRecord of(const StepTask& task, TimePoint now, StepState state) {
    StepRecord record;
    record.enrollment = task.enrollment.id;
    record.step = task.step.kind;
    record.now = now;
    record.state = state;
    return record;
}

StepRecord waiting(const StepTask& task, TimePoint now, TimePoint due, Fault why) {
    auto record = of(task, now, StepState::waiting);
    record.waits_for = WaitsFor::retry;
    record.due = std::max(due, now + std::chrono::milliseconds{1});
    record.fault = std::move(why);
    return record;
}

}  // namespace

StepRecord step_going_on(const StepTask& task, TimePoint now) { return of(task, now, StepState::running); }

StepRecord step_done(const StepTask& task, TimePoint now) { return of(task, now, StepState::done); }

StepRecord step_skipped(const StepTask& task, TimePoint now, std::optional<Fault> why) {
    auto record = of(task, now, StepState::skipped);
    record.fault = std::move(why);
    return record;
}

StepRecord step_failed(const StepTask& task, TimePoint now, Fault why) {
    auto record = of(task, now, StepState::failed);
    record.fault = std::move(why);
    return record;
}

StepRecord step_again(const StepTask& task, TimePoint now, TimePoint due, Fault why) {
    auto record = waiting(task, now, due, std::move(why));
    record.tries = task.step.tries + 1;
    return record;
}

StepRecord step_later(const StepTask& task, TimePoint now, TimePoint due, Fault why) {
    return waiting(task, now, due, std::move(why));
}

Fault plain_fault(FaultCode code, std::string what) {
    return Fault{
        .code = code, .where = {}, .what = std::move(what), .cure = std::string(entry_of(code).cure)};
}

}  // namespace uplift::engine
