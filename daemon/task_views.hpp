// Views of delayed tasks and seats, made of what the reader shows. Pure.
#pragma once

#include <map>
#include <vector>

#include "core/engine/ports/mailbox_waits.hpp"
#include "core/engine/ports/task_orders.hpp"
#include "core/engine/tenant_door.hpp"
#include "core/model/job.hpp"
#include "daemon/protocol/task_view.hpp"

namespace uplift::daemon {

// What a tenant's mailboxes do: how long they take, and when they are looked for next.
struct MailboxOutlook {
    engine::UsualWait usual{};
    std::optional<TimePoint> next_look{};
};
MailboxOutlook outlook_of(const engine::MailboxStanding& standing,
                          const engine::TenantSettings& settings,
                          TimePoint now);

// `overdue_after`: mailbox_overdue of the configuration.
protocol::TaskView view_of(const TaskSummary& task,
                           const MailboxOutlook& outlook,
                           Duration overdue_after,
                           TimePoint now);
// What `status` warns of: delayed tasks that are overdue, by tenant, and people who wait for seats; each with
// what to do. `old_tasks`: the open ones begun longer ago than `overdue_after`.
std::vector<std::string> alerts_of(const std::vector<TaskSummary>& old_tasks,
                                   const std::vector<SeatSummary>& seats,
                                   Duration overdue_after);
protocol::SeatView view_of(const SeatSummary& seats, const std::vector<Sku>& catalogue);
// `after`: the task as it stands since; nothing where it was not found.
protocol::TaskOrderedView view_of(TaskId id,
                                  engine::TaskOrder order,
                                  engine::TaskEffect effect,
                                  const std::optional<Step>& after,
                                  const MailboxOutlook& outlook);

}  // namespace uplift::daemon
