#include "core/http/client.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <new>

#include "core/http/connection.hpp"

namespace uplift::http {
namespace asio = boost::asio;

namespace {

using Place = std::pair<std::string, std::string>;  // host, port
using ConnectionPtr = std::shared_ptr<Connection>;

struct PlaceState {
    std::deque<ConnectionPtr> idle;  // the most recent at the end
    std::size_t in_use = 0;
    std::deque<std::shared_ptr<Signal>> waiting;
};

}  // namespace

class Pool : public std::enable_shared_from_this<Pool> {
 public:
    Pool(asio::any_io_executor executor, TlsContext tls, ClientSettings settings)
        : executor_(std::move(executor)),
          tls_(std::move(tls)),
          settings_(std::move(settings)),
          sweep_(executor_) {}

    asio::awaitable<Exchange> exchange(const Request& request, SteadyPoint limit);
    // A turn at the place: false when the limit passed first. give_back() must follow a true.
    asio::awaitable<bool> take_turn(Place place, SteadyPoint limit);
    void give_turn_back(const Place& place);
    // An idle connection that is still good, or null.
    ConnectionPtr idle_at(const Place& place);
    void keep(const Place& place, ConnectionPtr connection);
    void close_all();

    [[nodiscard]] std::size_t idle_count() const;
    [[nodiscard]] const asio::any_io_executor& executor() const { return executor_; }
    [[nodiscard]] const ClientSettings& settings() const { return settings_; }
    ConnectionPtr new_connection() const { return std::make_shared<Connection>(executor_, tls_, settings_); }

 private:
    asio::awaitable<Exchange> exchange_at(Place place, const Request& request, SteadyPoint limit);
    void sweep();

    asio::any_io_executor executor_;
    TlsContext tls_;
    ClientSettings settings_;
    asio::steady_timer sweep_;
    bool closed_ = false;
    std::map<Place, PlaceState> places_;
};

namespace {

// Gives the turn back however the call ends.
class Turn {
 public:
    Turn(Pool& pool, Place place) : pool_(pool), place_(std::move(place)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { pool_.give_turn_back(place_); }

 private:
    Pool& pool_;
    Place place_;
};

}  // namespace

asio::awaitable<bool> Pool::take_turn(Place place, SteadyPoint limit) {
    auto& state = places_[place];
    if (state.in_use < settings_.connections_per_host) {
        ++state.in_use;
        co_return true;
    }
    const auto turn = std::make_shared<Signal>(executor_);
    state.waiting.push_back(turn);
    if (co_await turn->wait_until(limit)) co_return true;  // in_use was handed over with it
    std::erase(places_[place].waiting, turn);
    co_return false;
}

void Pool::give_turn_back(const Place& place) {
    auto& state = places_[place];
    // Who was destroyed while it waited holds its signal no more.
    while (!state.waiting.empty() && state.waiting.front().use_count() == 1) state.waiting.pop_front();
    if (state.waiting.empty()) {
        --state.in_use;
        return;
    }
    const auto next = state.waiting.front();
    state.waiting.pop_front();
    next->set();
}

ConnectionPtr Pool::idle_at(const Place& place) {
    auto& idle = places_[place].idle;
    const auto now = std::chrono::steady_clock::now();
    while (!idle.empty()) {
        auto connection = std::move(idle.back());
        idle.pop_back();
        if (now - connection->idle_since < settings_.idle_limit && connection->looks_alive())
            return connection;
        connection->close();
    }
    return nullptr;
}

void Pool::keep(const Place& place, ConnectionPtr connection) {
    if (closed_ || !connection->reusable()) return;
    connection->idle_since = std::chrono::steady_clock::now();
    places_[place].idle.push_back(std::move(connection));
    sweep();
}

void Pool::sweep() {
    const auto now = std::chrono::steady_clock::now();
    bool any_left = false;
    for (auto& [place, state] : places_) {
        std::erase_if(state.idle, [&](const ConnectionPtr& connection) {
            return now - connection->idle_since >= settings_.idle_limit;
        });
        any_left = any_left || !state.idle.empty();
    }
    if (!any_left) return;
    sweep_.expires_after(settings_.idle_limit);
    sweep_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!error && self) self->sweep();
    });
}

void Pool::close_all() {
    closed_ = true;
    sweep_.cancel();
    for (auto& [place, state] : places_) state.idle.clear();
}

std::size_t Pool::idle_count() const {
    std::size_t count = 0;
    for (const auto& [place, state] : places_) count += state.idle.size();
    return count;
}

asio::awaitable<Exchange> Pool::exchange(const Request& request, SteadyPoint limit) {
    const Place place{request.base().host(), request.base().port()};
    if (!co_await take_turn(place, limit))
        co_return Failure{.phase = Phase::not_sent,
                          .kind = FailureKind::timeout,
                          .text = "no free connection to " + place.first + " in time"};
    const Turn turn(*this, place);
    co_return co_await exchange_at(place, request, limit);
}

asio::awaitable<Exchange> Pool::exchange_at(Place place, const Request& request, SteadyPoint limit) {
    if (auto connection = idle_at(place)) {
        auto exchange = co_await connection->perform(request, limit);
        const auto* failure = std::get_if<Failure>(&exchange);
        const bool died_idle =
            failure != nullptr && failure->kind != FailureKind::timeout && connection->silent();
        keep(place, std::move(connection));
        // The race that no look at the socket closes. Reading again is harmless; a write is `unknown`.
        if (!died_idle || request.method() != Method::get) co_return exchange;
    }
    auto connection = new_connection();
    auto failure = co_await connection->open(place.first, place.second, limit);
    if (failure) co_return std::move(*failure);
    auto exchange = co_await connection->perform(request, limit);
    keep(place, std::move(connection));
    co_return exchange;
}

Client::Client(asio::any_io_executor executor, TlsContext tls, ClientSettings settings)
    : pool_(std::make_shared<Pool>(std::move(executor), std::move(tls), std::move(settings))) {}

Client::~Client() { pool_->close_all(); }

asio::any_io_executor Client::executor() const { return pool_->executor(); }
std::size_t Client::idle_connections() const { return pool_->idle_count(); }

asio::awaitable<Exchange> Client::exchange(Request request, std::chrono::milliseconds time_allowed) {
    const auto pool = pool_;
    Failure failure{.phase = Phase::not_sent, .kind = FailureKind::bad_request, .text = ""};
    if (!request.well_formed()) {
        failure.text = "the request has something in it that must not be sent";
        co_return failure;
    }
    const auto limit =
        std::chrono::steady_clock::now() + std::min(time_allowed, pool->settings().total_limit);
    try {
        co_return co_await pool->exchange(request, limit);
    } catch (const std::bad_alloc&) {
        failure.kind = FailureKind::no_memory;
        failure.text = "out of memory";
    } catch (const std::exception& error) {
        failure.kind = FailureKind::malformed;
        failure.text = error.what();
    }
    // Where it was thrown is not known any more: the worst is assumed.
    failure.phase = Phase::after_send;
    co_return failure;
}

}  // namespace uplift::http
