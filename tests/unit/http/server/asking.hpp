// Runs coroutines of a client to their end on an io_context of the test.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
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

inline http::TlsContext trusting(const Identity& identity = TlsServer::shared_identity()) {
    const TempFile ca(identity.ca_pem);
    return http::TlsContext::create(ca.path()).value();
}

inline http::BaseUrl base_of(const TlsServer& server, std::string_view path = "/v1.0") {
    return http::BaseUrl::parse(server.url(path), "test").value();
}

}  // namespace uplift::test
