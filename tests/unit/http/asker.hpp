// A client of the tests with short limits, and scripts for the server that it talks to.
#pragma once

#include <gtest/gtest.h>

#include "tests/unit/http/server/asking.hpp"

namespace uplift::http {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::ok;
using test::Peer;
using test::TlsServer;

// Deadlines of the tests are short; none is ever measured.
inline ClientSettings hasty() {
    ClientSettings settings;
    settings.connect_limit = 2s;
    settings.total_limit = 10s;
    settings.rate_window = 100ms;
    return settings;
}

struct Asker {
    explicit Asker(const TlsServer& server,
                   ClientSettings settings = hasty(),
                   TlsContext tls = test::trusting())
        : base(test::base_of(server)), client(io.get_executor(), std::move(tls), settings) {}

    Request get() { return request(Method::get); }
    Request request(Method method) { return Request(method, base, Target(base).path("/users")); }
    Request post(std::string body) {
        auto request = this->request(Method::post);
        request.body("application/json", std::move(body));
        return request;
    }
    Exchange ask(Request request, std::chrono::milliseconds time = 10s) {
        return test::run(io, client.exchange(std::move(request), time));
    }

    asio::io_context io;
    BaseUrl base;
    Client client;
};

inline const Reply& reply_in(const Exchange& exchange) {
    if (const auto* failure = std::get_if<Failure>(&exchange)) {
        ADD_FAILURE() << word(failure->kind) << ": " << failure->text;
        static const Reply none;
        return none;
    }
    return std::get<Reply>(exchange);
}

inline std::string failure_in(const Exchange& exchange) {
    const auto* failure = std::get_if<Failure>(&exchange);
    if (failure == nullptr) return "a reply of status " + std::to_string(std::get<Reply>(exchange).status);
    return std::string(failure->phase == Phase::not_sent ? "not sent: " : "after send: ") +
           std::string(word(failure->kind));
}

// Answers every request of every connection.
inline TlsServer::Script always(std::string reply) {
    return [reply](Peer& peer) {
        while (!peer.read_request().empty()) peer.write(reply);
    };
}

// Answers once and then does what is said.
inline TlsServer::Script after_one_request(std::function<void(Peer&)> act) {
    return [act](Peer& peer) {
        if (!peer.read_request().empty()) act(peer);
    };
}

}  // namespace uplift::http
