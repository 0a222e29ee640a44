// The traps of Beast and of Asio's TLS that the client must not fall into, by their numbers.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>

#include "core/http/client.hpp"
#include "tests/unit/http/asker.hpp"

namespace uplift::http {
namespace {

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

}  // namespace
}  // namespace uplift::http
