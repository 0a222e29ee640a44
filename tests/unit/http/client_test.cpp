#include "core/http/client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>

#include "tests/unit/http/asker.hpp"

namespace uplift::http {
namespace {

TEST(Client, ReplyComesWithStatusHeadersInAnyCaseAndBody) {
    TlsServer server(always(test::reply_of(
        201, R"({"id":1})", "Content-Type: application/json;charset=utf-8\r\nrequest-id: abc\r\n")));
    Asker asker(server);

    const auto exchange = asker.ask(asker.post("{}"));

    const auto& reply = reply_in(exchange);
    EXPECT_EQ(reply.status, 201u);
    EXPECT_EQ(reply.body, R"({"id":1})");
    EXPECT_EQ(reply.header("Request-ID"), "abc");
    EXPECT_TRUE(reply.is_json());
}

TEST(Client, RequestGoesOutAsBuilt) {
    TlsServer server(always(ok("{}")));
    Asker asker(server);
    auto request = asker.request(Method::post);
    request.header("client-request-id", "11111111-aaaa-4bbb-8ccc-222222222222");
    request.bearer(std::make_shared<const Secret>(Secret::copy_of("token.of.test")));
    request.body("application/json", Secret::copy_of(R"({"password":"x"})"));

    asker.ask(std::move(request));

    ASSERT_EQ(server.requests().size(), 1u);
    EXPECT_EQ(server.requests()[0],
              "POST /v1.0/users HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                  "\r\nUser-Agent: Uplift\r\nAccept: application/json\r\nAuthorization: Bearer "
                  "token.of.test\r\nclient-request-id: 11111111-aaaa-4bbb-8ccc-222222222222\r\n"
                  "Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"password\":\"x\"}");
}

TEST(Client, ConnectionIsKeptForTheNextCall) {
    TlsServer server(always(ok("{}")));
    Asker asker(server);

    for (int i = 0; i < 3; ++i) reply_in(asker.ask(asker.get()));

    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(asker.client.idle_connections(), 1u);
}

TEST(Client, MoreCallsThanConnectionsWaitTheirTurn) {
    TlsServer server(always(ok("{}")));
    auto settings = hasty();
    settings.connections_per_host = 2;
    Asker asker(server, settings);
    int done = 0;

    for (int i = 0; i < 8; ++i)
        asio::co_spawn(
            asker.io, asker.client.exchange(asker.get(), 10s), [&](std::exception_ptr, Exchange e) {
                reply_in(e);
                ++done;
            });
    while (done < 8) asker.io.run_one();

    EXPECT_EQ(server.connections(), 2);
}

TEST(Client, CallThatFindsNoFreeConnectionInTimeIsNotSent) {
    TlsServer server([](Peer& peer) {
        peer.read_request();
        peer.wait_for_close();
    });
    auto settings = hasty();
    settings.connections_per_host = 1;
    Asker asker(server, settings);
    bool first_done = false;
    asio::co_spawn(asker.io, asker.client.exchange(asker.get(), 400ms), [&](std::exception_ptr, Exchange) {
        first_done = true;
    });

    const auto second = asker.ask(asker.get(), 50ms);

    EXPECT_EQ(failure_in(second), "not sent: timeout");
    while (!first_done) asker.io.run_one();
}

TEST(Client, RequestWithControlBytesIsRefusedBeforeItIsSentT4) {
    TlsServer server(always(ok("{}")));
    Asker asker(server);
    auto forged = asker.get();
    forged.header("client-request-id", "x\r\nX-Forged: 1");

    const auto exchange = asker.ask(std::move(forged));

    EXPECT_EQ(failure_in(exchange), "not sent: bad request");
    EXPECT_EQ(server.connections(), 0);
}

TEST(Client, RedirectIsAReplyAndNotFollowedAC32) {
    TlsServer elsewhere(always(ok("{}")));
    TlsServer server(always(test::reply_of(302, "", "Location: " + elsewhere.url("/users") + "\r\n")));
    Asker asker(server);

    const auto exchange = asker.ask(asker.get());

    EXPECT_EQ(reply_in(exchange).status, 302u);
    EXPECT_EQ(elsewhere.connections(), 0);
}

// ---- time ------------------------------------------------------------------------------------------------

TEST(Client, SilenceAfterTheRequestEndsByTheDeadline) {
    TlsServer server(after_one_request([](Peer& peer) { peer.wait_for_close(); }));
    Asker asker(server);

    EXPECT_EQ(failure_in(asker.ask(asker.post("{}"), 150ms)), "after send: timeout");
}

TEST(Client, SlowLorisEndsByTheMinimumRate) {
    TlsServer server(after_one_request([](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n");
        // Without the rule the whole reply would come.
        for (int i = 0; i < 60 && peer.write("x"); ++i) std::this_thread::sleep_for(10ms);
        peer.wait_for_close(1s);
    }));
    Asker asker(server);

    EXPECT_EQ(failure_in(asker.ask(asker.post("{}"))), "after send: timeout");
}

TEST(Client, SlowLorisInTheHeadEndsByTheDeadline) {
    TlsServer server(after_one_request([](Peer& peer) {
        while (peer.write("H")) std::this_thread::sleep_for(10ms);
    }));
    Asker asker(server);

    EXPECT_TRUE(failure_in(asker.ask(asker.post("{}"), 300ms)).starts_with("after send: "));
}

TEST(Client, SlowButSteadyReplyIsRead) {
    TlsServer server(after_one_request([](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n");
        for (int i = 0; i < 20; ++i) {
            peer.write(std::string(1'000, 'x'));
            std::this_thread::sleep_for(10ms);
        }
        peer.wait_for_close(100ms);
    }));
    auto settings = hasty();
    settings.rate_window = 60ms;
    settings.rate_bytes = 100;
    Asker asker(server, settings);

    EXPECT_EQ(reply_in(asker.ask(asker.get())).body.size(), 20'000u);
}

TEST(Client, ServerThatNeverShakesHandsIsATimeoutAndNotSent) {
    // A listener whose connections nobody accepts.
    asio::io_context io;
    asio::ip::tcp::acceptor silent(io, {asio::ip::make_address("127.0.0.1"), 0});
    auto settings = hasty();
    settings.connect_limit = 150ms;
    Client client(io.get_executor(), test::trusting(), settings);
    const auto base =
        BaseUrl::parse("https://127.0.0.1:" + std::to_string(silent.local_endpoint().port()), "t").value();

    const auto exchange =
        test::run(io, client.exchange(Request(Method::get, base, Target(base).path("/a")), 5s));

    EXPECT_EQ(failure_in(exchange), "not sent: timeout");
}

TEST(Client, RefusedConnectionIsNotSent) {
    asio::io_context io;
    unsigned short port = 0;
    {
        asio::ip::tcp::acceptor closed(io, {asio::ip::make_address("127.0.0.1"), 0});
        port = closed.local_endpoint().port();
    }
    Client client(io.get_executor(), test::trusting(), hasty());
    const auto base = BaseUrl::parse("https://127.0.0.1:" + std::to_string(port), "t").value();

    const auto exchange =
        test::run(io, client.exchange(Request(Method::get, base, Target(base).path("/a")), 5s));

    EXPECT_EQ(failure_in(exchange), "not sent: connect");
}

TEST(Client, UnknownNameIsNotSent) {
    asio::io_context io;
    Client client(io.get_executor(), test::trusting(), hasty());
    const auto base = BaseUrl::parse("https://no-such-host.invalid", "t").value();

    const auto exchange =
        test::run(io, client.exchange(Request(Method::get, base, Target(base).path("/a")), 5s));

    EXPECT_EQ(failure_in(exchange), "not sent: dns");
}

// ---- stale connections -----------------------------------------------------------------------------------

// Answers one request and then ends the connection; `closed` says when it has.
struct ClosesAfterOne {
    std::shared_ptr<std::atomic<int>> closed = std::make_shared<std::atomic<int>>(0);
    enum class How { politely, cut } how = How::politely;
    TlsServer::Script script() const {
        return [closed = closed, how = how](Peer& peer) {
            if (peer.read_request().empty()) return;
            peer.write(ok("{}"));
            how == How::politely ? peer.close_politely() : peer.cut();
            ++*closed;
            peer.wait_for_close();
        };
    }
    void wait() const {
        while (*closed == 0) std::this_thread::yield();
    }
};

TEST(ClientStale, ConnectionThatWasClosedPolitelyIsReplacedBeforeAWrite) {
    const ClosesAfterOne closing{.how = ClosesAfterOne::How::politely};
    TlsServer server(closing.script());
    Asker asker(server);
    reply_in(asker.ask(asker.get()));
    closing.wait();

    const auto write = asker.ask(asker.post("{}"));

    EXPECT_EQ(reply_in(write).status, 200u);
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST(ClientStale, ConnectionThatWasCutIsReplacedBeforeAWrite) {
    const ClosesAfterOne closing{.how = ClosesAfterOne::How::cut};
    TlsServer server(closing.script());
    Asker asker(server);
    reply_in(asker.ask(asker.get()));
    closing.wait();

    const auto write = asker.ask(asker.post("{}"));

    EXPECT_EQ(reply_in(write).status, 200u);
    EXPECT_EQ(server.requests().size(), 2u);
}

// The connection dies only when the second request has arrived.
TlsServer::Script dies_at_the_second_request() {
    return [](Peer& peer) {
        if (peer.read_request().empty()) return;
        peer.write(ok("{}"));
        if (peer.number() == 0) {
            peer.read_request();
            peer.cut();
            return;
        }
        while (!peer.read_request().empty()) peer.write(ok("{}"));
    };
}

TEST(ClientStale, WriteOnAConnectionThatDiesUnderItIsUnknownAndNeverResent) {
    TlsServer server(dies_at_the_second_request());
    Asker asker(server);
    reply_in(asker.ask(asker.get()));

    const auto write = asker.ask(asker.post("{}"));

    EXPECT_EQ(failure_in(write), "after send: reset");
    EXPECT_EQ(server.requests().size(), 2u);
    EXPECT_EQ(server.connections(), 1);
}

TEST(ClientStale, ReadOnAConnectionThatDiesUnderItIsAskedAgain) {
    TlsServer server(dies_at_the_second_request());
    Asker asker(server);
    reply_in(asker.ask(asker.get()));

    const auto read = asker.ask(asker.get());

    EXPECT_EQ(reply_in(read).status, 200u);
    EXPECT_EQ(server.connections(), 2);
}

TEST(ClientStale, OldIdleConnectionIsNotUsed) {
    TlsServer server(always(ok("{}")));
    auto settings = hasty();
    settings.idle_limit = 0ms;
    Asker asker(server, settings);

    for (int i = 0; i < 2; ++i) reply_in(asker.ask(asker.post("{}")));

    EXPECT_EQ(server.connections(), 2);
}

TEST(ClientStale, ConnectionWithUnaskedBytesIsNotUsedAgain) {
    TlsServer server([](Peer& peer) {
        while (!peer.read_request().empty()) peer.write(ok("{}") + ok("{\"forged\":1}"));
    });
    Asker asker(server);

    for (int i = 0; i < 2; ++i) EXPECT_EQ(reply_in(asker.ask(asker.get())).body, "{}");

    EXPECT_EQ(server.connections(), 2);
}

TEST(Client, GoesAwayWhileACallIsInFlight) {
    TlsServer server(after_one_request([](Peer& peer) { peer.wait_for_close(); }));
    bool ended = false;
    {
        asio::io_context io;
        {
            auto asker = std::make_unique<Client>(io.get_executor(), test::trusting(), hasty());
            const auto base = test::base_of(server);
            asio::co_spawn(io,
                           asker->exchange(Request(Method::get, base, Target(base).path("/a")), 10s),
                           [&](std::exception_ptr, Exchange) { ended = true; });
            while (server.requests().empty()) io.run_one_for(5ms);
        }
    }
    EXPECT_FALSE(ended);
}

}  // namespace
}  // namespace uplift::http
