#include "core/http/connection.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace uplift::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int most_informational_replies = 4;

// What was read is overwritten when it is freed: a reply can hold a token.
template <class T>
struct WipingAllocator {
    using value_type = T;
    WipingAllocator() = default;
    template <class U>
    explicit WipingAllocator(const WipingAllocator<U>&) {}
    T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
    void deallocate(T* at, std::size_t count) {
        wipe({reinterpret_cast<char*>(at), count * sizeof(T)});
        std::allocator<T>{}.deallocate(at, count);
    }
    bool operator==(const WipingAllocator&) const = default;
};

using Buffer = beast::basic_flat_buffer<WipingAllocator<char>>;
using Parser = beast::http::response_parser<beast::http::buffer_body>;

}  // namespace

// Beast's share of a connection.
class ReplyReader {
 public:
    explicit ReplyReader(std::size_t header_bytes) : buffer(2 * header_bytes) {}
    Buffer buffer;
    std::optional<Parser> parser;
    std::array<char, 8'192> chunk{};

    ~ReplyReader() { wipe(chunk); }
};

namespace {

struct Lookup {
    explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}
    tcp::resolver resolver;
    tcp::resolver::results_type addresses;
    error_code error;
    Signal done;
};

// getaddrinfo cannot be interrupted: the look-up is left behind where it takes too long.
void start(const std::shared_ptr<Lookup>& lookup, const std::string& host, const std::string& port) {
    lookup->resolver.async_resolve(host,
                                   port,
                                   tcp::resolver::numeric_service,
                                   [lookup](const error_code& error, tcp::resolver::results_type addresses) {
                                       lookup->error = error;
                                       lookup->addresses = std::move(addresses);
                                       lookup->done.set();
                                   });
}

Failure not_sent(FailureKind kind, std::string text) {
    return Failure{.phase = Phase::not_sent, .kind = kind, .text = std::move(text)};
}

Reply head_of(const Parser& parser) {
    Reply reply;
    const auto& message = parser.get();
    reply.status = message.result_int();
    for (const auto& field : message)
        reply.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return reply;
}

}  // namespace

Connection::Connection(asio::any_io_executor executor, TlsContext tls, const ClientSettings& settings)
    : executor_(executor),
      tls_(std::move(tls)),
      settings_(settings),
      stream_(executor, tls_.context()),
      reader_(std::make_unique<ReplyReader>(settings.header_bytes)),
      watchdog_(executor) {}

Connection::~Connection() { close(); }

void Connection::close() {
    error_code ignored;
    stream_.next_layer().close(ignored);
    reusable_ = false;
}

// ---- limits of time -------------------------------------------------------------------------------------

void Connection::watch(SteadyPoint limit) {
    limit_ = limit;
    window_ends_.reset();
    timed_out_ = false;
    arm(limit);
}

void Connection::watch_rate() {
    if (window_ends_) return;
    received_at_window_ = 0;
    window_ends_ = std::chrono::steady_clock::now() + settings_.rate_window;
    arm(std::min(limit_, *window_ends_));
}

void Connection::arm(SteadyPoint at) {
    const auto number = ++watch_number_;
    watchdog_.expires_at(at);
    watchdog_.async_wait([weak = weak_from_this(), number](const error_code& error) {
        const auto self = weak.lock();
        if (!error && self && self->watch_number_ == number) self->on_watchdog();
    });
}

void Connection::on_watchdog() {
    const auto now = std::chrono::steady_clock::now();
    const bool window_over = window_ends_ && now >= *window_ends_;
    const bool too_slow = window_over && received_ - received_at_window_ < settings_.rate_bytes;
    if (now >= limit_ || too_slow) {
        timed_out_ = true;
        close();
        return;
    }
    if (window_over) {
        received_at_window_ = received_;
        window_ends_ = now + settings_.rate_window;
    }
    arm(window_ends_ ? std::min(limit_, *window_ends_) : limit_);
}

void Connection::unwatch() {
    ++watch_number_;
    watchdog_.cancel();
}

Failure Connection::failed(const error_code& error, const char* doing) const {
    auto kind = FailureKind::reset;
    if (timed_out_)
        kind = FailureKind::timeout;
    else if (error.category() == asio::error::get_ssl_category())
        kind = FailureKind::tls;
    else if (error == beast::http::error::header_limit || error == beast::http::error::body_limit ||
             error == beast::http::error::buffer_overflow)
        kind = FailureKind::too_large;
    else if (error.category() == make_error_code(beast::http::error::end_of_stream).category() &&
             error != beast::http::error::end_of_stream && error != beast::http::error::partial_message)
        kind = FailureKind::malformed;
    return Failure{.phase = sent_ ? Phase::after_send : Phase::not_sent,
                   .kind = kind,
                   .text = std::string(doing) + ": " + (timed_out_ ? "too slow" : error.message())};
}

// ---- open -----------------------------------------------------------------------------------------------

asio::awaitable<std::optional<Failure>> Connection::open(std::string host,
                                                         std::string port,
                                                         SteadyPoint limit) {
    const auto self = shared_from_this();
    limit = std::min(limit, std::chrono::steady_clock::now() + settings_.connect_limit);
    const auto& proxy = settings_.proxy;
    const auto nearest = proxy ? proxy->host() : host;
    const auto lookup = std::make_shared<Lookup>(executor_);
    start(lookup, nearest, proxy ? proxy->port() : port);
    if (!co_await lookup->done.wait_until(limit))
        co_return on_the_way(not_sent(FailureKind::dns, "the name " + nearest + " was not resolved in time"));
    if (lookup->error)
        co_return on_the_way(not_sent(
            FailureKind::dns, "the name " + nearest + " is not resolved: " + lookup->error.message()));
    auto failure = co_await reach(lookup->addresses, limit);
    if (failure) failure = on_the_way(std::move(*failure));
    if (!failure) {
        watch(limit);
        if (proxy) failure = co_await pass_the_proxy(host, port);
        if (!failure) failure = co_await shake_hands(host);
    }
    unwatch();
    co_return failure;
}

Failure Connection::on_the_way(Failure failure) const {
    if (!settings_.proxy) return failure;
    return not_sent(FailureKind::proxy,
                    "the proxy " + settings_.proxy->text() + " is not reached: " + failure.text);
}

asio::awaitable<std::optional<Failure>> Connection::reach(const tcp::resolver::results_type& addresses,
                                                          SteadyPoint limit) {
    std::optional<Failure> last = not_sent(FailureKind::connect, "the name has no address");
    auto left = static_cast<int>(addresses.size());
    for (const auto& address : addresses) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= limit) break;
        // A silent first address must leave time for the next one.
        watch(now + (limit - now) / left--);
        error_code error;
        stream_.next_layer().close(error);
        const auto endpoint = address.endpoint();
        co_await stream_.next_layer().async_connect(endpoint,
                                                    asio::redirect_error(asio::use_awaitable, error));
        if (!error && !timed_out_) {
            stream_.next_layer().set_option(tcp::no_delay(true), error);
            co_return std::nullopt;
        }
        last = not_sent(timed_out_ ? FailureKind::timeout : FailureKind::connect,
                        "no connection: " + (timed_out_ ? std::string("no answer") : error.message()));
    }
    co_return last;
}

// In the clear, and before TLS begins: nothing of a request exists yet.
asio::awaitable<std::optional<Failure>> Connection::pass_the_proxy(const std::string& host,
                                                                   const std::string& port) {
    const auto& proxy = *settings_.proxy;
    auto& socket = stream_.next_layer();
    const auto gone = [&](const error_code& error) {
        return not_sent(FailureKind::proxy,
                        "the proxy " + proxy.text() + " does not answer: " +
                            (timed_out_ ? std::string("no answer in time") : error.message()));
    };
    const auto question = connect_request(host, port);
    error_code error;
    co_await asio::async_write(
        socket, asio::buffer(question), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return gone(error);
    std::string received;
    std::array<char, 1'024> chunk{};
    for (;;) {
        const auto count = co_await socket.async_read_some(asio::buffer(chunk),
                                                           asio::redirect_error(asio::use_awaitable, error));
        if (error || timed_out_) co_return gone(error);
        received.append(chunk.data(), count);
        const auto reply = understood_connect(received, proxy, host, port);
        if (!reply) continue;
        if (const auto* refused = std::get_if<TunnelRefused>(&*reply))
            co_return not_sent(FailureKind::proxy, refused->text);
        co_return std::nullopt;
    }
}

asio::awaitable<std::optional<Failure>> Connection::shake_hands(const std::string& host) {
    if (!TlsContext::expect_host(stream_.native_handle(), host))
        co_return not_sent(FailureKind::tls, "the name " + host + " cannot be verified");
    error_code error;
    co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                     asio::redirect_error(asio::use_awaitable, error));
    if (!error && !timed_out_) co_return std::nullopt;
    const auto through = settings_.proxy ? " (through the proxy " + settings_.proxy->text() + ")" : "";
    if (timed_out_) co_return not_sent(FailureKind::timeout, "no TLS" + through + ": no answer in time");
    const long verified = SSL_get_verify_result(stream_.native_handle());
    if (verified != X509_V_OK)
        co_return not_sent(FailureKind::tls_verify,
                           "the certificate of " + host + through +
                               " is not accepted: " + X509_verify_cert_error_string(verified));
    co_return not_sent(FailureKind::tls, "no TLS" + through + ": " + error.message());
}

// ---- use ------------------------------------------------------------------------------------------------

bool Connection::looks_alive() {
    if (!stream_.next_layer().is_open()) return false;
    // What was received with the last reply and is still inside of OpenSSL: a close_notify shows here.
    SSL* ssl = stream_.native_handle();
    char byte = 0;
    ERR_clear_error();
    const int peeked = SSL_peek(ssl, &byte, 1);
    const int reason = SSL_get_error(ssl, peeked);
    ERR_clear_error();
    if (peeked > 0 || reason != SSL_ERROR_WANT_READ) return false;
    // What waits in the socket: an end, or something nobody asked for.
    const auto waiting = ::recv(stream_.next_layer().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return waiting < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<Exchange> Connection::perform(const Request& request, SteadyPoint limit) {
    const auto self = shared_from_this();
    received_ = 0;
    reusable_ = false;
    sent_ = false;
    watch(limit);
    {
        const Secret wire = request.wire();
        const asio::const_buffer bytes(wire.view().data(), wire.size());
        error_code error;
        // From here on the other side may have it: TLS decides when what leaves. One buffer: of several,
        // Asio would gather the bytes on its stack.
        sent_ = true;
        co_await asio::async_write(stream_, bytes, asio::redirect_error(asio::use_awaitable, error));
        // A server that has answered already closes its reading side early: the reply still counts.
        if (error && (timed_out_ || error.category() == asio::error::get_ssl_category())) {
            unwatch();
            co_return failed(error, "sending the request");
        }
    }
    auto exchange = co_await read_reply(request.reply_cap());
    unwatch();
    reader_->parser.reset();
    if (reader_->buffer.size() == 0) reader_->buffer.shrink_to_fit();
    if (!reusable_) close();
    co_return exchange;
}

asio::awaitable<Exchange> Connection::read_reply(std::size_t cap) {
    auto& reader = *reader_;
    error_code error;
    // The head alone: only there Beast reports an impossible length, and a reply's length is checked by
    // nobody else (trap T1). 1xx are replies of their own for Beast (T2).
    for (int informational = 0;; ++informational) {
        reader.parser.emplace();
        reader.parser->header_limit(static_cast<std::uint32_t>(settings_.header_bytes));
        reader.parser->body_limit(cap);
        while (!reader.parser->is_header_done()) {
            const auto count = co_await beast::http::async_read_some(
                stream_, reader.buffer, *reader.parser, asio::redirect_error(asio::use_awaitable, error));
            received_ += count;
            if (error) co_return failed(error, "reading the reply");
            watch_rate();
        }
        const auto status = reader.parser->get().result_int();
        if (status >= 200) break;
        if (status == 101 || informational == most_informational_replies)
            co_return Failure{.phase = Phase::after_send,
                              .kind = FailureKind::malformed,
                              .text = "reading the reply: no end of 1xx replies"};
    }
    auto& parser = *reader.parser;
    const Failure too_large{.phase = Phase::after_send,
                            .kind = FailureKind::too_large,
                            .text = "reading the reply: longer than " + std::to_string(cap) + " bytes"};
    const auto length = parser.content_length();
    if (length && *length > cap) co_return too_large;
    auto reply = head_of(parser);
    // Small ones are read without moving: where a body is a secret, no half of it stays behind.
    reply.body.reserve(length ? static_cast<std::size_t>(*length) : std::min(cap, token_reply_bytes));
    while (!parser.is_done()) {
        parser.get().body().data = reader.chunk.data();
        parser.get().body().size = reader.chunk.size();
        parser.get().body().more = true;
        const auto count = co_await beast::http::async_read_some(
            stream_, reader.buffer, parser, asio::redirect_error(asio::use_awaitable, error));
        received_ += count;
        if (error == beast::http::error::need_buffer) error = {};
        const auto filled = reader.chunk.size() - parser.get().body().size;
        if (reply.body.size() + filled > cap) co_return too_large;
        reply.body.append(reader.chunk.data(), filled);
        if (error == beast::http::error::body_limit) co_return too_large;
        // Also a reply without a length that is cut: TLS tells a cut from an end (T3).
        if (error) co_return failed(error, "reading the reply");
    }
    reusable_ = !parser.need_eof() && parser.keep_alive() && reader.buffer.size() == 0;
    co_return reply;
}

}  // namespace uplift::http
