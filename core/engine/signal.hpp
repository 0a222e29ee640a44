// Signal: coroutines wait on it until somebody notifies. No timer, no thread: one executor only.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>
#include <vector>

namespace uplift::engine {

class Signal {
 public:
    Signal() = default;
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    // Returns after the next notify_all().
    boost::asio::awaitable<void> wait() {
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            Keep{this}, boost::asio::use_awaitable);
    }

    void notify_all() {
        auto waiting = std::exchange(waiting_, {});
        for (auto& waiter : waiting) waiter->resume();
    }

    // Whoever waits is destroyed without being resumed.
    void forget_waiting() { waiting_.clear(); }

 private:
    struct Waiter {
        virtual ~Waiter() = default;
        virtual void resume() = 0;
    };
    template <class Handler>
    struct WaiterOf : Waiter {
        explicit WaiterOf(Handler h) : handler(std::move(h)) {}
        void resume() override {
            const auto executor = boost::asio::get_associated_executor(handler);
            boost::asio::post(executor, std::move(handler));
        }
        Handler handler;
    };
    struct Keep {
        Signal* signal;
        template <class Handler>
        void operator()(Handler handler) const {
            signal->waiting_.push_back(std::make_unique<WaiterOf<Handler>>(std::move(handler)));
        }
    };

    std::vector<std::unique_ptr<Waiter>> waiting_;
};

}  // namespace uplift::engine
