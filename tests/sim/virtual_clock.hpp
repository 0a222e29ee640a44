// VirtualClock: time that moves only when nobody has anything to do.
//
// Waiting coroutines sit in a heap by time, then by order of arrival: one seed, one history.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "core/engine/ports/clock.hpp"

namespace uplift::sim {

class VirtualClock : public engine::Clock {
 public:
    explicit VirtualClock(TimePoint start) : now_(start) {}

    [[nodiscard]] TimePoint now() const override { return now_; }
    boost::asio::awaitable<void> sleep_until(TimePoint time) override {
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            Keep{this, time}, boost::asio::use_awaitable);
    }

    // Moves to the next waiting coroutine and resumes it. False when nobody waits.
    bool advance() {
        if (waiting_.empty()) return false;
        const auto first = waiting_.begin();
        now_ = std::max(now_, first->first.first);
        auto sleeper = std::move(first->second);
        waiting_.erase(first);
        sleeper->resume();
        return true;
    }
    [[nodiscard]] bool anybody_waits() const { return !waiting_.empty(); }
    [[nodiscard]] TimePoint next_time() const { return waiting_.begin()->first.first; }
    // A crash: whoever waited is gone.
    void forget_waiting() { waiting_.clear(); }
    void pass(Duration duration) { now_ += duration; }

 private:
    struct Sleeper {
        virtual ~Sleeper() = default;
        virtual void resume() = 0;
    };
    template <class Handler>
    struct SleeperOf : Sleeper {
        explicit SleeperOf(Handler h) : handler(std::move(h)) {}
        void resume() override {
            const auto executor = boost::asio::get_associated_executor(handler);
            boost::asio::post(executor, std::move(handler));
        }
        Handler handler;
    };
    struct Keep {
        VirtualClock* clock;
        TimePoint time;
        template <class Handler>
        void operator()(Handler handler) const {
            clock->waiting_.emplace(std::pair{time, clock->arrivals_++},
                                    std::make_unique<SleeperOf<Handler>>(std::move(handler)));
        }
    };

    TimePoint now_;
    std::uint64_t arrivals_ = 0;
    std::map<std::pair<TimePoint, std::uint64_t>, std::unique_ptr<Sleeper>> waiting_;
};

}  // namespace uplift::sim
