#include "core/http/token_source.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <mutex>

#include "core/http/token_reply.hpp"
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

// ---- replies --------------------------------------------------------------------------------------------

std::string shown(const TokenReply& reply) {
    return match(
        reply,
        [](const Granted& one) {
            std::string out =
                "granted " + std::string(one.token.view()) + " for " + std::to_string(one.lifetime.count());
            if (!one.roles) return out;
            out += " with";
            for (const auto& role : *one.roles) out += " " + role;
            return out;
        },
        [](const SignInRefused& one) {
            return "refused " + one.error + " " + std::string(entry_of(one.outcome.code).word);
        },
        [](const SignInFailed& one) {
            return std::string(one.throttled ? "throttled " : "failed ") +
                   std::string(entry_of(one.code).word);
        });
}

struct ReplyCase {
    std::string name;
    unsigned status;
    std::string body;
    std::string expected;
};
class TokenReplies : public testing::TestWithParam<ReplyCase> {};
TEST_P(TokenReplies, MeanOneThing) {
    Reply reply{.status = GetParam().status, .headers = {}, .body = GetParam().body};
    EXPECT_EQ(shown(understood_token(std::move(reply), TimePoint{})), GetParam().expected);
}
// {"roles":["User.ReadWrite.All","GroupMember.ReadWrite.All"]}
const std::string jwt =
    "eyJ0eXAiOiJKV1QifQ.eyJyb2xlcyI6WyJVc2VyLlJlYWRXcml0ZS5BbGwiLCJHcm91cE1lbWJlci5SZWFkV3JpdGUuQWxsIl19.sig";
const ReplyCase reply_cases[] = {
    {"Granted",
     200,
     R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"a.b.c"})",
     "granted a.b.c for 3599"},
    {"Roles",
     200,
     R"({"expires_in":60, "access_token" : ")" + jwt + "\"}",
     "granted " + jwt + " for 60 with User.ReadWrite.All GroupMember.ReadWrite.All"},
    // {"aud":"x"}: Entra gives a token to an app that was granted nothing.
    {"NothingGranted",
     200,
     R"({"expires_in":60,"access_token":"e30.eyJhdWQiOiJ4In0.sig"})",
     "granted e30.eyJhdWQiOiJ4In0.sig for 60 with"},
    {"LifetimeTooLong", 200, R"({"expires_in":99999999,"access_token":"a"})", "granted a for 86400"},
    {"LifetimeAsText", 200, R"({"expires_in":"3599","access_token":"a"})", "failed tenant_reply"},
    {"LifetimeZero", 200, R"({"expires_in":0,"access_token":"a"})", "failed tenant_reply"},
    {"NoToken", 200, R"({"expires_in":3599})", "failed tenant_reply"},
    {"EmptyToken", 200, R"({"expires_in":3599,"access_token":""})", "failed tenant_reply"},
    {"TokenInside", 200, R"({"expires_in":3599,"x":{"access_token":"a"}})", "failed tenant_reply"},
    {"TwoTokens", 200, R"({"expires_in":3599,"access_token":"a","access_token":"b"})", "failed tenant_reply"},
    {"TokenWithEscape", 200, R"({"expires_in":3599,"access_token":"a\nb"})", "failed tenant_reply"},
    {"TokenWithBlank", 200, R"({"expires_in":3599,"access_token":"a b"})", "failed tenant_reply"},
    {"Cut", 200, R"({"expires_in":3599,"access_token":"abc)", "failed tenant_reply"},
    {"Page", 200, "<html>", "failed tenant_reply"},
    {"WrongSecret",
     401,
     R"({"error":"invalid_client","error_codes":[7000215]})",
     "refused invalid_client tenant_credentials"},
    {"NoSuchApp",
     400,
     R"({"error":"unauthorized_client","error_codes":[700016]})",
     "refused unauthorized_client tenant_credentials"},
    {"NoSuchTenant",
     400,
     R"({"error":"invalid_request","error_codes":[90002]})",
     "refused invalid_request tenant_credentials"},
    {"Scope",
     400,
     R"({"error":"invalid_scope","error_codes":[1002012]})",
     "refused invalid_scope tenant_credentials"},
    {"NumbersDecideNothing",
     400,
     R"({"error":"temporarily_unavailable","error_codes":[7000215]})",
     "failed tenant_throttled"},
    {"NewError", 400, R"({"error":"something_new"})", "refused something_new tenant_credentials"},
    {"ForgedError", 400, R"({"error":"a\u001b[31m b"})", "refused an unknown error tenant_credentials"},
    {"Throttled",
     429,
     R"({"error":"temporarily_unavailable","error_codes":[90055]})",
     "throttled tenant_throttled"},
    {"RefusalOfAProxy", 403, "<html>", "failed tenant_reply"},
    {"ServerError", 500, "", "failed tenant_unreachable"},
    {"ServerErrorThatLooksDefinite", 503, R"({"error":"invalid_client"})", "failed tenant_unreachable"},
    {"Redirect", 302, "", "failed tenant_reply"},
};
INSTANTIATE_TEST_SUITE_P(TokenReply, TokenReplies, testing::ValuesIn(reply_cases), [](const auto& one) {
    return one.param.name;
});

// What people read: the number, what it means here, and what to do.
struct WordCase {
    unsigned status;
    std::string error;
    int number;
    std::string meaning;
    std::string cure;
};
class SignInWords : public testing::TestWithParam<WordCase> {};
TEST_P(SignInWords, NameTheCauseAndTheCure) {
    const auto& given = GetParam();
    Reply reply{.status = given.status,
                .headers = {},
                .body = R"({"error":")" + given.error +
                        R"(","error_description":"AADSTS: s3cret text","error_codes":[)" +
                        std::to_string(given.number) + "]}"};

    const auto understood = understood_token(std::move(reply), TimePoint{});

    ASSERT_TRUE(std::holds_alternative<SignInRefused>(understood)) << shown(understood);
    const auto& told = std::get<SignInRefused>(understood).outcome;
    EXPECT_EQ(told.code, FaultCode::tenant_credentials);
    EXPECT_NE(told.what.find("AADSTS" + std::to_string(given.number)), std::string::npos) << told.what;
    EXPECT_NE(told.what.find(given.meaning), std::string::npos) << told.what;
    EXPECT_NE(told.cure.find(given.cure), std::string::npos) << told.cure;
    EXPECT_EQ(told.what.find("s3cret"), std::string::npos) << told.what;
}
const WordCase words[] = {
    {401, "invalid_client", 7000215, "client secret is wrong", "value, not its id"},
    {401, "invalid_client", 7000222, "client secret has expired", "new client secret"},
    {401, "invalid_client", 7000218, "no credential", "certificate or client_secret"},
    {401, "invalid_client", 700027, "not registered", "Upload the certificate"},
    {401, "invalid_client", 700024, "clocks differ", "clock"},
    {401, "invalid_client", 50012, "not accepted", "certificate and tenant id"},
    {400, "unauthorized_client", 700016, "not known in this tenant", "consented"},
    {400, "unauthorized_client", 7000112, "app is disabled", "Enable the app"},
    {401, "unauthorized_client", 7000112, "app is disabled", "Enable the app"},
    {400, "invalid_request", 90002, "no such tenant", "tenant id and the cloud"},
    {400, "invalid_tenant", 90002, "no such tenant", "tenant id and the cloud"},
    {400, "invalid_request", 900023, "tenant id is not one", "GUID or verified domain"},
    {400, "invalid_request", 900144, "something is missing", "proxy"},
    {400, "invalid_scope", 70011, "scope is not valid", "cloud and endpoints"},
    {400, "invalid_scope", 1002012, "scope is not valid", "cloud and endpoints"},
    {400, "invalid_resource", 500011, "does not have this service", "part of the tenant"},
    {400, "invalid_request", 90038, "another cloud", "tenant's cloud"},
    {400, "invalid_request", 900382, "another cloud", "tenant's cloud"},
    {403, "access_denied", 53003, "Conditional Access", "this machine's address"},
    {400, "invalid_grant", 53003, "Conditional Access", "this machine's address"},
    {400, "invalid_request", 90033, "passing trouble", "Nothing"},
    {400, "invalid_request", 90006, "passing trouble", "Nothing"},
    {400, "invalid_request", 90024, "passing trouble", "Nothing"},
    {400, "invalid_request", 90090, "passing trouble", "Nothing"},
    {400, "invalid_client", 1, "invalid_client", "secret or certificate"},
    {400, "unauthorized_client", 2, "unauthorized_client", "client_id and tenant id"},
};
INSTANTIATE_TEST_SUITE_P(Aadsts, SignInWords, testing::ValuesIn(words), [](const auto& one) {
    return one.param.error + std::to_string(one.param.number) + "With" + std::to_string(one.param.status);
});

}  // namespace
}  // namespace uplift::http
