#include "daemon/system_clock.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace uplift::daemon {
namespace {

constexpr Duration longest_slice = std::chrono::minutes{1};

}  // namespace

SystemClock::SystemClock(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

TimePoint SystemClock::now() const {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

boost::asio::awaitable<void> SystemClock::sleep_until(TimePoint time) {
    boost::asio::steady_timer timer(executor_);
    for (auto left = time - now(); left > Duration::zero(); left = time - now()) {
        timer.expires_after(std::min<Duration>(left, longest_slice));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

}  // namespace uplift::daemon
