// The only file of the sandbox that includes Asio and Beast.
#include "tests/sandbox/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <stdexcept>

#include "tests/sandbox/text.hpp"
#include "tests/sandbox/wire.hpp"

// g++ 12 sees half of the frame allocator of Asio's coroutines after inlining, and warns of a mismatch that
// is none.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace uplift::sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Stream = asio::ssl::stream<tcp::socket>;
using Parser = http::request_parser<http::string_body>;

constexpr std::uint64_t largest_body = 16u << 20;
constexpr std::uint32_t largest_header = 64u << 10;
constexpr std::chrono::milliseconds tick{200};

auto into(error_code& fault) { return asio::redirect_error(asio::use_awaitable, fault); }

std::chrono::nanoseconds nanoseconds(Seconds time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time);
}

asio::awaitable<void> sleep(Seconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, nanoseconds(time));
    error_code fault;
    co_await timer.async_wait(into(fault));
}

asio::awaitable<bool> send(Stream& stream, std::string_view bytes) {
    error_code fault;
    co_await asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()), into(fault));
    co_return !fault;
}

void reset(Stream& stream) {
    error_code ignored;
    stream.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    stream.next_layer().close(ignored);
}

asio::awaitable<void> close(Stream& stream, Closing closing) {
    if (closing == Closing::reset) {
        reset(stream);
        co_return;
    }
    error_code ignored;
    SSL_shutdown(stream.native_handle());  // says goodbye without waiting for the answer
    stream.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
    stream.next_layer().close(ignored);
    co_return;
}

Request request_of(http::request<http::string_body>&& message) {
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message)
        request.headers.emplace_back(
            lower(std::string_view(field.name_string().data(), field.name_string().size())),
            std::string(field.value()));
    request.body = std::move(message.body());
    return request;
}

asio::awaitable<bool> read(Stream& stream, boost::beast::flat_buffer& buffer, Parser& parser) {
    parser.body_limit(largest_body);
    parser.header_limit(largest_header);
    error_code fault;
    co_await http::async_read_header(stream, buffer, parser, into(fault));
    if (!fault && same_ignoring_case(std::string(parser.get()[http::field::expect]), "100-continue")) {
        const std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        if (!co_await send(stream, go_on)) co_return false;
    }
    if (!fault) co_await http::async_read(stream, buffer, parser, into(fault));
    if (!fault) co_return true;
    if (fault.category() == http::make_error_code(http::error::bad_method).category() &&
        fault != http::error::end_of_stream && fault != http::error::partial_message) {
        const std::string_view refused =
            "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        co_await send(stream, refused);
    }
    co_return false;
}

asio::awaitable<bool> send_pieces(Stream& stream, const Reply& reply) {
    std::string piece;
    while (reply.next_piece(piece)) {
        if (piece.empty()) continue;
        const std::string chunk = chunk_of(piece);
        if (!co_await send(stream, chunk)) co_return false;
    }
    co_return co_await send(stream, "0\r\n\r\n");
}

asio::awaitable<bool> send_slowly(Stream& stream, std::string bytes, SlowBytes slow) {
    for (std::size_t at = 0; at < bytes.size(); at += slow.at_once) {
        const std::string_view piece = std::string_view(bytes).substr(at, slow.at_once);
        if (!co_await send(stream, piece)) co_return false;
        co_await sleep(slow.between);
    }
    co_return true;
}

// True when the connection may go on.
asio::awaitable<bool> deliver(Stream& stream, const Delivery& delivery, After after) {
    if (delivery.delay.count() > 0) co_await sleep(delivery.delay);
    if (delivery.kind == Delivery::Kind::drop) {
        co_await close(stream, delivery.closing);
        co_return false;
    }
    std::string bytes = head_of(delivery.reply, after);
    if (delivery.reply.next_piece) {
        if (!co_await send(stream, bytes)) co_return false;
        co_return co_await send_pieces(stream, delivery.reply);
    }
    bytes += std::string_view(delivery.reply.body).substr(0, delivery.cut_after.value_or(std::string::npos));
    bool sent = false;
    if (delivery.slow) {
        sent = co_await send_slowly(stream, std::move(bytes), *delivery.slow);
    } else {
        sent = co_await send(stream, bytes);
    }
    if (!sent || delivery.cut_after) co_return false;
    co_return after == After::keep_alive;
}

asio::awaitable<void> apply_after(Sandbox& sandbox, Request request, Seconds time) {
    co_await sleep(time);
    sandbox.apply(request, Clock::now());
}

asio::awaitable<void> serve_connection(Sandbox& sandbox, asio::ssl::context& tls, tcp::socket socket) {
    const auto executor = co_await asio::this_coro::executor;
    error_code fault;
    socket.set_option(tcp::no_delay(true), fault);
    Stream stream(std::move(socket), tls);
    co_await stream.async_handshake(asio::ssl::stream_base::server, into(fault));
    if (fault) co_return;
    boost::beast::flat_buffer buffer;
    while (true) {
        Parser parser;
        if (!co_await read(stream, buffer, parser)) break;
        const After after = parser.get().keep_alive() ? After::keep_alive : After::close;
        const Request request = request_of(parser.release());
        Delivery delivery = sandbox.serve(request, Clock::now());
        if (request.method == "HEAD") delivery.reply.body.clear();
        if (delivery.apply_after)
            asio::co_spawn(executor, apply_after(sandbox, request, *delivery.apply_after), asio::detached);
        if (!co_await deliver(stream, delivery, after)) break;
    }
    if (stream.next_layer().is_open()) co_await close(stream, Closing::orderly);
}

asio::awaitable<void> accept_all(Sandbox& sandbox, asio::ssl::context& tls, tcp::acceptor& acceptor) {
    const auto executor = co_await asio::this_coro::executor;
    while (acceptor.is_open()) {
        error_code fault;
        tcp::socket socket = co_await acceptor.async_accept(into(fault));
        if (fault == asio::error::operation_aborted) co_return;
        if (fault) {
            co_await sleep(Seconds(0.05));  // no descriptors left, most likely
            continue;
        }
        asio::co_spawn(executor, serve_connection(sandbox, tls, std::move(socket)), asio::detached);
    }
}

asio::awaitable<void> tick_forever(std::function<void()> on_tick) {
    while (true) {
        co_await sleep(tick);
        on_tick();
    }
}

int choose_http_1_1(
    SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned length, void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, size, ours, sizeof ours - 1, in, length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

class Server::Inside {
 public:
    Inside(Sandbox& sandbox, const TlsFiles& files, const Listen& listen)
        : sandbox_(sandbox), tls_(asio::ssl::context::tls_server), acceptor_(io_) {
        tls_.use_certificate_chain_file(files.certificate.string());
        tls_.use_private_key_file(files.key.string(), asio::ssl::context::pem);
        SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
        SSL_CTX_set_alpn_select_cb(tls_.native_handle(), choose_http_1_1, nullptr);
        const tcp::endpoint endpoint(asio::ip::make_address(listen.address), listen.port);
        acceptor_.open(endpoint.protocol());
        acceptor_.set_option(tcp::acceptor::reuse_address(true));
        acceptor_.bind(endpoint);
        acceptor_.listen();
    }

    unsigned short port() const { return acceptor_.local_endpoint().port(); }

    void run(const std::function<void()>& on_tick) {
        asio::signal_set signals(io_, SIGTERM, SIGINT);
        signals.async_wait([this](const error_code&, int) { io_.stop(); });
        asio::co_spawn(io_, accept_all(sandbox_, tls_, acceptor_), asio::detached);
        asio::co_spawn(io_, tick_forever(on_tick), asio::detached);
        io_.run();
    }

 private:
    Sandbox& sandbox_;
    asio::ssl::context tls_;
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
};

Listen parse_listen(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) throw std::runtime_error("--listen: ADDRESS:PORT");
    Listen listen;
    listen.address = text.substr(0, colon);
    if (listen.address.starts_with('[') && listen.address.ends_with(']'))
        listen.address = listen.address.substr(1, listen.address.size() - 2);
    if (listen.address == "localhost") listen.address = "127.0.0.1";
    const auto port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos ||
        std::stoul(port) > 65535)
        throw std::runtime_error("--listen: no port: " + port);
    listen.port = static_cast<unsigned short>(std::stoul(port));
    error_code fault;
    const auto address = asio::ip::make_address(listen.address, fault);
    if (fault) throw std::runtime_error("--listen: no address: " + listen.address);
    if (!address.is_loopback())
        throw std::runtime_error("--listen: " + listen.address +
                                 " is not a loopback address; this is a sandbox");
    return listen;
}

Server::Server(Sandbox& sandbox, const TlsFiles& files, const Listen& listen)
    : inside_(std::make_unique<Inside>(sandbox, files, listen)) {}
Server::~Server() = default;
unsigned short Server::port() const { return inside_->port(); }
void Server::run(const std::function<void()>& every_200_ms) { inside_->run(every_200_ms); }

}  // namespace uplift::sandbox
