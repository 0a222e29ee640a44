#include "daemon/heartbeat.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

constexpr auto between_looks = std::chrono::milliseconds{100};

asio::awaitable<void> until_round(asio::steady_timer& timer, const HeartbeatParts& parts) {
    const auto before = parts.status();
    parts.wake();
    while (!still_loops(before, parts.status()).empty()) {
        timer.expires_after(between_looks);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace

std::vector<std::string> still_loops(const engine::EngineStatus& before, const engine::EngineStatus& now) {
    std::vector<std::string> still;
    for (std::size_t i = 0; i < before.tenants.size() && i < now.tenants.size(); ++i)
        if (now.tenants[i].rounds == before.tenants[i].rounds) still.push_back(now.tenants[i].door.name);
    return still;
}

asio::awaitable<void> beat(asio::any_io_executor executor,
                           HeartbeatParts parts,
                           std::chrono::microseconds interval) {
    asio::steady_timer timer(std::move(executor));
    for (;;) {
        co_await until_round(timer, parts);
        co_await parts.read();
        parts.alive();
        timer.expires_after(interval);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace uplift::daemon
