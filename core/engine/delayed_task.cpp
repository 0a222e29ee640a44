#include "core/engine/delayed_task.hpp"

#include "core/model/invariant.hpp"

namespace uplift::engine {
namespace {

namespace asio = boost::asio;

// A mailbox that was read once as planned after our write is believed; until then it is read again so often.
constexpr int most_read_backs = 3;
constexpr Duration read_back_wait = std::chrono::seconds{5};

AuditEntry audit_of(const StepPorts& ports, const StepTask& task, const TaskRules& rules) {
    return AuditEntry{
        .at = ports.clock.now(),
        .actor = Actor{.uid = 0, .name = "engine"},
        .action = rules.done_action,
        .target = task.enrollment.plan->user_principal_name,
        .detail = "id=" + task.enrollment.made->id.value + (rules.detail.empty() ? "" : " " + rules.detail),
        .attempt = task.attempts.empty() ? std::nullopt : std::optional(task.attempts.back().id)};
}

}  // namespace

StepRecord wait_for_mailbox(const StepPorts& ports, const StepTask& task) {
    const auto now = ports.clock.now();
    const auto until = task.step.since + ports.tenant.settings().mailbox_timeout;
    if (now >= until)
        return step_failed(
            task,
            now,
            plain_fault(FaultCode::mailbox_timeout,
                        "Exchange Online has made no mailbox since " + to_rfc3339(task.step.since)));
    auto record = step_later(
        task, now, until, plain_fault(FaultCode::mailbox_absent, "Exchange Online has made no mailbox yet"));
    record.waits_for = WaitsFor::mailbox;
    return record;
}

asio::awaitable<SeenMailbox> see_mailbox(StepPorts& ports, const StepTask& task) {
    const auto id = task.enrollment.made->id;
    SeenMailbox seen;
    const auto looked = co_await ports.mailboxes.look(id);
    const auto* found = done_value(looked);
    if (found == nullptr) {
        seen.record = mailbox_trouble(ports, task, looked);
        co_return seen;
    }
    if (!*found) {
        seen.record = wait_for_mailbox(ports, task);
        co_return seen;
    }
    auto get = [&ports, &id](TimePoint deadline) { return ports.mailboxes.port().get(id, deadline); };
    auto outcome = co_await ports.mailboxes.read<Mailbox>(get);
    if (const auto* mailbox = done_value(outcome)) {
        hold_invariant(mailbox->account == id, "a mailbox of somebody else");
        seen.mailbox = *mailbox;
    } else {
        seen.record = mailbox_trouble(ports, task, outcome);
    }
    co_return seen;
}

steps::StepResult run_delayed_task(StepPorts ports, StepTask task, TaskRules rules) {
    hold_invariant(task.enrollment.made && task.enrollment.plan, "a delayed task needs an account");
    auto ended = settle_open(task);
    const auto with = [&](StepRecord record) {
        if (!record.attempt_ended) record.attempt_ended = std::move(ended);
        return record;
    };
    if (auto record = still_quiet(ports, task, ended)) co_return with(std::move(*record));

    const auto turn = co_await ports.mailboxes.turn(task.enrollment.made->id);
    auto seen = co_await see_mailbox(ports, task);
    if (seen.record) co_return with(std::move(*seen.record));
    auto standing = rules.look(*seen.mailbox);
    if (!standing) co_return with(step_failed(task, ports.clock.now(), standing.error()));
    if (*standing == TaskRules::Standing::as_planned) {
        auto record = step_done(task, ports.clock.now());
        if (!task.attempts.empty()) record.audit.push_back(audit_of(ports, task, rules));
        co_return with(std::move(record));
    }

    auto result = co_await send_through<Nothing>(ports,
                                                 ports.mailboxes,
                                                 task,
                                                 rules.call,
                                                 task.enrollment.made->id.value,
                                                 std::move(ended),
                                                 rules.write);
    ended.reset();
    if (std::holds_alternative<LeaseLost>(result)) co_return std::nullopt;
    if (const auto* not_now = std::get_if<NotNow>(&result)) {
        auto why = why_held_back(ports, ports.mailboxes.rest());
        co_return step_later(task, ports.clock.now(), not_now->until, std::move(why));
    }
    auto& answer = std::get<Answer<Nothing>>(result);
    ended = std::move(answer.end);
    if (done_value(answer.outcome) == nullptr) co_return with(mailbox_trouble(ports, task, answer.outcome));

    for (int reads = 0; reads < most_read_backs; ++reads) {
        if (reads > 0) co_await ports.clock.sleep_until(ports.clock.now() + read_back_wait);
        auto after = co_await see_mailbox(ports, task);
        if (after.record) continue;
        standing = rules.look(*after.mailbox);
        if (!standing) co_return with(step_failed(task, ports.clock.now(), standing.error()));
        if (*standing != TaskRules::Standing::as_planned) continue;
        auto record = step_done(task, ports.clock.now());
        record.audit.push_back(audit_of(ports, task, rules));
        co_return with(std::move(record));
    }
    const auto now = ports.clock.now();
    co_return with(step_again(task,
                              now,
                              now + quiet_period(ports.tenant.settings().unknown_quiet, 1),
                              plain_fault(FaultCode::tenant_reply,
                                          "the mailbox does not show what was set; it is read once more")));
}

}  // namespace uplift::engine
