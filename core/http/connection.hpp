// One TLS connection to one host, and what is done on it. Inside of http only.
//
// A watchdog closes the socket when a limit of time passes, so that no wait below can outlive it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "core/http/client.hpp"
#include "core/http/signal.hpp"

namespace uplift::http {

class ReplyReader;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
    Connection(boost::asio::any_io_executor executor, TlsContext tls, const ClientSettings& settings);
    ~Connection();

    // Names, TCP, the proxy where there is one, TLS. Nothing when it is ready to be written to.
    boost::asio::awaitable<std::optional<Failure>> open(std::string host,
                                                        std::string port,
                                                        SteadyPoint limit);
    // Writes the request once and reads the reply. The request must outlive the call.
    boost::asio::awaitable<Exchange> perform(const Request& request, SteadyPoint limit);

    // Neither closed nor spoken to by the other side since the last reply.
    [[nodiscard]] bool looks_alive();
    // The last reply ended where it should, and the other side keeps the connection.
    [[nodiscard]] bool reusable() const { return reusable_; }
    // Not one byte of a reply came in the last perform().
    [[nodiscard]] bool silent() const { return received_ == 0; }
    void close();

    SteadyPoint idle_since{};

 private:
    boost::asio::awaitable<std::optional<Failure>> reach(
        const boost::asio::ip::tcp::resolver::results_type& addresses, SteadyPoint limit);
    boost::asio::awaitable<std::optional<Failure>> pass_the_proxy(const std::string& host,
                                                                  const std::string& port);
    boost::asio::awaitable<std::optional<Failure>> shake_hands(const std::string& host);
    // The same failure, told as one of the proxy where there is one.
    [[nodiscard]] Failure on_the_way(Failure failure) const;
    boost::asio::awaitable<Exchange> read_reply(std::size_t cap);
    void watch(SteadyPoint limit);
    void watch_rate();
    void arm(SteadyPoint at);
    void on_watchdog();
    void unwatch();
    [[nodiscard]] Failure failed(const boost::system::error_code& error, const char* doing) const;

    boost::asio::any_io_executor executor_;
    TlsContext tls_;
    ClientSettings settings_;
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    std::unique_ptr<ReplyReader> reader_;
    boost::asio::steady_timer watchdog_;
    SteadyPoint limit_{};
    std::optional<SteadyPoint> window_ends_;
    std::size_t received_ = 0;
    std::size_t received_at_window_ = 0;
    unsigned watch_number_ = 0;
    bool timed_out_ = false;
    bool sent_ = false;
    bool reusable_ = false;
};

}  // namespace uplift::http
