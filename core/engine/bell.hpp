// Bell: a loop sleeps until a time, or until somebody rings.
//
// Engine thread only. Waits that are left over when the bell is gone belong to the clock, which outlives it
// only where it is told to forget them (the simulation's crash, the end of the process).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <optional>

#include "core/engine/ports/clock.hpp"
#include "core/engine/signal.hpp"

namespace uplift::engine {

class Bell {
 public:
    Bell(boost::asio::any_io_executor executor, Clock& clock)
        : executor_(std::move(executor)), clock_(clock), inside_(std::make_shared<Inside>()) {}

    void ring() { inside_->signal.notify_all(); }

    boost::asio::awaitable<void> wait_until(TimePoint time) {
        // One timer at a time, the earliest: a later one is set when that has rung.
        if (!inside_->next || time < *inside_->next) {
            inside_->next = time;
            boost::asio::co_spawn(executor_, ring_at(clock_, inside_, time), boost::asio::detached);
        }
        co_await inside_->signal.wait();
    }

 private:
    struct Inside {
        Signal signal;
        std::optional<TimePoint> next;
    };
    static boost::asio::awaitable<void> ring_at(Clock& clock,
                                                std::shared_ptr<Inside> inside,
                                                TimePoint time) {
        co_await clock.sleep_until(time);
        if (inside->next && *inside->next <= time) inside->next.reset();
        inside->signal.notify_all();
    }

    boost::asio::any_io_executor executor_;
    Clock& clock_;
    std::shared_ptr<Inside> inside_;
};

}  // namespace uplift::engine
