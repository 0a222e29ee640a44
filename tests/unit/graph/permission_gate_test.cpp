// A tenant whose token says what it carries: what leaves with it, and what does not.
#include "tests/unit/graph/talk.hpp"

namespace uplift::graph {
namespace {

std::string answer_anything(const std::string& request) {
    if (request.starts_with("POST")) return json_reply(201, kim);
    return json_reply(200, request.find("/domains") != std::string::npos ? R"({"value":[]})" : kim);
}

const PermissionRules usual_rules{.tolerated = {}, .needed = {Call::create_user, Call::get_domains}};

TEST(GraphTenantPermissions, TokenWithAForbiddenOneTakesNoWriteWhileReadsGoOn) {
    Talk talk(answer_anything, usual_rules);
    talk.claims = R"({"roles":["User.ReadWrite.All","Domain.Read.All","Directory.ReadWrite.All"]})";
    const auto plan = planned();

    const auto write =
        talk.run(talk.tenant.create_user(plan, Secret::copy_of("password"), attempt, talk.soon()));
    const auto read = talk.run(talk.tenant.get_account(kim_id, talk.soon()));

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(write));
    EXPECT_EQ(std::get<Unauthorized>(write).code, FaultCode::tenant_permission);
    EXPECT_THAT(std::get<Unauthorized>(write).what, HasSubstr("Directory.ReadWrite.All"));
    EXPECT_NE(done_value(read), nullptr);
    ASSERT_EQ(talk.calls.size(), 1u);
    EXPECT_TRUE(talk.calls[0].starts_with("GET "));
    ASSERT_TRUE(talk.tenant.write_bar());
    EXPECT_THAT(talk.tenant.write_bar()->what, HasSubstr("Directory.ReadWrite.All"));
}

TEST(GraphTenantPermissions, ToleratedOneIsLetPass) {
    auto rules = usual_rules;
    rules.tolerated = {"Directory.ReadWrite.All"};
    Talk talk(answer_anything, rules);
    talk.claims = R"({"roles":["User.ReadWrite.All","Domain.Read.All","Directory.ReadWrite.All"]})";
    const auto plan = planned();

    const auto write =
        talk.run(talk.tenant.create_user(plan, Secret::copy_of("password"), attempt, talk.soon()));

    EXPECT_NE(done_value(write), nullptr);
    EXPECT_FALSE(talk.tenant.write_bar());
}

TEST(GraphTenantPermissions, WhatIsMissingIsNamedAndNotAskedForInVain) {
    Talk talk(answer_anything, usual_rules);
    talk.claims = R"({"roles":["User.ReadWrite.All"]})";
    const auto plan = planned();

    const auto read = talk.run(talk.tenant.get_domains(talk.soon()));
    const auto write =
        talk.run(talk.tenant.create_user(plan, Secret::copy_of("password"), attempt, talk.soon()));

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(read));
    EXPECT_THAT(std::get<Unauthorized>(read).what, HasSubstr("Domain.Read.All"));
    ASSERT_TRUE(std::holds_alternative<Unauthorized>(write));
    EXPECT_THAT(std::get<Unauthorized>(write).cure, HasSubstr("Domain.Read.All"));
    EXPECT_TRUE(talk.calls.empty());
}

TEST(GraphTenantPermissions, TokenWithoutRolesCarriesNothing) {
    Talk talk(answer_anything, usual_rules);
    talk.claims = R"({"aud":"https://graph.microsoft.com"})";

    const auto read = talk.run(talk.tenant.get_account(kim_id, talk.soon()));

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(read));
    EXPECT_TRUE(talk.calls.empty());
}

TEST(GraphTenantPermissions, MendedOnesAreSeenInANewTokenAfterFiveMinutes) {
    Talk talk(answer_anything, usual_rules);
    talk.claims = R"({"roles":["User.ReadWrite.All","Domain.Read.All","Directory.ReadWrite.All"]})";
    (void)talk.run(talk.tenant.get_account(kim_id, talk.soon()));
    ASSERT_TRUE(talk.tenant.write_bar());
    talk.claims = R"({"roles":["User.ReadWrite.All","Domain.Read.All"]})";

    (void)talk.run(talk.tenant.get_account(kim_id, talk.soon()));
    EXPECT_TRUE(talk.tenant.write_bar());
    EXPECT_EQ(talk.tokens_given, 1);

    talk.clock.ahead = 5min + 1s;
    (void)talk.run(talk.tenant.get_account(kim_id, talk.soon()));
    EXPECT_FALSE(talk.tenant.write_bar());
    EXPECT_EQ(talk.tokens_given, 2);
}

TEST(GraphTenantPermissions, TokenThatIsWellIsKept) {
    Talk talk(answer_anything, usual_rules);
    talk.claims = R"({"roles":["User.ReadWrite.All","Domain.Read.All"]})";
    (void)talk.run(talk.tenant.get_account(kim_id, talk.soon()));

    talk.clock.ahead = 6min;
    (void)talk.run(talk.tenant.get_account(kim_id, talk.soon()));

    EXPECT_EQ(talk.tokens_given, 1);
}

}  // namespace
}  // namespace uplift::graph
