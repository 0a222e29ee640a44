// One event that coroutines of one executor wait for, each until its own limit of time.
//
// Not safe across threads: whoever waits and whoever sets run on the executor's single thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <vector>

namespace uplift::http {

using SteadyPoint = std::chrono::steady_clock::time_point;

class Signal {
 public:
    explicit Signal(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    // Wakes all who wait, now and later.
    void set();
    [[nodiscard]] bool is_set() const { return set_; }
    // True when it was set, false when `limit` passed first. The signal must outlive the wait.
    boost::asio::awaitable<bool> wait_until(SteadyPoint limit);

 private:
    boost::asio::any_io_executor executor_;
    bool set_ = false;
    std::vector<boost::asio::steady_timer*> waiting_;
};

// Returns when `duration` has passed.
boost::asio::awaitable<void> pause(std::chrono::milliseconds duration);

}  // namespace uplift::http
