#include "core/http/proxy.hpp"

#include <gtest/gtest.h>

#include "core/http/token_reply.hpp"
#include "tests/unit/http/asker.hpp"
#include "tests/unit/http/server/connect_proxy.hpp"

namespace uplift::http {
namespace {

using test::ConnectProxy;

// ---- rules ----------------------------------------------------------------------------------------------

struct AddressCase {
    std::string name;
    std::string given;
    std::string expected;  // host|port, or empty where it is refused
};
class ProxyAddress : public testing::TestWithParam<AddressCase> {};
TEST_P(ProxyAddress, IsHostAndPort) {
    const auto proxy = Proxy::parse(GetParam().given, "tenant.contoso.proxy");

    EXPECT_EQ(proxy ? proxy->host() + "|" + proxy->port() : "", GetParam().expected);
    if (proxy) return;
    EXPECT_EQ(proxy.error().where, "tenant.contoso.proxy");
    EXPECT_EQ((proxy.error().what + proxy.error().cure).find("s3cret"), std::string::npos);
}
const AddressCase addresses[] = {
    {"Name", "http://proxy.corp.example.com:3128", "proxy.corp.example.com|3128"},
    {"Slash", "http://proxy:3128/", "proxy|3128"},
    {"Capitals", "HTTP://Proxy:3128", "proxy|3128"},
    {"Address", "http://10.0.0.1:8080", "10.0.0.1|8080"},
    {"Address6", "http://[fd00::1]:8080", "fd00::1|8080"},
    {"PortOfHttps", "http://proxy:443", "proxy|443"},
    {"NoPort", "http://proxy", ""},
    {"NoPort6", "http://[::1]", ""},
    {"Path", "http://proxy:3128/x", ""},
    {"Tls", "https://proxy:3128", ""},
    {"Socks", "socks5://proxy:1080", ""},
    {"Bare", "proxy:3128", ""},
    {"Credentials", "http://me:s3cret@proxy:3128", ""},
    {"Port0", "http://proxy:0", ""},
    {"PortTooHigh", "http://proxy:65536", ""},
    {"LineEnd", "http://proxy:3128\r\nX: y", ""},
    {"Nothing", "", ""},
};
INSTANTIATE_TEST_SUITE_P(All, ProxyAddress, testing::ValuesIn(addresses), [](const auto& one) {
    return one.param.name;
});

struct AnswerCase {
    std::string name;
    std::string received;
    std::string expected;
};
class ConnectAnswer : public testing::TestWithParam<AnswerCase> {};
TEST_P(ConnectAnswer, MeansOneThing) {
    const auto proxy = Proxy::parse("http://proxy:3128", "").value();

    const auto reply = understood_connect(GetParam().received, proxy, "graph.microsoft.com", "443");

    std::string shown = "more";
    if (reply && std::holds_alternative<TunnelOpen>(*reply)) shown = "open";
    if (reply)
        if (const auto* refused = std::get_if<TunnelRefused>(&*reply)) shown = refused->text;
    EXPECT_EQ(shown, GetParam().expected);
}
const AnswerCase answers[] = {
    {"Opened", "HTTP/1.1 200 Connection established\r\n\r\n", "open"},
    {"Old", "HTTP/1.0 200 OK\r\nProxy-Agent: x\r\n\r\n", "open"},
    {"OtherSuccess", "HTTP/1.1 204 \r\n\r\n", "open"},
    {"NothingYet", "", "more"},
    {"HalfALine", "HTTP/1.1 200 Conn", "more"},
    {"HalfAHead", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n", "more"},
    {"SignIn",
     "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 3\r\n\r\nNo!",
     "the proxy http://proxy:3128 asks for a sign-in (407), and Uplift signs in to no proxy"},
    {"Forbidden",
     "HTTP/1.1 403 Forbidden\r\n\r\n",
     "the proxy http://proxy:3128 does not allow the way to graph.microsoft.com:443 (403)"},
    {"BadGateway",
     "HTTP/1.1 502 Bad Gateway\r\n\r\n<html>",
     "the proxy http://proxy:3128 does not reach graph.microsoft.com:443 itself (502)"},
    {"Redirect",
     "HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n",
     "the proxy http://proxy:3128 does not open the way to graph.microsoft.com:443 (302)"},
    {"NoHttp", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "the proxy http://proxy:3128 does not answer as a proxy does"},
    {"NoNumber", "HTTP/1.1 2x0 \r\n\r\n", "the proxy http://proxy:3128 does not answer as a proxy does"},
    {"BytesOfItsOwn",
     "HTTP/1.1 200 OK\r\n\r\nX",
     "the proxy http://proxy:3128 sends something that nobody asked for"},
    {"Endless",
     "HTTP/1.1 200 OK\r\nX: " + std::string(longest_connect_reply, 'x'),
     "the proxy http://proxy:3128 does not answer as a proxy does"},
};
INSTANTIATE_TEST_SUITE_P(All, ConnectAnswer, testing::ValuesIn(answers), [](const auto& one) {
    return one.param.name;
});

// ---- a client behind a proxy ----------------------------------------------------------------------------

ClientSettings behind(const ConnectProxy& proxy) {
    auto settings = hasty();
    settings.proxy = Proxy::parse(proxy.url(), "test").value();
    return settings;
}

std::string text_of(const Exchange& exchange) {
    const auto* failure = std::get_if<Failure>(&exchange);
    return failure == nullptr ? "" : failure->text;
}

TEST(ClientBehindProxy, ReachesTheRealHostWithTlsFromEndToEnd) {
    const TlsServer server(always(ok("{}")));
    const ConnectProxy proxy;
    Asker asker(server, behind(proxy));

    const auto first = asker.ask(asker.get());
    const auto second = asker.ask(asker.get());

    EXPECT_EQ(reply_in(first).status, 200u);
    EXPECT_EQ(reply_in(second).status, 200u);
    const auto place = "127.0.0.1:" + std::to_string(server.port());
    ASSERT_EQ(proxy.heads().size(), 1u);  // one tunnel serves both
    EXPECT_EQ(proxy.heads()[0],
              "CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\nUser-Agent: Uplift\r\n\r\n");
    EXPECT_EQ(server.requests().size(), 2u);
}

// A host that only the proxy can find.
Exchange ask_far_host(const TlsServer& server, const ConnectProxy& proxy, TlsContext tls) {
    asio::io_context io;
    const auto base =
        BaseUrl::parse("https://graph.nowhere.invalid:" + std::to_string(server.port()), "test").value();
    Client client(io.get_executor(), std::move(tls), behind(proxy));
    Request request(Method::post, base, Target(base).path("/users"));
    request.body("application/json", std::string("{}"));
    return test::run(io, client.exchange(std::move(request), 10s));
}

TEST(ClientBehindProxy, CertificateOfTheProxyIsNotTakenForThatOfTheHost) {
    // The tunnel ends at somebody who is trusted, with a certificate for the proxy's own name and address.
    const TlsServer server(always(ok("{}")));
    const ConnectProxy proxy;

    const auto exchange = ask_far_host(server, proxy, test::trusting());

    EXPECT_EQ(failure_in(exchange), "not sent: certificate");
    EXPECT_NE(text_of(exchange).find("through the proxy " + proxy.url()), std::string::npos)
        << text_of(exchange);
    EXPECT_EQ(server.bytes_received(), 0u);
}

TEST(ClientBehindProxy, CertificateOfAnUnknownAuthorityIsRefused) {
    const TlsServer server(always(ok("{}")), test::make_identity());
    const ConnectProxy proxy;
    Asker asker(server, behind(proxy));

    EXPECT_EQ(failure_in(asker.ask(asker.post("{}"))), "not sent: certificate");
    EXPECT_EQ(server.bytes_received(), 0u);
}

struct RefusalCase {
    std::string name;
    std::vector<std::string> pieces;
    std::string says;
};
class RefusingProxy : public testing::TestWithParam<RefusalCase> {};
TEST_P(RefusingProxy, IsNamedAndNothingOfTheRequestIsSent) {
    const TlsServer server(always(ok("{}")));
    const ConnectProxy proxy([](const std::string&) { return GetParam().pieces; });
    Asker asker(server, behind(proxy));

    const auto exchange = asker.ask(asker.post("{\"password\":\"s3cret\"}"));

    EXPECT_EQ(failure_in(exchange), "not sent: proxy");
    EXPECT_NE(text_of(exchange).find(proxy.url()), std::string::npos) << text_of(exchange);
    EXPECT_NE(text_of(exchange).find(GetParam().says), std::string::npos) << text_of(exchange);
    EXPECT_EQ(proxy.bytes_tunnelled(), 0u);
    EXPECT_EQ(server.connections(), 0);
}
const RefusalCase refusals[] = {
    {"SignIn", {"HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\n\r\n"}, "(407)"},
    {"Forbidden", {"HTTP/1.1 403 X\r\nContent-Length: 1\r\n\r\n."}, "(403)"},
    {"BadGateway", {"HTTP/1.1 502 X\r\n\r\n"}, "(502)"},
    {"InPieces", {"HTTP/1.1 ", "503 X\r\n", "\r\n"}, "(503)"},
    {"Silence", {}, "no answer in time"},
    {"EndlessHead", {"HTTP/1.1 307 X\r\nX: " + std::string(100'000, 'x')}, "as a proxy does"},
};
INSTANTIATE_TEST_SUITE_P(All, RefusingProxy, testing::ValuesIn(refusals), [](const auto& one) {
    return one.param.name;
});

TEST(ClientBehindProxy, ProxyThatIsNotThereIsNamed) {
    const TlsServer server(always(ok("{}")));
    auto settings = hasty();
    settings.proxy = Proxy::parse("http://127.0.0.1:1", "test").value();
    Asker asker(server, settings);

    const auto exchange = asker.ask(asker.post("{}"));

    EXPECT_EQ(failure_in(exchange), "not sent: proxy");
    EXPECT_NE(text_of(exchange).find("http://127.0.0.1:1 is not reached"), std::string::npos);
    EXPECT_EQ(server.connections(), 0);
}

TEST(ClientBehindProxy, NameOfTheHostIsResolvedByTheProxyAlone) {
    const auto identity = test::make_identity("DNS:graph.nowhere.invalid");
    const TlsServer server(always(ok("{}")), identity);
    const ConnectProxy proxy;

    const auto exchange = ask_far_host(server, proxy, test::trusting(identity));

    EXPECT_EQ(reply_in(exchange).status, 200u);
    ASSERT_EQ(proxy.heads().size(), 1u);
    EXPECT_TRUE(proxy.heads()[0].starts_with("CONNECT graph.nowhere.invalid:"));
}

TEST(ClientBehindProxy, EnvironmentIsNotAsked) {
    const TlsServer server(always(ok("{}")));
    const ConnectProxy proxy;
    for (const auto* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "ALL_PROXY"})
        ::setenv(name, proxy.url().c_str(), 1);
    Asker asker(server);

    EXPECT_EQ(reply_in(asker.ask(asker.get())).status, 200u);

    for (const auto* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "ALL_PROXY"}) ::unsetenv(name);
    EXPECT_TRUE(proxy.heads().empty());
}

TEST(ClientBehindProxy, SignInThatTheProxyRefusesIsNotSentAndSaysSo) {
    const Failure failure{
        .phase = Phase::not_sent, .kind = FailureKind::proxy, .text = "the proxy http://p:1 asks"};

    const auto reply = understood_token(failure, TimePoint{});

    ASSERT_TRUE(std::holds_alternative<SignInFailed>(reply));
    EXPECT_EQ(std::get<SignInFailed>(reply).code, FaultCode::tenant_proxy);
    EXPECT_EQ(std::get<SignInFailed>(reply).why, failure.text);
}

}  // namespace
}  // namespace uplift::http
