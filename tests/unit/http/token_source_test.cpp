#include "core/http/token_source.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <mutex>

#include "core/json/json.hpp"
#include "core/model/guid.hpp"
#include "tests/unit/http/server/asking.hpp"

namespace uplift::http {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::reply_of;
using test::TlsServer;

constexpr std::string_view client_id = "5d1b2c3a-0000-4000-8000-00000000c0de";

std::string refusal(int status, std::string_view error, int number) {
    return reply_of(status,
                    R"({"error":")" + std::string(error) +
                        R"(","error_description":"AADSTS: long text","error_codes":[)" +
                        std::to_string(number) + "]}",
                    "Content-Type: application/json\r\n");
}

struct Source {
    explicit Source(TlsServer::Script script, std::optional<Credential> credential = std::nullopt)
        : server(std::move(script)),
          client(io.get_executor(), test::trusting()),
          tokens(client, settings(std::move(credential)), [this] { return now; }) {}

    TokenSettings settings(std::optional<Credential> credential) const {
        if (!credential) credential = ClientSecret{Secret::copy_of("s3cr+t&=/ü")};
        return TokenSettings{.login = test::base_of(server, ""),
                             .tenant = "contoso.com",
                             .client_id = std::string(client_id),
                             .scope = "https://graph.microsoft.com/.default",
                             .credential = std::move(*credential),
                             .first_backoff = 1ms};
    }
    Outcome<TokenPtr> get() { return test::run(io, tokens.get(10s)); }
    std::string token() {
        const auto outcome = get();
        const auto* token = done_value(outcome);
        return token == nullptr ? "" : std::string((*token)->bearer->view());
    }

    TimePoint now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    TlsServer server;
    asio::io_context io;
    Client client;
    TokenSource tokens;
};

// token1, token2, … one for every sign-in.
TlsServer::Script counting() {
    return test::answering([count = std::make_shared<std::atomic<int>>(0)](const std::string&) {
        return test::token_reply("token" + std::to_string(++*count));
    });
}

TEST(TokenSource, SignsInWithTheSecretAsAnEncodedForm) {
    Source source(counting());

    EXPECT_EQ(source.token(), "token1");

    ASSERT_EQ(source.server.requests().size(), 1u);
    const auto request = source.server.requests()[0];
    EXPECT_TRUE(request.starts_with("POST /contoso.com/oauth2/v2.0/token HTTP/1.1\r\n"));
    EXPECT_NE(request.find("Content-Type: application/x-www-form-urlencoded\r\n"), std::string::npos);
    EXPECT_TRUE(
        request.ends_with("client_id=5d1b2c3a-0000-4000-8000-00000000c0de&scope=https%3A%2F%2Fgraph."
                          "microsoft.com%2F.default&grant_type=client_credentials&client_secret="
                          "s3cr%2Bt%26%3D%2F%C3%BC"))
        << request;
}

TEST(TokenSource, ManyWhoAskAtOnceShareOneSignIn) {
    Source source(counting());
    int done = 0;

    for (int i = 0; i < 20; ++i)
        asio::co_spawn(source.io, source.tokens.get(10s), [&](std::exception_ptr, Outcome<TokenPtr> outcome) {
            EXPECT_NE(done_value(outcome), nullptr);
            ++done;
        });
    while (done < 20) source.io.run_one();

    EXPECT_EQ(source.server.requests().size(), 1u);
}

TEST(TokenSource, TokenIsKeptUntilFourFifthsOfItsLifeAndRenewedMeanwhile) {
    Source source(counting());
    EXPECT_EQ(source.token(), "token1");
    source.now += 2'878s;
    EXPECT_EQ(source.token(), "token1");
    EXPECT_EQ(source.server.requests().size(), 1u);

    source.now += 1s;
    EXPECT_EQ(source.token(), "token1");  // still good: nobody waits for the renewal
    while (source.server.requests().size() < 2 || source.token() == "token1") source.io.run_one();

    EXPECT_EQ(source.token(), "token2");
    EXPECT_EQ(source.server.requests().size(), 2u);
}

TEST(TokenSource, TokenThatIsOverIsNotHandedOut) {
    Source source(counting());
    source.token();
    source.now += 3'599s;

    EXPECT_EQ(source.token(), "token2");
}

TEST(TokenSource, RefusedTokenIsRenewedOnce) {
    Source source(counting());
    const auto first = *done_value(source.get());

    source.tokens.invalidate(first);
    EXPECT_EQ(source.token(), "token2");
    source.tokens.invalidate(first);  // somebody else's late refusal of the same token
    EXPECT_EQ(source.token(), "token2");
}

TEST(TokenSource, RefusalIsAnsweredFromMemoryForFiveMinutes) {
    auto answer = std::make_shared<std::string>(refusal(401, "invalid_client", 7000222));
    auto lock = std::make_shared<std::mutex>();
    Source source(test::answering([=](const std::string&) {
        const std::scoped_lock held(*lock);
        return *answer;
    }));

    for (int i = 0; i < 3; ++i) {
        const auto outcome = source.get();
        const auto* unauthorized = std::get_if<Unauthorized>(&outcome);
        ASSERT_NE(unauthorized, nullptr);
        EXPECT_EQ(unauthorized->code, FaultCode::tenant_credentials);
        EXPECT_NE(unauthorized->what.find("expired"), std::string::npos) << unauthorized->what;
        EXPECT_EQ(unauthorized->what.find("long text"), std::string::npos);
    }
    EXPECT_EQ(source.server.requests().size(), 1u);

    source.now += 5min;
    {
        const std::scoped_lock held(*lock);
        *answer = test::token_reply("mended");
    }
    EXPECT_EQ(source.token(), "mended");
}

TEST(TokenSource, BusySignInServiceIsAskedAgain) {
    Source source(test::answering([count = std::make_shared<std::atomic<int>>(0)](const std::string&) {
        return ++*count < 3 ? reply_of(503, "<html>", "Content-Type: text/html\r\n")
                            : test::token_reply("late");
    }));

    EXPECT_EQ(source.token(), "late");
}

TEST(TokenSource, SignInServiceThatStaysAwayIsNotSent) {
    Source source(test::answering([](const std::string&) { return reply_of(502, ""); }));

    const auto outcome = source.get();

    ASSERT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_EQ(source.server.requests().size(), 3u);
}

TEST(TokenSource, ThrottledSignInIsObeyed) {
    Source source(test::answering([](const std::string&) {
        return reply_of(429,
                        R"({"error":"temporarily_unavailable"})",
                        "Content-Type: application/json\r\nRetry-After: 120\r\n");
    }));

    const auto outcome = source.get();
    source.get();

    ASSERT_TRUE(std::holds_alternative<Throttled>(outcome));
    EXPECT_EQ(std::get<Throttled>(outcome).until, source.now + 120s);
    EXPECT_EQ(source.server.requests().size(), 1u);
}

// ---- certificate ----------------------------------------------------------------------------------------

const test::Identity& app_identity() {
    static const auto identity = test::make_identity("DNS:app", test::KeyKind::rsa);
    return identity;
}

Credential certificate() {
    return Certificate{.certificate_pem = app_identity().certificate_pem,
                       .private_key_pem = Secret::copy_of(app_identity().key_pem)};
}

std::string decoded(std::string text) {
    for (char& letter : text) {
        if (letter == '-') letter = '+';
        if (letter == '_') letter = '/';
    }
    while (text.size() % 4 != 0) text += '=';
    std::string out(text.size(), '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size) -
               static_cast<std::size_t>(std::count(text.begin(), text.end(), '=')));
    return out;
}

struct Assertion {
    json::Value header, claims;
    std::string signed_text, signature;
};
Assertion assertion_in(const std::string& request) {
    constexpr std::string_view name = "client_assertion=";
    const auto token = request.substr(request.find(name) + name.size());
    const auto first = token.find('.'), second = token.find('.', first + 1);
    const json::Reading reading{.where = "jwt", .code = FaultCode::tenant_reply};
    return {.header = json::parse(decoded(token.substr(0, first)), reading).value(),
            .claims = json::parse(decoded(token.substr(first + 1, second - first - 1)), reading).value(),
            .signed_text = token.substr(0, second),
            .signature = decoded(token.substr(second + 1))};
}

bool is_signed(const Assertion& assertion, bool pss) {
    BIO* bio = BIO_new_mem_buf(app_identity().certificate_pem.data(), -1);
    X509* x509 = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestVerifyInit(digest, &options, EVP_sha256(), nullptr, X509_get0_pubkey(x509));
    if (pss) {
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32);
    }
    const bool good = EVP_DigestVerify(digest,
                                       reinterpret_cast<const unsigned char*>(assertion.signature.data()),
                                       assertion.signature.size(),
                                       reinterpret_cast<const unsigned char*>(assertion.signed_text.data()),
                                       assertion.signed_text.size()) == 1;
    EVP_MD_CTX_free(digest);
    X509_free(x509);
    BIO_free(bio);
    return good;
}

TEST(TokenSource, SignsInWithTheCertificate) {
    Source source(counting(), certificate());

    EXPECT_EQ(source.token(), "token1");

    const auto assertion = assertion_in(source.server.requests().at(0));
    const auto at = source.now.time_since_epoch() / 1s;
    EXPECT_EQ(assertion.header.get_string("alg"), "PS256");
    EXPECT_EQ(assertion.header.get_string("x5t#S256").value_or("").size(), 43u);
    EXPECT_EQ(assertion.claims.get_string("aud"), source.server.url("/contoso.com/oauth2/v2.0/token"));
    EXPECT_EQ(assertion.claims.get_string("iss"), client_id);
    EXPECT_EQ(assertion.claims.get_string("sub"), client_id);
    EXPECT_TRUE(is_guid_text(assertion.claims.get_string("jti").value_or("")));
    EXPECT_EQ(assertion.claims.get_int("nbf"), at - 60);
    EXPECT_EQ(assertion.claims.get_int("exp"), at + 540);
    EXPECT_TRUE(is_signed(assertion, true));
}

TEST(TokenSource, TenantThatOnlyKnowsTheOlderThumbprintGetsIt) {
    Source source(test::answering([](const std::string& request) {
                      const auto assertion = assertion_in(request);
                      return assertion.header.get_string("alg") == "RS256"
                                 ? test::token_reply("older")
                                 : refusal(401, "invalid_client", 700027);
                  }),
                  certificate());

    EXPECT_EQ(source.token(), "older");
    const auto used = *done_value(source.get());
    source.tokens.invalidate(used);
    EXPECT_EQ(source.token(), "older");

    ASSERT_EQ(source.server.requests().size(), 3u);  // the third knows which form to send
    const auto assertion = assertion_in(source.server.requests()[1]);
    EXPECT_EQ(assertion.header.get_string("x5t").value_or("").size(), 27u);
    EXPECT_TRUE(is_signed(assertion, false));
}

TEST(TokenSource, KeyOfAnotherCertificateIsToldWithoutAsking) {
    const auto other = test::make_identity("DNS:other", test::KeyKind::rsa);
    Source source(counting(),
                  Certificate{.certificate_pem = app_identity().certificate_pem,
                              .private_key_pem = Secret::copy_of(other.key_pem)});

    const auto outcome = source.get();

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    EXPECT_NE(std::get<Unauthorized>(outcome).what.find("does not belong"), std::string::npos);
    EXPECT_EQ(source.server.connections(), 0);
}

TEST(TokenSource, CertificateThatHasEndedIsToldWithoutAsking) {
    Source source(counting(), certificate());
    source.now = *source.tokens.credential_end();

    const auto outcome = source.get();

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    const auto& told = std::get<Unauthorized>(outcome);
    EXPECT_EQ(told.code, FaultCode::tenant_credentials);
    EXPECT_NE(told.what.find("ended on " + to_rfc3339(source.now).substr(0, 10)), std::string::npos)
        << told.what;
    EXPECT_NE(told.cure.find("Make a new one"), std::string::npos);
    EXPECT_EQ(source.server.connections(), 0);
}

TEST(TokenSource, EndOfTheCertificateIsKnown) {
    Source source(counting(), certificate());
    const auto end = source.tokens.credential_end();
    ASSERT_TRUE(end);
    EXPECT_GT(*end, TimePoint{});
}

}  // namespace
}  // namespace uplift::http
