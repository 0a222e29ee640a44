// Orders for single steps: run, cancel, retry, hold, release, defer.
#include "core/engine/ports/task_orders.hpp"
#include "storage/enrollment_change.hpp"
#include "storage/store.hpp"

namespace uplift::storage {
namespace {

using engine::TaskEffect;
using engine::TaskOrder;

bool is_open(const StepRow& step) {
    return step.state == StepState::pending || step.state == StepState::waiting;
}
bool is_held(const StepRow& step) {
    return step.state == StepState::waiting && step.waits_for == WaitsFor::operator_;
}

void hold(StepRow& step, const std::string& reason, std::optional<TimePoint> until) {
    step.state = StepState::waiting;
    step.waits_for = WaitsFor::operator_;
    step.due = until;
    step.awaits.reset();
    set_fault(step,
              Fault{.code = FaultCode::task_held,
                    .where = {},
                    .what = reason.empty() ? (until ? "deferred" : "held") : reason,
                    .cure = std::string(entry_of(FaultCode::task_held).cure)});
}

void open(StepRow& step, TimePoint now) {
    step.state = StepState::pending;
    step.waits_for = WaitsFor::nothing;
    step.due = now;
    step.awaits.reset();
    set_fault(step, std::nullopt);
}

}  // namespace

std::vector<TaskEffect> Store::order_tasks(const engine::TaskCommand& command,
                                           const Actor& actor,
                                           TimePoint now) {
    std::vector<TaskEffect> effects;
    effects.reserve(command.tasks.size());
    for (const auto& task : command.tasks) effects.push_back(order_task(command, task, actor, now));
    return effects;
}

TaskEffect Store::order_task(const engine::TaskCommand& command,
                             TaskId task,
                             const Actor& actor,
                             TimePoint now) {
    auto change = EnrollmentChange::load(books_, task.enrollment);
    const auto* found = change && is_delayed_task(task.kind) ? change->step(task.kind) : nullptr;
    if (found == nullptr || books_.job(change->row().job).stage != JobStage::shown)
        return TaskEffect::not_found;
    if (found->state == StepState::running) return TaskEffect::running;
    const bool job_cancelled = books_.job(change->row().job).orders == JobOrder::cancel;
    const bool revives = command.order == TaskOrder::retry;
    const bool can_be_revived = found->state == StepState::failed || found->state == StepState::cancelled;
    if (revives && is_open(*found)) return TaskEffect::as_before;
    if (revives && (!can_be_revived || job_cancelled)) return TaskEffect::ended;
    if (!revives && !is_open(*found))
        return command.order == TaskOrder::cancel && found->state == StepState::cancelled
                   ? TaskEffect::as_before
                   : TaskEffect::ended;

    switch (command.order) {
        case TaskOrder::run:
            if (is_held(*found)) return TaskEffect::as_before;
            change->edit(task.kind)->due = now;
            break;
        case TaskOrder::cancel: {
            auto& step = *change->edit(task.kind);
            step.state = StepState::cancelled;
            step.waits_for = WaitsFor::nothing;
            step.due.reset();
            break;
        }
        case TaskOrder::retry: {
            if (!claim_again(*change)) return TaskEffect::ended;
            auto& step = *change->edit(task.kind);
            open(step, now);
            step.tries = 0;
            step.since = now;
            break;
        }
        case TaskOrder::hold:
            if (is_held(*found) && !found->due) return TaskEffect::as_before;
            hold(*change->edit(task.kind), command.reason, std::nullopt);
            break;
        case TaskOrder::release:
            if (!is_held(*found)) return TaskEffect::as_before;
            open(*change->edit(task.kind), now);
            break;
        case TaskOrder::defer:
            hold(*change->edit(task.kind), command.reason, command.until.value_or(now));
            break;
    }
    const auto job = change->row().job;
    change->save(now);
    AuditEntry entry{.at = now,
                     .actor = actor,
                     .action = "task_" + std::string(word(command.order)),
                     .target = to_string(task),
                     .detail = command.reason.empty() ? std::string{} : "reason=" + command.reason,
                     .attempt = std::nullopt};
    if (command.until)
        entry.detail += (entry.detail.empty() ? "until=" : " until=") + to_rfc3339(*command.until);
    books_.audit(entry, job, task.enrollment);
    return TaskEffect::changed;
}

// An enrollment that has ended gave its person up: another one may have them now.
bool Store::claim_again(EnrollmentChange& change) {
    if (!ended(change.row().state) || !change.row().person_guid) return true;
    const auto tenant = books_.job(change.row().job).tenant;
    const auto holder = load_claim(books_.database, tenant, *change.row().person_guid);
    if (holder && holder->enrollment != change.row().id) return false;
    if (!holder)
        insert(
            books_.database,
            ClaimRow{.tenant = tenant, .person = *change.row().person_guid, .enrollment = change.row().id});
    return true;
}

}  // namespace uplift::storage
