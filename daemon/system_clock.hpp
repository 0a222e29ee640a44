// SystemClock: the wall clock of the host, and Asio timers.
//
// Waits run on the monotonic clock in slices of at most a minute, so that a clock that is set meanwhile
// makes a wait end at the new time and not at the old one.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "core/engine/ports/clock.hpp"

namespace uplift::daemon {

class SystemClock : public engine::Clock {
 public:
    explicit SystemClock(boost::asio::any_io_executor executor);
    [[nodiscard]] TimePoint now() const override;
    boost::asio::awaitable<void> sleep_until(TimePoint time) override;

 private:
    boost::asio::any_io_executor executor_;
};

}  // namespace uplift::daemon
