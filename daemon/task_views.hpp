// Views of delayed tasks and seats, made of what the reader shows. Pure.
#pragma once

#include <map>
#include <vector>

#include "core/engine/ports/mailbox_waits.hpp"
#include "core/engine/ports/task_orders.hpp"
#include "core/model/job.hpp"
#include "daemon/protocol/task_view.hpp"

namespace uplift::daemon {

// `overdue_after`: mailbox_overdue of the configuration.
protocol::TaskView view_of(const TaskSummary& task,
                           const engine::UsualWait& usual,
                           Duration overdue_after,
                           TimePoint now);
protocol::SeatView view_of(const SeatSummary& seats, const std::vector<Sku>& catalogue);
// `after`: the task as it stands since; nothing where it was not found.
protocol::TaskOrderedView view_of(TaskId id,
                                  engine::TaskOrder order,
                                  engine::TaskEffect effect,
                                  const std::optional<Step>& after);

}  // namespace uplift::daemon
