#include "core/engine/runner.hpp"

#include <cstdlib>

#include "core/engine/steps/steps.hpp"

namespace uplift::engine {
namespace {

steps::StepResult run_step(const StepPorts& ports, const StepTask& task) {
    switch (task.step.kind) {
        case StepKind::resolve:
            return steps::resolve(ports, task);
        case StepKind::account:
            return steps::account(ports, task);
        case StepKind::license:
            return steps::license(ports, task);
        case StepKind::groups:
            return steps::groups(ports, task);
        case StepKind::manager:
            return steps::manager(ports, task);
        case StepKind::alias:
            return steps::alias(ports, task);
        case StepKind::litigation_hold:
            return steps::litigation_hold(ports, task);
        case StepKind::archive:
            return steps::archive(ports, task);
        case StepKind::distribution_groups:
            return steps::distribution_groups(ports, task);
    }
    std::abort();
}

void tell(Journal& journal, const StepPorts& ports, const StepTask& task, const StepRecord& record) {
    const auto& plan = record.plan ? record.plan : task.enrollment.plan;
    Facts facts{{"job", to_string(ports.job->id)},
                {"row", std::to_string(task.enrollment.row)},
                {"person", plan ? plan->user_principal_name : task.enrollment.given.front().value},
                {"step", std::string(word(record.step))}};
    if (record.made) facts.emplace_back("id", record.made->id.value);
    if (record.fault && !record.fault->what.empty()) {
        facts.emplace_back("code", to_string(record.fault->code));
        facts.emplace_back("what", record.fault->what);
    }
    if (record.attempt_ended) facts.emplace_back("request_id", record.attempt_ended->id.value);
    switch (record.state) {
        case StepState::done:
            return journal.write(Level::info, "step done", facts);
        case StepState::failed:
            return journal.write(Level::error, "step failed", facts);
        case StepState::skipped:
            return journal.write(Level::info, "step skipped", facts);
        case StepState::waiting:
            facts.emplace_back("waits_for", std::string(word(record.waits_for)));
            facts.emplace_back("due", to_rfc3339(record.due));
            return journal.write(Level::debug, "step waits", facts);
        case StepState::pending:
        case StepState::running:
        case StepState::cancelled:
            return;
    }
}

}  // namespace

boost::asio::awaitable<WalkEnd> run_walk(StepPorts ports, StepTask task, std::function<bool()> going_on) {
    WalkEnd end;
    for (;;) {
        auto record = co_await run_step(ports, task);
        if (!record) {
            ports.journal.write(
                Level::warn,
                "lease lost",
                {{"job", to_string(ports.job->id)}, {"row", std::to_string(task.enrollment.row)}});
            co_return end;
        }
        const StepRecord told = *record;
        const auto recorded = co_await ports.queue.record(std::move(*record));
        if (recorded.verdict != RecordVerdict::written) co_return end;
        tell(ports.journal, ports, task, told);
        if (ended(told.state)) ++end.steps_ended;
        end.woken += recorded.woken;
        if (recorded.job_ended) end.job_ended = recorded.job_ended;
        if (!recorded.next) co_return end;
        task = *recorded.next;
        if (!going_on()) {
            co_await ports.queue.release(task.enrollment.id, task.step.kind, ports.clock.now());
            co_return end;
        }
    }
}

}  // namespace uplift::engine
