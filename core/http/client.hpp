// HTTPS client: pooled keep-alive connections, a deadline and limits for every call.
//
// One executor, one thread. A request is written once; only a GET whose reused connection turns out to be
// dead before any reply is asked again, on a new one. Redirects are not followed. Whatever happens, a call
// ends by its deadline with an Exchange; nothing is thrown.
// Figures: exactly-once.md, Network faults.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include "core/http/proxy.hpp"
#include "core/http/request.hpp"
#include "core/http/tls_context.hpp"

namespace uplift::http {

struct ClientSettings {
    std::size_t connections_per_host = 16;
    std::chrono::milliseconds idle_limit{30'000};     // older ones are closed, never written to
    std::chrono::milliseconds connect_limit{10'000};  // names, TCP, the proxy's answer and TLS
    std::chrono::milliseconds total_limit{120'000};   // a call, whatever its caller allows
    std::chrono::milliseconds rate_window{10'000};    // once a reply has begun…
    std::size_t rate_bytes = 1'024;                   // …at least this much in every window
    std::size_t header_bytes = std::size_t{16} << 10;
    std::optional<Proxy> proxy;  // every connection goes through it; the environment's settings are not read
};

class Pool;

class Client {
 public:
    Client(boost::asio::any_io_executor executor, TlsContext tls, ClientSettings settings = {});
    // Calls in flight end by themselves; idle connections are closed.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    boost::asio::awaitable<Exchange> exchange(Request request, std::chrono::milliseconds time_allowed);

    [[nodiscard]] boost::asio::any_io_executor executor() const;
    [[nodiscard]] std::size_t idle_connections() const;

 private:
    std::shared_ptr<Pool> pool_;
};

}  // namespace uplift::http
