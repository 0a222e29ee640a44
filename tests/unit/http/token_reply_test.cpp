#include "core/http/token_reply.hpp"

#include <gtest/gtest.h>

namespace uplift::http {
namespace {

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
