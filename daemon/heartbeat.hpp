// Heartbeat: tells systemd's watchdog that the daemon is alive, only after it was seen to be.
//
// Every beat goes once through what jobs need: the loop of each tenant comes round (woken for it), which goes
// through the queue's writer, and the reader answers. A part that hangs ends the beats, and systemd starts
// the daemon anew; the queue is durable. Slowness is no hang: WatchdogSec= is minutes, a beat is
// milliseconds. Network thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <vector>

#include "core/engine/engine.hpp"

namespace uplift::daemon {

struct HeartbeatParts {
    std::function<engine::EngineStatus()> status;
    std::function<void()> wake;
    // Returns when the queue has been read.
    std::function<boost::asio::awaitable<void>()> read;
    std::function<void()> alive;
};

// The loops that have not come round since `before`. Pure.
std::vector<std::string> still_loops(const engine::EngineStatus& before, const engine::EngineStatus& now);

// Beats every `interval`, for ever; the first at once.
boost::asio::awaitable<void> beat(boost::asio::any_io_executor executor,
                                  HeartbeatParts parts,
                                  std::chrono::microseconds interval);

}  // namespace uplift::daemon
