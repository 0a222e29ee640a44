#include "core/graph/graph_tenant.hpp"

#include "core/json/json.hpp"
#include "core/model/guid.hpp"
#include "tests/unit/graph/talk.hpp"

namespace uplift::graph {
namespace {

TEST(GraphTenant, CreateSendsThePlanOnceWithTheAttemptsId) {
    Talk talk([](const std::string&) { return json_reply(201, kim); });
    const auto plan = planned();
    const auto password = Secret::copy_of("pa\"ss\\w0rd");

    const auto outcome = talk.run(talk.tenant.create_user(plan, password, attempt, talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    EXPECT_EQ(*done_value(outcome), kim_id);
    ASSERT_EQ(talk.calls.size(), 1u);
    EXPECT_EQ(first_line(talk.calls[0]), "POST /v1.0/users HTTP/1.1");
    EXPECT_THAT(talk.calls[0], HasSubstr("\r\nAuthorization: Bearer token1\r\n"));
    EXPECT_THAT(talk.calls[0], HasSubstr("\r\nclient-request-id: 11111111-aaaa-4bbb-8ccc-222222222222\r\n"));
    EXPECT_EQ(
        body_of(talk.calls[0]),
        R"({"accountEnabled":true,"displayName":"Kim \"K\" Åkers","mailNickname":"kim.akers",)"
        R"("userPrincipalName":"kim.akers@contoso.com","usageLocation":"DE",)"
        R"("onPremisesImmutableId":"xJKGBlVfdUe/0aXiCit+gg==","givenName":"Kim",)"
        R"("businessPhones":["+49 30 555"],"onPremisesExtensionAttributes":{"extensionAttribute1":"one",)"
        R"("extensionAttribute15":"fifteen"},"passwordProfile":{"forceChangePasswordNextSignIn":true,)"
        R"("password":"pa\"ss\\w0rd"}})");
}

TEST(GraphTenant, CreateWithoutUsageLocationLeavesItOutAndSaysThatThePasswordStays) {
    Talk talk([](const std::string&) { return json_reply(201, kim); });
    auto plan = planned();
    plan.usage_location.clear();
    plan.force_change = false;
    const auto password = Secret::copy_of("x");

    talk.run(talk.tenant.create_user(plan, password, attempt, talk.soon()));

    EXPECT_EQ(talk.calls.at(0).find("usageLocation"), std::string::npos);
    EXPECT_THAT(talk.calls.at(0), HasSubstr("\"forceChangePasswordNextSignIn\":false"));
}

TEST(GraphTenant, CreateWhoseReplyIsLostIsUnknownAndNotResent) {
    test::TlsServer* server = nullptr;
    Talk talk([](const std::string&) {
        return std::string("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{");
    });
    server = &talk.server;
    const auto plan = planned();
    const auto password = Secret::copy_of("x");

    const auto outcome = talk.run(talk.tenant.create_user(plan, password, attempt, talk.clock.now() + 1s));

    EXPECT_TRUE(std::holds_alternative<Unknown>(outcome));
    EXPECT_EQ(talk.calls.size(), 1u);
    EXPECT_EQ(server->requests().size(), 2u);  // with the sign-in
}

TEST(GraphTenant, ExpiredTokenIsRenewedOnceAndTheCallSentAgain) {
    Talk talk([](const std::string& request) {
        return request.find("Bearer token1") != std::string::npos
                   ? json_reply(401, R"({"error":{"code":"InvalidAuthenticationToken","message":"x"}})")
                   : json_reply(201, kim);
    });
    const auto plan = planned();
    const auto password = Secret::copy_of("x");

    const auto outcome = talk.run(talk.tenant.create_user(plan, password, attempt, talk.soon()));

    EXPECT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(talk.calls.size(), 2u);
    EXPECT_EQ(body_of(talk.calls[0]), body_of(talk.calls[1]));
}

TEST(GraphTenant, TokenThatIsRefusedTwiceIsUnauthorized) {
    Talk talk([](const std::string&) {
        return json_reply(401, R"({"error":{"code":"InvalidAuthenticationToken","message":"x"}})");
    });

    const auto outcome = talk.run(talk.tenant.get_account(kim_id, talk.soon()));

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    EXPECT_EQ(talk.calls.size(), 2u);
    EXPECT_EQ(talk.tokens_given, 2);
}

TEST(GraphTenant, AccountIsReadByIdWithWhatIsNeeded) {
    Talk talk([](const std::string&) { return json_reply(200, kim); });

    const auto outcome = talk.run(talk.tenant.get_account(kim_id, talk.soon()));

    const auto* account = done_value(outcome);
    ASSERT_NE(account, nullptr);
    EXPECT_EQ(account->anchor.text(), "xJKGBlVfdUe/0aXiCit+gg==");
    EXPECT_EQ(account->usage_location, "");
    EXPECT_EQ(account->created_at, parse_rfc3339("2026-11-23T10:00:00Z"));
    EXPECT_EQ(
        first_line(talk.calls[0]),
        "GET /v1.0/users/6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21?$select=id%2CuserPrincipalName%2ConPremises"
        "ImmutableId%2CusageLocation%2CaccountEnabled%2CcreatedDateTime HTTP/1.1");
}

TEST(GraphTenant, IdThatIsNoGuidIsNeverSentAC23) {
    Talk talk([](const std::string&) { return json_reply(200, kim); });

    const auto read = talk.run(talk.tenant.get_account(ObjectId{"../me"}, talk.soon()));
    const auto write =
        talk.run(talk.tenant.add_member(GroupId{kim_id.value}, ObjectId{"x\"}"}, attempt, talk.soon()));

    EXPECT_TRUE(std::holds_alternative<Refused>(read));
    EXPECT_TRUE(std::holds_alternative<Refused>(write));
    EXPECT_TRUE(talk.calls.empty());
}

TEST(GraphTenant, AnchorIsAskedForEncodedAsAnAdvancedQueryT19) {
    Talk talk([](const std::string&) { return json_reply(200, R"({"value":[)" + kim + "]}"); });

    const auto outcome =
        talk.run(talk.tenant.find_by_anchor(Anchor::from_text("xJKGBlVfdUe/0aXiCit+gg=="), talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    EXPECT_EQ(done_value(outcome)->size(), 1u);
    EXPECT_THAT(
        talk.calls.at(0),
        HasSubstr(
            "?$filter=onPremisesImmutableId%20eq%20%27xJKGBlVfdUe%2F0aXiCit%2Bgg%3D%3D%27&$count=true&"));
    EXPECT_THAT(talk.calls.at(0), HasSubstr("\r\nConsistencyLevel: eventual\r\n"));
}

TEST(GraphTenant, NameWithAQuoteIsDoubledAC22) {
    Talk talk([](const std::string&) { return json_reply(200, R"({"value":[]})"); });

    talk.run(talk.tenant.find_by_upn("o'brien' or 1 eq 1@contoso.com", talk.soon()));

    EXPECT_THAT(
        talk.calls.at(0),
        HasSubstr("userPrincipalName%20eq%20%27o%27%27brien%27%27%20or%201%20eq%201%40contoso.com%27&"));
}

TEST(GraphTenant, LookUpsOfManyPeopleShareARequest) {
    Talk talk([](const std::string&) { return json_reply(200, R"({"value":[)" + kim + "]}"); });
    std::map<std::string, bool> found;

    for (const std::string name : {"kim.akers@contoso.com", "other@contoso.com", "third@contoso.com"})
        asio::co_spawn(
            talk.io, talk.tenant.find_by_upn(name, talk.soon()), [&, name](std::exception_ptr, auto outcome) {
                const auto* account = done_value(outcome);
                EXPECT_NE(account, nullptr);
                found[name] = account != nullptr && account->has_value();
            });
    while (found.size() < 3) talk.io.run_one();

    EXPECT_EQ(talk.calls.size(), 1u);
    EXPECT_TRUE(found["kim.akers@contoso.com"]);
    EXPECT_FALSE(found["other@contoso.com"]);
}

TEST(GraphTenant, PagesAreFollowedUnchangedWithTheSameHeaders) {
    Talk* self = nullptr;
    Talk talk([&](const std::string& request) {
        const auto link = self->server.url("/v1.0/users?$skiptoken=a%2Bb");
        if (request.find("$skiptoken=a%2Bb") == std::string::npos)
            return json_reply(200, R"({"value":[],"@odata.nextLink":")" + link + "\"}");
        return json_reply(200, R"({"value":[)" + kim + "]}");
    });
    self = &talk;

    const auto outcome =
        talk.run(talk.tenant.find_by_anchor(Anchor::from_text("xJKGBlVfdUe/0aXiCit+gg=="), talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    EXPECT_EQ(done_value(outcome)->size(), 1u);
    ASSERT_EQ(talk.calls.size(), 2u);
    EXPECT_THAT(talk.calls[1], HasSubstr("\r\nConsistencyLevel: eventual\r\n"));
}

TEST(GraphTenant, NextPageElsewhereIsNotAskedForAC32) {
    test::TlsServer elsewhere(test::answering([](const std::string&) { return ok("{}"); }));
    Talk talk([&](const std::string&) {
        return json_reply(200,
                          R"({"value":[],"@odata.nextLink":")" + elsewhere.url("/v1.0/domains?x=1") + "\"}");
    });

    const auto outcome = talk.run(talk.tenant.get_domains(talk.soon()));

    ASSERT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_EQ(std::get<NotSent>(outcome).code, FaultCode::tenant_reply);
    EXPECT_EQ(elsewhere.connections(), 0);
}

TEST(GraphTenant, PagesInACircleAreAnError) {
    Talk* self = nullptr;
    Talk talk([&](const std::string&) {
        return json_reply(
            200, R"({"value":[],"@odata.nextLink":")" + self->server.url("/v1.0/domains?x=1") + "\"}");
    });
    self = &talk;

    const auto outcome = talk.run(talk.tenant.get_domains(talk.soon()));

    EXPECT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_EQ(talk.calls.size(), 2u);
}

TEST(GraphTenant, ThrottlingWithoutATimeGrowsFromThirtySecondsAndIsJittered) {
    Talk talk([](const std::string&) { return json_reply(429, "{}"); });

    const auto before = talk.clock.now();
    const auto outcome = talk.run(talk.tenant.get_account(kim_id, talk.soon()));

    ASSERT_TRUE(std::holds_alternative<Throttled>(outcome));
    EXPECT_GE(std::get<Throttled>(outcome).until, before + 30s);
}

TEST(GraphTenant, LicencesAreSentWithBothLists) {
    Talk talk([](const std::string&) { return json_reply(200, kim); });
    std::vector<AssignedLicense> licenses{
        {.sku = SkuId{"05e9a617-0261-4cee-bb44-138d3ef5d965"},
         .disabled_plans = {PlanId{"57ff2da0-773e-42df-b2af-ffb7a2317929"}}}};

    const auto outcome = talk.run(talk.tenant.assign_licenses(kim_id, licenses, attempt, talk.soon()));

    EXPECT_NE(done_value(outcome), nullptr);
    EXPECT_EQ(first_line(talk.calls[0]),
              "POST /v1.0/users/6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21/assignLicense HTTP/1.1");
    EXPECT_EQ(body_of(talk.calls[0]),
              R"({"addLicenses":[{"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965","disabledPlans":[)"
              R"("57ff2da0-773e-42df-b2af-ffb7a2317929"]}],"removeLicenses":[]})");
}

TEST(GraphTenant, CallWhoseDeadlineHasPassedIsNotSent) {
    Talk talk([](const std::string&) { return json_reply(201, kim); });
    const auto plan = planned();
    const auto password = Secret::copy_of("x");

    const auto outcome = talk.run(talk.tenant.create_user(plan, password, attempt, talk.clock.now() - 1s));

    EXPECT_TRUE(std::holds_alternative<NotSent>(outcome));
    EXPECT_TRUE(talk.calls.empty());
}

// ---- groups ---------------------------------------------------------------------------------------------

struct KindCase {
    std::string name;
    std::string properties;
    GroupKind kind;
};
class GroupKinds : public testing::TestWithParam<KindCase> {};
TEST_P(GroupKinds, AreTold) {
    const auto group = R"({"id":"b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32","displayName":"G","mail":null,)" +
                       GetParam().properties + "}";
    Talk talk([&](const std::string&) { return json_reply(200, R"({"value":[)" + group + "]}"); });

    const auto outcome = talk.run(talk.tenant.find_groups("G", talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(done_value(outcome)->size(), 1u);
    EXPECT_EQ(done_value(outcome)->front().kind, GetParam().kind);
}
const KindCase kind_cases[] = {
    {"Security", R"("groupTypes":[],"mailEnabled":false,"securityEnabled":true)", GroupKind::security},
    {"Microsoft365",
     R"("groupTypes":["Unified"],"mailEnabled":true,"securityEnabled":false)",
     GroupKind::microsoft_365},
    {"MailSecurity",
     R"("groupTypes":[],"mailEnabled":true,"securityEnabled":true)",
     GroupKind::mail_enabled_security},
    {"Distribution",
     R"("groupTypes":[],"mailEnabled":true,"securityEnabled":false)",
     GroupKind::distribution_list},
    {"Dynamic",
     R"("groupTypes":["Unified","DynamicMembership"],"mailEnabled":true,"securityEnabled":true)",
     GroupKind::dynamic},
    {"Synced",
     R"("groupTypes":[],"mailEnabled":false,"securityEnabled":true,"onPremisesSyncEnabled":true)",
     GroupKind::synced},
    {"Role",
     R"("groupTypes":[],"mailEnabled":false,"securityEnabled":true,"isAssignableToRole":true)",
     GroupKind::role_assignable},
};
INSTANTIATE_TEST_SUITE_P(GraphTenant, GroupKinds, testing::ValuesIn(kind_cases), [](const auto& one) {
    return one.param.name;
});

}  // namespace
}  // namespace uplift::graph
