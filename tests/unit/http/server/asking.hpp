// Runs coroutines of a client to their end on an io_context of the test.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>

#include "core/http/client.hpp"
#include "tests/unit/http/server/tls_server.hpp"

namespace uplift::test {

// What the awaitable gives, when it is done; other work of the context goes on meanwhile.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> awaitable) {
    std::optional<T> result;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, std::move(awaitable), [&](std::exception_ptr error, T value) {
        thrown = error;
        result.emplace(std::move(value));
    });
    io.restart();
    while (!result) io.run_one();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*result);
}

// A script that answers every request by what `answer` makes of it.
inline TlsServer::Script answering(std::function<std::string(const std::string& request)> answer) {
    return [answer](Peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request())
            if (!peer.write(answer(request))) return;
    };
}

inline std::string token_reply(std::string_view token, int lifetime = 3'599) {
    return ok(R"({"token_type":"Bearer","expires_in":)" + std::to_string(lifetime) + R"(,"access_token":")" +
              std::string(token) + "\"}");
}

inline bool asks_for_token(const std::string& request) {
    return request.find("/oauth2/v2.0/token ") != std::string::npos;
}

inline http::TlsContext trusting(const Identity& identity = TlsServer::shared_identity()) {
    const TempFile ca(identity.ca_pem);
    return http::TlsContext::create(ca.path()).value();
}

inline http::BaseUrl base_of(const TlsServer& server, std::string_view path = "/v1.0") {
    return http::BaseUrl::parse(server.url(path), "test").value();
}

}  // namespace uplift::test
