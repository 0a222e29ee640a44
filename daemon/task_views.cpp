#include "daemon/task_views.hpp"

#include <algorithm>

#include "core/engine/mailbox_watch.hpp"

namespace uplift::daemon {
namespace {

std::int64_t seconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

// Who waits for a mailbox is due when the wait is given up: what comes first is the next look for it.
std::optional<TimePoint> next_try(const Step& step, const MailboxOutlook& outlook) {
    if (step.state == StepState::waiting && step.waits_for == WaitsFor::mailbox) return outlook.next_look;
    const bool open = step.state == StepState::pending || step.state == StepState::waiting;
    if (!open || step.due == TimePoint{} || step.due == TimePoint::max()) return std::nullopt;
    return step.due;
}

std::string sentence(engine::TaskOrder order, engine::TaskEffect effect, const std::optional<Step>& after) {
    using engine::TaskEffect;
    using engine::TaskOrder;
    switch (effect) {
        case TaskEffect::not_found:
            return "there is no such delayed task";
        case TaskEffect::running:
            return "it is under way: look again when it has ended";
        case TaskEffect::ended:
            return after ? "it has ended (" + std::string(word(after->state)) + "): nothing to do"
                         : "it has ended: nothing to do";
        case TaskEffect::as_before:
            if (order == TaskOrder::run) return "it is held: `upliftctl task release` lets it go on";
            return "it stood so already";
        case TaskEffect::changed:
            break;
    }
    switch (order) {
        case TaskOrder::run:
            if (after && after->state == StepState::waiting && after->waits_for == WaitsFor::mailbox)
                return "the mailbox is still absent";
            if (after && ended(after->state)) return "it was tried: " + std::string(word(after->state));
            return "it is tried now";
        case TaskOrder::cancel:
            return "it is cancelled; what is on the mailbox stays";
        case TaskOrder::retry:
            return "it is open again, as if new";
        case TaskOrder::hold:
            return "it is held until it is released";
        case TaskOrder::release:
            return "it goes on";
        case TaskOrder::defer:
            return "it is not tried before then";
    }
    return {};
}

}  // namespace

MailboxOutlook outlook_of(const engine::MailboxStanding& standing,
                          const engine::TenantSettings& settings,
                          TimePoint now) {
    MailboxOutlook outlook{.usual = standing.usual, .next_look = {}};
    if (standing.waiting == 0) return outlook;
    const auto due = standing.looked_at.value_or(now) + engine::look_interval(standing, settings, now);
    outlook.next_look = std::max(due, now);
    return outlook;
}

protocol::TaskView view_of(const TaskSummary& task,
                           const MailboxOutlook& outlook,
                           Duration overdue_after,
                           TimePoint now) {
    const auto& step = task.step;
    protocol::TaskView view{.id = to_string(task.id),
                            .kind = std::string(word(task.id.kind)),
                            .state = step.state,
                            .waits_for = std::string(word(step.waits_for)),
                            .job = to_string(task.job),
                            .row = task.row,
                            .tenant = task.tenant.value,
                            .user_principal_name = task.user_principal_name,
                            .display_name = task.display_name,
                            .tries = step.tries,
                            .since = step.since,
                            .next_try = next_try(step, outlook),
                            .waiting_since = task.waiting_since};
    if (step.waits_for == WaitsFor::mailbox && outlook.usual.arrivals > 0) {
        view.usual_wait = seconds(outlook.usual.half);
        view.longest_usual = seconds(outlook.usual.most);
    }
    view.overdue =
        !ended(step.state) && step.waits_for != WaitsFor::operator_ && now - step.since > overdue_after;
    if (step.fault) view.fault = protocol::view_of(*step.fault);
    return view;
}

std::vector<std::string> alerts_of(const std::vector<TaskSummary>& old_tasks,
                                   const std::vector<SeatSummary>& seats,
                                   Duration overdue_after) {
    std::vector<std::string> alerts;
    std::map<std::string, std::int64_t> overdue;
    // What an operator holds is late on purpose.
    for (const auto& task : old_tasks)
        if (task.step.waits_for != WaitsFor::operator_) ++overdue[task.tenant.value];
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(overdue_after).count();
    const auto span =
        hours > 0 ? std::to_string(hours) + " h" : std::to_string(seconds(overdue_after)) + " s";
    for (const auto& [tenant, count] : overdue)
        alerts.push_back(
            tenant + ": " + std::to_string(count) + (count == 1 ? " delayed task is" : " delayed tasks are") +
            " overdue (open for over " + span + "). Look at them with `upliftctl tasks --older " +
            std::to_string(seconds(overdue_after)) +
            "s`, and in the Exchange admin center whether their mailboxes exist.");
    std::map<std::string, std::int64_t> waiting;
    for (const auto& seat : seats)
        for (const auto& share : seat.jobs) waiting[seat.tenant.value] += share.waiting;
    for (const auto& [tenant, count] : waiting)
        if (count > 0)
            alerts.push_back(tenant + ": seats are short, " + std::to_string(count) +
                             (count == 1 ? " person waits" : " people wait") +
                             " for a licence. Buy or free some; `upliftctl seats` shows how many.");
    return alerts;
}

protocol::SeatView view_of(const SeatSummary& seats, const std::vector<Sku>& catalogue) {
    protocol::SeatView view{.tenant = seats.tenant.value,
                            .id = seats.sku.value,
                            .part = {},
                            .owned = seats.owned,
                            .used = seats.used,
                            .read_at = seats.read_at};
    const auto sku =
        std::find_if(catalogue.begin(), catalogue.end(), [&](const Sku& one) { return one.id == seats.sku; });
    if (sku != catalogue.end()) view.part = sku->part_number;
    for (const auto& share : seats.jobs) {
        view.reserved += share.reserved;
        view.waiting += share.waiting;
        view.jobs.push_back(
            {.job = to_string(share.job), .reserved = share.reserved, .waiting = share.waiting});
    }
    view.free = std::max<std::int64_t>(view.owned - view.used - view.reserved, 0);
    return view;
}

protocol::TaskOrderedView view_of(TaskId id,
                                  engine::TaskOrder order,
                                  engine::TaskEffect effect,
                                  const std::optional<Step>& after,
                                  const MailboxOutlook& outlook) {
    protocol::TaskOrderedView view{.id = to_string(id),
                                   .effect = std::string(word(effect)),
                                   .state = after ? std::string(word(after->state)) : std::string{},
                                   .message = sentence(order, effect, after)};
    if (after) view.next_try = next_try(*after, outlook);
    return view;
}

}  // namespace uplift::daemon
