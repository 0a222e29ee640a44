// groups: joins the planned groups, one write each, remembered one by one.
#include <algorithm>

#include "core/engine/catalogue.hpp"
#include "core/engine/follow_up.hpp"
#include "core/engine/steps/steps.hpp"
#include "core/model/invariant.hpp"

namespace uplift::engine::steps {
namespace {

namespace asio = boost::asio;

bool contains(const std::vector<GroupId>& groups, const GroupId& group) {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

// The groups of the plan, found and allowed; or the record that says why not.
asio::awaitable<Result<std::vector<GroupId>>> planned_groups(StepPorts& ports,
                                                             const StepTask& task,
                                                             std::optional<StepRecord>& trouble) {
    std::vector<GroupId> groups;
    for (const auto& name : task.enrollment.plan->groups) {
        const auto found = co_await ports.tenant.groups(name);
        const auto* known = done_value(found);
        if (known == nullptr) {
            trouble = follow_up_trouble(ports, task, found, FaultCode::group_too_long);
            co_return groups;
        }
        auto group = only_group(name, *known);
        if (!group) co_return group.error();
        if (is_exchange_group(group->kind)) continue;  // joined by a delayed task
        if (!contains(groups, group->id)) groups.push_back(group->id);
    }
    co_return groups;
}

// What was joined already, by our own record: ids, one a line.
std::vector<GroupId> joined_before(const std::string& progress) {
    std::vector<GroupId> groups;
    for (std::size_t at = 0; at < progress.size();) {
        const auto end = std::min(progress.find('\n', at), progress.size());
        groups.emplace_back(progress.substr(at, end - at));
        at = end + 1;
    }
    return groups;
}

}  // namespace

StepResult groups(StepPorts ports, StepTask task) {
    hold_invariant(task.enrollment.made.has_value(), "a membership needs an account");
    const auto& plan = *task.enrollment.plan;
    if (plan.groups.empty()) co_return step_skipped(task, ports.clock.now());
    const bool untouched = surely_untouched(task);
    auto ended = settle_open(task);
    if (auto record = still_quiet(ports, task, ended)) {
        record->attempt_ended = std::move(ended);
        co_return record;
    }
    std::string progress = task.step.progress;
    const auto with = [&](StepRecord record) {
        record.attempt_ended = std::move(ended);
        record.progress = progress;
        return record;
    };

    std::optional<StepRecord> trouble;
    const auto planned = co_await planned_groups(ports, task, trouble);
    if (trouble) co_return with(std::move(*trouble));
    if (!planned) co_return with(step_failed(task, ports.clock.now(), planned.error()));

    const auto id = task.enrollment.made->id;
    auto present = joined_before(progress);
    if (!untouched) {
        auto get = [&ports, &id](TimePoint deadline) {
            return ports.tenant.port().get_memberships(id, deadline);
        };
        const auto outcome = co_await read_tenant<std::vector<GroupId>>(ports, get);
        const auto* memberships = done_value(outcome);
        if (memberships == nullptr)
            co_return with(follow_up_trouble(ports, task, outcome, FaultCode::group_too_long));
        present.insert(present.end(), memberships->begin(), memberships->end());
        const bool lacks_some = std::any_of(planned->begin(), planned->end(), [&](const GroupId& group) {
            return !contains(present, group);
        });
        if (lacks_some && is_first_look(task)) co_return with(look_again(ports, task));
    }

    std::vector<AuditEntry> audit;
    for (const auto& group : *planned) {
        if (contains(present, group)) continue;
        auto add = [&ports, &id, &group](AttemptId attempt, TimePoint deadline) {
            return ports.tenant.port().add_member(group, id, std::move(attempt), deadline);
        };
        auto result = co_await send_write<Nothing>(ports, task, "add_member", group.value, ended, add);
        if (std::holds_alternative<LeaseLost>(result)) co_return std::nullopt;
        if (const auto* not_now = std::get_if<NotNow>(&result))
            co_return with(held_back(ports, task, not_now->until));
        auto& answer = std::get<Answer<Nothing>>(result);
        ended = std::move(answer.end);
        if (done_value(answer.outcome) == nullptr)
            co_return with(follow_up_trouble(ports, task, answer.outcome, FaultCode::group_too_long));
        progress += group.value + "\n";
        audit.push_back(AuditEntry{.at = ports.clock.now(),
                                   .actor = Actor{.uid = 0, .name = "engine"},
                                   .action = "group_joined",
                                   .target = plan.user_principal_name,
                                   .detail = "id=" + id.value + " group=" + group.value,
                                   .attempt = ended->id});
    }
    auto record = with(step_done(task, ports.clock.now()));
    record.audit = std::move(audit);
    co_return record;
}

}  // namespace uplift::engine::steps
