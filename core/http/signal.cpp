#include "core/http/signal.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace uplift::http {
namespace asio = boost::asio;

namespace {

// Takes a timer out of the list however the wait ends, also when its coroutine is destroyed.
class Entry {
 public:
    Entry(std::vector<asio::steady_timer*>& list, asio::steady_timer& timer) : list_(list), timer_(&timer) {
        list_.push_back(timer_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { std::erase(list_, timer_); }

 private:
    std::vector<asio::steady_timer*>& list_;
    asio::steady_timer* timer_;
};

}  // namespace

void Signal::set() {
    set_ = true;
    for (auto* timer : waiting_) timer->cancel();
}

asio::awaitable<bool> Signal::wait_until(SteadyPoint limit) {
    if (set_) co_return true;
    asio::steady_timer timer(executor_, limit);
    const Entry entry(waiting_, timer);
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return set_;
}

asio::awaitable<void> pause(std::chrono::milliseconds duration) {
    asio::steady_timer timer(co_await asio::this_coro::executor, duration);
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

}  // namespace uplift::http
