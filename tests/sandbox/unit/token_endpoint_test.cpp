#include "tests/sandbox/token_endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/text.hpp"
#include "tests/sandbox/unit/sandbox_world.hpp"
#include "tests/sandbox/unit/signed_assertion.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr const char* graph_scope = "https%3A%2F%2Fgraph.microsoft.com%2F.default";

std::string form(const std::string& client,
                 const std::string& secret,
                 const std::string& scope = graph_scope) {
    return "grant_type=client_credentials&client_id=" + client + "&client_secret=" + secret +
           "&scope=" + scope;
}

struct TokenCase {
    const char* name;
    std::string tenant;
    std::string form;
    int status;
    std::string error;
    int code;
};
void PrintTo(const TokenCase& row, std::ostream* out) { *out << row.name; }

class TokenError : public testing::TestWithParam<TokenCase> {};

TEST_P(TokenError, HasEntrasStatusWordAndNumber) {
    SandboxWorld world;
    const auto& row = GetParam();

    const auto reply = world.sign_in(row.tenant, row.form);

    const json body = body_of(reply);
    EXPECT_EQ(reply.status, row.status);
    EXPECT_EQ(body.at("error"), row.error);
    EXPECT_EQ(body.at("error_codes").at(0), row.code);
    EXPECT_THAT(body.at("error_description").get<std::string>(),
                testing::MatchesRegex("AADSTS" + std::to_string(row.code) +
                                      ": .* Trace ID: .* Correlation ID: .* "
                                      "Timestamp: .*Z"));
    EXPECT_TRUE(is_guid(body.at("trace_id").get<std::string>()));
}

const std::string app = test_app;
const TokenCase token_cases[] = {
    {"WrongSecret", "contoso.com", form(app, "nonsense"), 401, "invalid_client", 7000215},
    {"ExpiredSecret", "contoso.com", form(app, "old"), 401, "invalid_client", 7000222},
    {"NoSecret", "contoso.com", form(app, ""), 401, "invalid_client", 7000218},
    {"UnknownApp", "contoso.com", form(test_tenant, "s3cret"), 400, "unauthorized_client", 700016},
    {"DisabledApp",
     "contoso.com",
     form("5d1b2c3a-0000-4000-8000-00000000dddd", "s3cret"),
     400,
     "unauthorized_client",
     7000112},
    {"UnknownTenant", "contosso.com", form(app, "s3cret"), 400, "invalid_request", 90002},
    {"UnverifiedDomain", "fabrikam.com", form(app, "s3cret"), 400, "invalid_request", 90002},
    {"NoTenantName", "contoso", form(app, "s3cret"), 400, "invalid_request", 900023},
    {"NoGrantType", "contoso.com", "client_id=" + app, 400, "invalid_request", 900144},
    {"NoScope", "contoso.com", form(app, "s3cret", ""), 400, "invalid_request", 900144},
    {"PlainScope", "contoso.com", form(app, "s3cret", "User.Read.All"), 400, "invalid_scope", 1002012},
    {"EmptyResource", "contoso.com", form(app, "s3cret", "%2F.default"), 400, "invalid_scope", 70011},
    {"UnknownResource",
     "contoso.com",
     form(app, "s3cret", "https%3A%2F%2Fexample.com%2F.default"),
     400,
     "invalid_resource",
     500011},
    {"TwoResources",
     "contoso.com",
     form(app, "s3cret", std::string(graph_scope) + "+https%3A%2F%2Foutlook.office365.com%2F.default"),
     400,
     "invalid_request",
     28000},
};
INSTANTIATE_TEST_SUITE_P(Table, TokenError, testing::ValuesIn(token_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(Token, CarriesAudienceTenantAppAndRoles) {
    SandboxWorld world;

    const auto reply = world.sign_in(test_tenant, form(app, "s3cret"));

    const json body = body_of(reply);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(body.at("token_type"), "Bearer");
    EXPECT_EQ(body.at("expires_in"), 3599);
    const auto parts = split(body.at("access_token").get<std::string>(), '.');
    const json claims = json::parse(*from_base64url(parts.at(1)));
    EXPECT_EQ(claims.at("aud"), "https://graph.microsoft.com");
    EXPECT_EQ(claims.at("tid"), test_tenant);
    EXPECT_EQ(claims.at("appid"), app);
    EXPECT_THAT(claims.at("roles").get<std::vector<std::string>>(), testing::Contains("User.ReadWrite.All"));
}

TEST(Token, IsGivenWithoutRolesWhenNothingWasGrantedAndGraphDenies) {
    SandboxWorld world;

    const auto reply = world.sign_in("contoso.com", form("5d1b2c3a-0000-4000-8000-00000000bbbb", "s3cret"));
    const auto token = body_of(reply).at("access_token").get<std::string>();
    const Request request{"GET", "/v1.0/users", {{"authorization", "Bearer " + token}}, ""};
    const auto denied = world.sandbox.serve(request, world.now).reply;

    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(denied.status, 403);
    EXPECT_EQ(error_code(denied), "Authorization_RequestDenied");
}

TEST(Token, IsTakenWithBasicAuthorization) {
    SandboxWorld world;
    // 5d1b2c3a-0000-4000-8000-00000000c0de:s3cret
    const Headers basic = {
        {"authorization", "Basic NWQxYjJjM2EtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDBjMGRlOnMzY3JldA=="}};

    const auto reply = world.sign_in(
        "contoso.com", std::string("grant_type=client_credentials&scope=") + graph_scope, basic);

    EXPECT_EQ(reply.status, 200) << reply.body;
}

TEST(Token, ExpiresAndIsRefusedByGraph) {
    SandboxWorld world;
    EXPECT_EQ(world.get("/domains").status, 200);

    world.pass(std::chrono::hours(1));
    const auto expired = world.get("/domains");
    world.forget_token();
    const auto renewed = world.get("/domains");

    EXPECT_EQ(expired.status, 401);
    EXPECT_EQ(error_code(expired), "InvalidAuthenticationToken");
    EXPECT_EQ(renewed.status, 200);
}

TEST(Token, MadeUpOrForAnotherResourceIsRefused) {
    SandboxWorld world;
    const auto exchange =
        world.sign_in("contoso.com", form(app, "s3cret", "https%3A%2F%2Foutlook.office365.com%2F.default"));
    const auto wrong_audience = body_of(exchange).at("access_token").get<std::string>();

    for (const std::string& token : {std::string("nonsense"), std::string("a.b.c"), wrong_audience}) {
        const Request request{"GET", "/v1.0/domains", {{"authorization", "Bearer " + token}}, ""};
        const auto reply = world.sandbox.serve(request, world.now).reply;
        EXPECT_EQ(reply.status, 401);
        EXPECT_EQ(error_code(reply), "InvalidAuthenticationToken");
    }
}

struct AssertionCase {
    const char* name;
    json header;
    json claims;
    enum class Signer { registered, stranger } signer;
    int status;
    int code;  // 0: a token
};
void PrintTo(const AssertionCase& row, std::ostream* out) { *out << row.name; }

class ClientAssertion : public testing::TestWithParam<AssertionCase> {
 protected:
    static const SigningKey& registered() {
        static const SigningKey key;
        return key;
    }
    static const SigningKey& stranger() {
        static const SigningKey key;
        return key;
    }
};

TEST_P(ClientAssertion, IsVerifiedInEveryPart) {
    auto definition = a_definition();
    definition["apps"][0]["certificates"] = json::array({registered().certificate_pem});
    SandboxWorld world(definition);
    const auto& row = GetParam();
    const auto now = unix_seconds(world.now);
    json claims = {{"aud", std::string("https://127.0.0.1:1/") + test_tenant + "/oauth2/v2.0/token"},
                   {"iss", app},
                   {"sub", app},
                   {"jti", "9d1f2c6e-1c39-4f38-bd7a-3a9d3f1b2c10"},
                   {"nbf", now - 60},
                   {"iat", now},
                   {"exp", now + 600}};
    claims.merge_patch(row.claims);
    const auto& key = row.signer == AssertionCase::Signer::registered ? registered() : stranger();

    const auto reply = world.sign_in(
        test_tenant,
        "grant_type=client_credentials&client_id=" + app + "&scope=" + graph_scope +
            "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            "&client_assertion=" +
            signed_assertion(key, row.header, claims));

    EXPECT_EQ(reply.status, row.status) << reply.body;
    if (row.code != 0) {
        EXPECT_EQ(body_of(reply).at("error_codes").at(0), row.code);
    }
}

using Signer = AssertionCase::Signer;
const AssertionCase assertion_cases[] = {
    {"Ps256ByNewThumbprint",
     {{"alg", "PS256"}, {"x5t#S256", ""}},
     json::object(),
     Signer::registered,
     200,
     0},
    {"Rs256ByOldThumbprint", {{"alg", "RS256"}, {"x5t", ""}}, json::object(), Signer::registered, 200, 0},
    {"Rs256ByNewThumbprint",
     {{"alg", "RS256"}, {"x5t#S256", ""}},
     json::object(),
     Signer::registered,
     200,
     0},
    {"Unregistered", {{"alg", "PS256"}, {"x5t#S256", ""}}, json::object(), Signer::stranger, 401, 700027},
    {"AlgorithmSaysOther",
     {{"alg", "PS256"}, {"x5t", ""}, {"sign_as", "RS256"}},
     json::object(),
     Signer::registered,
     401,
     700027},
    {"NoThumbprint", {{"alg", "PS256"}}, json::object(), Signer::registered, 400, 50027},
    {"NoAlgorithm", {{"alg", "none"}, {"x5t", ""}}, json::object(), Signer::registered, 400, 50027},
    {"WrongAudience",
     {{"alg", "PS256"}, {"x5t#S256", ""}},
     {{"aud", "https://example.com/token"}},
     Signer::registered,
     401,
     50012},
    {"WrongIssuer",
     {{"alg", "PS256"}, {"x5t#S256", ""}},
     {{"iss", test_tenant}},
     Signer::registered,
     401,
     700021},
    {"NoJti", {{"alg", "PS256"}, {"x5t#S256", ""}}, {{"jti", nullptr}}, Signer::registered, 401, 700021},
    {"Expired", {{"alg", "PS256"}, {"x5t#S256", ""}}, {{"exp", 1'000'000}}, Signer::registered, 401, 700024},
    {"NotYet",
     {{"alg", "PS256"}, {"x5t#S256", ""}},
     {{"nbf", 4'000'000'000}},
     Signer::registered,
     401,
     700024},
    {"NoExpiry", {{"alg", "PS256"}, {"x5t#S256", ""}}, {{"exp", nullptr}}, Signer::registered, 401, 700024},
};
INSTANTIATE_TEST_SUITE_P(Table, ClientAssertion, testing::ValuesIn(assertion_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(TokenEndpoint, RevokedConsentMakesTheAppUnknownAndItsTokensUseless) {
    SandboxWorld world;
    ASSERT_EQ(world.get("/domains").status, 200);

    world.control("POST", "secrets", {{"consented", false}});

    EXPECT_EQ(error_code(world.get("/domains")), "Authorization_IdentityNotFound");
    const auto reply = world.sign_in("contoso.com", form(app, "s3cret"));
    EXPECT_EQ(body_of(reply).at("error_codes").at(0), 700016);
}

}  // namespace
}  // namespace uplift::sandbox
