#include "core/http/client.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "tests/unit/http/server/asking.hpp"

namespace uplift::http {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::ok;
using test::Peer;
using test::TlsServer;

// Deadlines of the tests are short; none is ever measured.
ClientSettings hasty() {
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

const Reply& reply_in(const Exchange& exchange) {
    if (const auto* failure = std::get_if<Failure>(&exchange)) {
        ADD_FAILURE() << word(failure->kind) << ": " << failure->text;
        static const Reply none;
        return none;
    }
    return std::get<Reply>(exchange);
}

std::string failure_in(const Exchange& exchange) {
    const auto* failure = std::get_if<Failure>(&exchange);
    if (failure == nullptr) return "a reply of status " + std::to_string(std::get<Reply>(exchange).status);
    return std::string(failure->phase == Phase::not_sent ? "not sent: " : "after send: ") +
           std::string(word(failure->kind));
}

// Answers every request of every connection.
TlsServer::Script always(std::string reply) {
    return [reply](Peer& peer) {
        while (!peer.read_request().empty()) peer.write(reply);
    };
}

// Answers once and then does what is said.
TlsServer::Script after_one_request(std::function<void(Peer&)> act) {
    return [act](Peer& peer) {
        if (!peer.read_request().empty()) act(peer);
    };
}

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

// ---- T1: lengths of replies ------------------------------------------------------------------------------

TEST(ClientT1, LengthAboveTheCapIsRefusedBeforeTheBody) {
    TlsServer server(after_one_request([](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n");
        peer.wait_for_close();
    }));
    Asker asker(server);

    EXPECT_EQ(failure_in(asker.ask(asker.get())), "after send: too large");
}

TEST(ClientT1, AbsurdLengthsDoNotThrow) {
    for (const auto* length :
         {"99999999999", "18446744073709551615", "99999999999999999999999", "-1", "1x"}) {
        TlsServer server(after_one_request([length](Peer& peer) {
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::string(length) + "\r\n\r\n{}");
            peer.wait_for_close();
        }));
        Asker asker(server);

        EXPECT_TRUE(failure_in(asker.ask(asker.get())).starts_with("after send: ")) << length;
    }
}

TEST(ClientT1, EndlessChunkedReplyIsCapped) {
    TlsServer server(after_one_request([](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        const std::string chunk = "1000\r\n" + std::string(4'096, 'x') + "\r\n";
        while (peer.write(chunk)) {
        }
    }));
    Asker asker(server);

    EXPECT_EQ(failure_in(asker.ask(asker.get())), "after send: too large");
}

TEST(ClientT1, EndlessReplyWithoutLengthIsCappedAC35) {
    TlsServer server(after_one_request([](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        const std::string piece(4'096, 'x');
        while (peer.write(piece)) {
        }
    }));
    Asker asker(server);
    auto request = asker.get();
    request.reply_cap(token_reply_bytes);

    EXPECT_EQ(failure_in(asker.ask(std::move(request))), "after send: too large");
}

TEST(ClientT1, EndlessHeadIsCapped) {
    TlsServer server(after_one_request([](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\n");
        while (peer.write("x-filler: " + std::string(100, 'x') + "\r\n")) {
        }
    }));
    Asker asker(server);

    EXPECT_EQ(failure_in(asker.ask(asker.get())), "after send: too large");
}

TEST(ClientT1, ReplyAsLongAsTheCapIsTaken) {
    const std::string body(usual_reply_bytes, 'x');
    TlsServer server(always(ok(body)));
    Asker asker(server);

    EXPECT_EQ(reply_in(asker.ask(asker.get())).body.size(), usual_reply_bytes);
}

// ---- T2: 1xx ---------------------------------------------------------------------------------------------

TEST(ClientT2, InformationalRepliesAreSkipped) {
    TlsServer server(after_one_request([](Peer& peer) {
        std::string text;
        for (int i = 0; i < 4; ++i) text += "HTTP/1.1 100 Continue\r\n\r\n";
        peer.write(text + ok("{\"real\":true}"));
        peer.wait_for_close(100ms);
    }));
    Asker asker(server);

    const auto exchange = asker.ask(asker.get());

    EXPECT_EQ(reply_in(exchange).status, 200u);
    EXPECT_EQ(reply_in(exchange).body, "{\"real\":true}");
}

TEST(ClientT2, MoreThanFourInformationalRepliesAreAnError) {
    TlsServer server(after_one_request([](Peer& peer) {
        while (peer.write("HTTP/1.1 103 Early\r\n\r\n")) {
        }
    }));
    Asker asker(server);

    EXPECT_EQ(failure_in(asker.ask(asker.get())), "after send: malformed");
}

// ---- T3: cut replies -------------------------------------------------------------------------------------

struct CutCase {
    std::string name;
    std::string bytes;
};
class CutReply : public testing::TestWithParam<CutCase> {};
TEST_P(CutReply, IsAFailureAfterSendingT3) {
    const auto bytes = GetParam().bytes;
    TlsServer server(after_one_request([bytes](Peer& peer) {
        peer.write(bytes);
        peer.cut();
    }));
    Asker asker(server);

    EXPECT_EQ(failure_in(asker.ask(asker.post("{}"))), "after send: reset");
}
const CutCase cut_cases[] = {
    {"BeforeAnyByte", ""},
    {"InTheHead", "HTTP/1.1 201 Crea"},
    {"WithoutLength", "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n{\"id\":"},
    {"BeforeItsLength", "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":"},
    {"InAChunk", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"id\":"},
    {"BeforeTheLastChunk", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"},
};
INSTANTIATE_TEST_SUITE_P(Client, CutReply, testing::ValuesIn(cut_cases), [](const auto& one) {
    return one.param.name;
});

TEST(ClientT3, ReplyWithoutLengthThatEndsPolitelyIsWhole) {
    TlsServer server(after_one_request([](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\n\r\n{\"value\":[]}");
        peer.close_politely();
    }));
    Asker asker(server);

    const auto exchange = asker.ask(asker.get());

    EXPECT_EQ(reply_in(exchange).body, "{\"value\":[]}");
    EXPECT_EQ(asker.client.idle_connections(), 0u);
}

TEST(Client, WhatIsNoHttpIsMalformed) {
    TlsServer server(after_one_request([](Peer& peer) {
        peer.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        peer.wait_for_close(1s);
    }));
    Asker asker(server);

    EXPECT_EQ(failure_in(asker.ask(asker.get())), "after send: malformed");
}

// ---- T5: TLS ---------------------------------------------------------------------------------------------

TEST(ClientT5, CertificateOfAnotherHostIsRefusedAndNothingSentAC30) {
    const auto other = test::make_identity("DNS:graph.microsoft.com");
    TlsServer server(always(ok("{}")), other);
    Asker asker(server, hasty(), test::trusting(other));

    const auto exchange = asker.ask(asker.post("{}"));

    EXPECT_EQ(failure_in(exchange), "not sent: certificate");
    EXPECT_EQ(server.bytes_received(), 0u);
}

TEST(ClientT5, NameIsVerifiedToo) {
    const auto localhost = test::make_identity("DNS:localhost");
    TlsServer server(always(ok("{}")), localhost);
    asio::io_context io;
    Client client(io.get_executor(), test::trusting(localhost), hasty());
    const auto by_name = BaseUrl::parse("https://localhost:" + std::to_string(server.port()), "t").value();
    const auto by_address = test::base_of(server);

    const auto good =
        test::run(io, client.exchange(Request(Method::get, by_name, Target(by_name).path("/a")), 5s));
    const auto bad =
        test::run(io, client.exchange(Request(Method::get, by_address, Target(by_address).path("/a")), 5s));

    EXPECT_EQ(reply_in(good).status, 200u);
    EXPECT_EQ(failure_in(bad), "not sent: certificate");
}

TEST(ClientT5, NameOfAnotherHostIsRefusedAndNothingSent) {
    const auto other = test::make_identity("DNS:graph.microsoft.com,IP:127.0.0.1");
    TlsServer server(always(ok("{}")), other);
    asio::io_context io;
    Client client(io.get_executor(), test::trusting(other), hasty());
    const auto by_name = BaseUrl::parse("https://localhost:" + std::to_string(server.port()), "t").value();

    const auto exchange =
        test::run(io, client.exchange(Request(Method::get, by_name, Target(by_name).path("/a")), 5s));

    EXPECT_EQ(failure_in(exchange), "not sent: certificate");
    EXPECT_EQ(server.bytes_received(), 0u);
}

TEST(ClientT5, OldestTlsIs12WhateverTheSystemSays) {
    const auto tls = test::trusting();
    EXPECT_EQ(SSL_CTX_get_min_proto_version(tls.context().native_handle()), TLS1_2_VERSION);
}

TEST(ClientT5, CertificateOfAnUnknownAuthorityIsRefusedAndNothingSent) {
    TlsServer server(always(ok("{}")));
    Asker asker(server, hasty(), test::trusting(test::make_identity()));

    const auto exchange = asker.ask(asker.post("{}"));

    EXPECT_EQ(failure_in(exchange), "not sent: certificate");
    EXPECT_EQ(server.bytes_received(), 0u);
}

TEST(ClientT5, Tls11IsRefused) {
    TlsServer server(always(ok("{}")), TlsServer::shared_identity(), TlsServer::Tls::only_1_1);
    Asker asker(server);

    const auto exchange = asker.ask(asker.post("{}"));

    EXPECT_EQ(failure_in(exchange), "not sent: tls");
    EXPECT_EQ(server.bytes_received(), 0u);
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
