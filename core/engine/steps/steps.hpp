// The steps, a coroutine each: fetch, ask a rule, say what came of it. The runner commits the record.
//
// Nothing back: the lease was lost, somebody else has the step; nothing may be written.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "core/engine/ports/queue.hpp"
#include "core/engine/step_ports.hpp"

namespace uplift::engine::steps {

using StepResult = boost::asio::awaitable<std::optional<StepRecord>>;

// Finds the person in the directory and fixes the plan.
StepResult resolve(StepPorts ports, StepTask task);
// Makes the account, exactly once.
StepResult account(StepPorts ports, StepTask task);
// Gives the licences.
StepResult license(StepPorts ports, StepTask task);
// Joins the groups.
StepResult groups(StepPorts ports, StepTask task);
// Links the manager, and says which delayed tasks begin.
StepResult manager(StepPorts ports, StepTask task);

// The delayed tasks, each on its own.
StepResult alias(StepPorts ports, StepTask task);
StepResult litigation_hold(StepPorts ports, StepTask task);
StepResult archive(StepPorts ports, StepTask task);
StepResult distribution_groups(StepPorts ports, StepTask task);

}  // namespace uplift::engine::steps
