// Runner: takes one claimed step and runs the enrollment on from there, committing what comes of each step.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

#include "core/engine/ports/queue.hpp"
#include "core/engine/step_ports.hpp"

namespace uplift::engine {

struct WalkEnd {
    std::int64_t steps_ended = 0;
    std::int64_t woken = 0;
    std::optional<JobId> job_ended;
};

// `going_on()` is asked between steps: a daemon that stops leaves the next step to its successor.
boost::asio::awaitable<WalkEnd> run_walk(StepPorts ports, StepTask task, std::function<bool()> going_on);

}  // namespace uplift::engine
