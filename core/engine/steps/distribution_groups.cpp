// distribution_groups: joins the lists and mail-enabled security groups, which only Exchange can change and
// only once the person is a recipient. One write each, remembered one by one.
#include <algorithm>

#include "core/engine/catalogue.hpp"
#include "core/engine/delayed_task.hpp"
#include "core/engine/steps/steps.hpp"
#include "core/model/invariant.hpp"

namespace uplift::engine::steps {

StepResult distribution_groups(StepPorts ports, StepTask task) {
    hold_invariant(task.enrollment.made && task.enrollment.plan, "a membership needs an account");
    auto ended = settle_open(task);
    std::string progress = task.step.progress;
    const auto with = [&](StepRecord record) {
        if (!record.attempt_ended) record.attempt_ended = std::move(ended);
        record.progress = progress;
        return record;
    };
    if (auto record = still_quiet(ports, task, ended)) co_return with(std::move(*record));
    auto seen = co_await see_mailbox(ports, task);
    if (seen.record) co_return with(std::move(*seen.record));

    const auto id = task.enrollment.made->id;
    // Graph shows the members of lists too. What it does not show yet is added again, which Exchange takes
    // for done.
    std::vector<GroupId> present;
    if (!surely_untouched(task)) {
        auto get = [&ports, &id](TimePoint deadline) {
            return ports.tenant.port().get_memberships(id, deadline);
        };
        const auto outcome = co_await read_tenant<std::vector<GroupId>>(ports, get);
        const auto* memberships = done_value(outcome);
        if (memberships == nullptr)
            co_return with(follow_up_trouble(ports, task, outcome, FaultCode::exchange_too_long));
        present = *memberships;
    }
    std::vector<AuditEntry> audit;
    for (const auto& name : task.enrollment.plan->groups) {
        const auto found = co_await ports.tenant.groups(name);
        const auto* known = done_value(found);
        if (known == nullptr) co_return with(mailbox_trouble(ports, task, found));
        const auto group = only_group(name, *known);
        if (!group) co_return with(step_failed(task, ports.clock.now(), group.error()));
        if (!is_exchange_group(group->kind) || progress.find(group->id.value + "\n") != std::string::npos ||
            std::find(present.begin(), present.end(), group->id) != present.end())
            continue;
        auto add = [&ports, &id, &group](AttemptId attempt, TimePoint deadline) {
            return ports.mailboxes.port().add_list_member(group->id, id, std::move(attempt), deadline);
        };
        auto result = co_await send_through<Nothing>(
            ports, ports.mailboxes, task, "add_list_member", group->id.value, std::move(ended), add);
        ended.reset();
        if (std::holds_alternative<LeaseLost>(result)) co_return std::nullopt;
        if (const auto* not_now = std::get_if<NotNow>(&result)) {
            auto why = why_held_back(ports, ports.mailboxes.rest());
            co_return with(step_later(task, ports.clock.now(), not_now->until, std::move(why)));
        }
        auto& answer = std::get<Answer<Nothing>>(result);
        ended = std::move(answer.end);
        if (done_value(answer.outcome) == nullptr)
            co_return with(mailbox_trouble(ports, task, answer.outcome));
        progress += group->id.value + "\n";
        audit.push_back(AuditEntry{.at = ports.clock.now(),
                                   .actor = Actor{.uid = 0, .name = "engine"},
                                   .action = "list_joined",
                                   .target = task.enrollment.plan->user_principal_name,
                                   .detail = "id=" + id.value + " group=" + group->id.value,
                                   .attempt = ended->id});
    }
    auto record = with(step_done(task, ports.clock.now()));
    record.audit = std::move(audit);
    co_return record;
}

}  // namespace uplift::engine::steps
