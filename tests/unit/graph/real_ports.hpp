// The machine's clock and random bytes, for tests that talk to a server.
#pragma once

#include <sys/random.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/entropy.hpp"

namespace uplift::test {

class SystemClock final : public engine::Clock {
 public:
    [[nodiscard]] TimePoint now() const override {
        return std::chrono::floor<Duration>(std::chrono::system_clock::now());
    }
    boost::asio::awaitable<void> sleep_until(TimePoint time) override {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time - now());
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
};

// The machine's clock, set forward by a test.
class AdjustedClock final : public engine::Clock {
 public:
    [[nodiscard]] TimePoint now() const override { return clock_.now() + ahead; }
    boost::asio::awaitable<void> sleep_until(TimePoint time) override {
        return clock_.sleep_until(time - ahead);
    }
    Duration ahead{};

 private:
    SystemClock clock_;
};

class KernelEntropy final : public engine::Entropy {
 public:
    void fill(std::span<std::byte> bytes) override {
        if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
    }
};

}  // namespace uplift::test
