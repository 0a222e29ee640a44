// Clock: what time it is, and a wait. The only source of time of the engine.
//
// Implemented by the daemon (system clock and Asio timers) and by tests/sim (virtual time).
#pragma once

#include <boost/asio/awaitable.hpp>

#include "core/model/time.hpp"

namespace uplift::engine {

class Clock {
 public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() const = 0;
    // Returns at `time`, at once where that has passed. Runs on the engine's executor.
    virtual boost::asio::awaitable<void> sleep_until(TimePoint time) = 0;
};

}  // namespace uplift::engine
