// Exchange's door: token, permission, role; batches, budget, log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/exchange_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ExchangeDoor, WantsATokenOfItsOwnWithItsOwnPermission) {
    SandboxWorld without(
        with_mailboxes({{"apps", json::array({{{"client_id", test_app}, {"secrets", {"s3cret"}}}})}}));
    SandboxWorld world(with_mailboxes());
    const json body = {
        {"CmdletInput", {{"CmdletName", "Get-AcceptedDomain"}, {"Parameters", json::object()}}}};
    const std::string target = std::string("/adminapi/beta/") + test_tenant + "/InvokeCommand";
    const auto graph_token =
        body_of(world.sign_in("contoso.com",
                              std::string("grant_type=client_credentials&client_secret=s3cret&client_id=") +
                                  test_app + "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"));
    const Request with_graph_token{
        "POST",
        target,
        {{"authorization", "Bearer " + graph_token.at("access_token").get<std::string>()},
         {"content-type", "application/json"}},
        body.dump()};

    EXPECT_EQ(world.sandbox.serve(with_graph_token, world.now).reply.status, 401);
    EXPECT_EQ(without.exchange("Get-AcceptedDomain", json::object()).status, 403);
    EXPECT_EQ(without.exchange("Get-AcceptedDomain", json::object()).body, "");
    EXPECT_EQ(world.exchange("Get-AcceptedDomain", json::object()).status, 200);
    EXPECT_EQ(world.exchange_at("/adminapi/beta/contoso.com/InvokeCommand", body, {}).status, 200);
    EXPECT_EQ(world.exchange_at("/adminapi/beta/fabrikam.net/InvokeCommand", body, {}).status, 404);
}

struct AccessCase {
    const char* name;
    json access;
    std::string cmdlet;
    json parameters;
    int status;
    std::string type;
    std::string text;
};
void PrintTo(const AccessCase& row, std::ostream* out) { *out << row.name; }
class ExchangeAccess : public testing::TestWithParam<AccessCase> {};

TEST_P(ExchangeAccess, IsWhatTheRoleGives) {
    SandboxWorld world(with_mailboxes());
    world.control("POST", "roles", GetParam().access);

    const auto reply = world.exchange(GetParam().cmdlet, GetParam().parameters);

    EXPECT_EQ(reply.status, GetParam().status) << reply.body;
    EXPECT_EQ(exchange_fault(reply).type, GetParam().type);
    EXPECT_THAT(exchange_fault(reply).text, HasSubstr(GetParam().text));
}

const AccessCase access_cases[] = {
    {"NoRole",
     {{"exchange_access", json::array()}},
     "Get-Mailbox",
     {{"Identity", kim}},
     403,
     "CmdletAccessDeniedException",
     "isn't supported in this scenario"},
    {"NoCmdlet",
     {{"exchange_access", {"Global Reader"}}},
     "Set-Mailbox",
     hold_on(),
     400,
     "CommandNotFoundException",
     "The term 'Set-Mailbox' is not recognized as the name of a cmdlet"},
    {"NoParameter",
     {{"exchange_access", {"Exchange Recipient Administrator"}}},
     "Set-Mailbox",
     hold_on(),
     400,
     "ParameterBindingException",
     "A parameter cannot be found that matches parameter name 'LitigationHoldEnabled'."},
    {"TakenOut",
     {{"exchange_without", {"Set-Mailbox:EmailAddresses"}}},
     "Set-Mailbox",
     {{"Identity", kim}, {"EmailAddresses", add_addresses({"smtp:ka@contoso.com"})}},
     400,
     "ParameterBindingException",
     "'EmailAddresses'"},
    {"NoBypass",
     {{"exchange_access", {"Exchange Recipient Administrator"}}},
     "Add-DistributionGroupMember",
     {{"Identity", list_id}, {"Member", kim}, {"BypassSecurityGroupManagerCheck", true}},
     400,
     "ParameterBindingException",
     "'BypassSecurityGroupManagerCheck'"},
    {"CustomRoles",
     {{"exchange_access", {"Mail Recipients", "Legal Hold"}}},
     "Set-Mailbox",
     hold_on(),
     200,
     "",
     ""},
    {"Unknown",
     json::object(),
     "Remove-Tenant",
     json::object(),
     400,
     "CommandNotFoundException",
     "Remove-Tenant"},
};
INSTANTIATE_TEST_SUITE_P(Roles, ExchangeAccess, testing::ValuesIn(access_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(ExchangeAccess, IsListedByTheModuleFile) {
    SandboxWorld world(with_mailboxes());
    const std::string target = std::string("/adminapi/v1.0/") + test_tenant + "/EXOModuleFile?Version=3.9.2";

    const auto all = rows(world.exchange_at(target, nullptr, {{"commandname", "*"}}));
    world.control("POST", "roles", {{"exchange_without", {"Enable-Mailbox"}}});
    const auto less = rows(world.exchange_at(target, nullptr, {{"commandname", "*"}}));

    EXPECT_THAT(all.at(0).at("exportedCmdlets").get<std::string>(), HasSubstr("Set-Mailbox,Enable-Mailbox,"));
    EXPECT_THAT(less.at(0).at("exportedCmdlets").get<std::string>(), HasSubstr("Set-Mailbox,Get-Recipient,"));
}

TEST(ExchangeOrganization, NamesItsDomains) {
    SandboxWorld world(with_mailboxes());

    std::vector<std::string> names;
    for (const auto& row : rows(world.exchange("Get-AcceptedDomain", json::object())))
        names.push_back(row.at("DomainName"));

    EXPECT_THAT(names, ElementsAre("contoso.com", "contoso.onmicrosoft.com", "fed.contoso.com"));
    EXPECT_EQ(rows(world.exchange("Get-OrganizationConfig", json::object())).at(0).at("Name"),
              "contoso.onmicrosoft.com");
}

TEST(ExchangeBatch, AnswersEveryItemByItsId) {
    SandboxWorld world(with_mailboxes());
    const std::string url =
        std::string("https://127.0.0.1:1/adminapi/beta/") + test_tenant + "/InvokeCommand";
    json requests = json::array();
    for (const char* id : {kim, test_tenant})
        requests.push_back(
            {{"id", id},
             {"method", "POST"},
             {"url", url},
             {"headers", {{"X-AnchorMailbox", test_anchor}}},
             {"body",
              {{"CmdletInput", {{"CmdletName", "Get-Mailbox"}, {"Parameters", {{"Identity", id}}}}}}}});

    const auto reply = world.exchange_at(
        std::string("/adminapi/beta/") + test_tenant + "/$batch", {{"requests", requests}}, {});

    std::map<std::string, int> statuses;
    const json responses = body_of(reply).at("responses");
    for (const auto& item : responses) statuses[item.at("id")] = item.at("status");
    EXPECT_EQ(statuses, (std::map<std::string, int>{{kim, 200}, {test_tenant, 404}}));
}

TEST(ExchangeBudget, IsItsOwnAndRefusesInBothWays) {
    SandboxWorld world(
        with_mailboxes({{"throttle_scale", 1}, {"exchange", {{"commands", 10}, {"per", 100}}}}));
    std::set<int> statuses;
    std::set<std::string> types;

    for (int i = 0; i < 40; ++i) {
        const auto reply = world.exchange("Get-AcceptedDomain", json::object());
        statuses.insert(reply.status);
        if (reply.status == 200) continue;
        types.insert(exchange_fault(reply).type);
        EXPECT_FALSE(header_of(reply.headers, "Retry-After").empty());
    }

    EXPECT_EQ(statuses, (std::set<int>{200, 429, 503}));
    EXPECT_EQ(types, (std::set<std::string>{"OverBudgetException", "ServerBusyException"}));
    EXPECT_EQ(world.get("/users/kim@contoso.com").status, 200);
    world.pass(Seconds(200));
    EXPECT_EQ(world.exchange("Get-AcceptedDomain", json::object()).status, 200);
}

TEST(ExchangeLog, NamesTheCmdletAndWhomItMeant) {
    SandboxWorld world(with_mailboxes());
    world.log.clear();

    world.exchange("Set-Mailbox", hold_on());

    const json line = json::parse(world.log.back());
    EXPECT_EQ(line.at("cmdlet"), "Set-Mailbox");
    EXPECT_EQ(line.at("identity"), kim);
    EXPECT_EQ(line.at("parameters"), json({"Identity", "LitigationHoldEnabled"}));
    EXPECT_EQ(line.at("writes"), 1);
    EXPECT_EQ(body_of(world.control("GET", "summary", nullptr)).at("exchange_writes"), 1);
}

TEST(ExchangeFaults, ComeWithTwoStatusesWhenTheDefinitionSaysSo) {
    SandboxWorld world(with_mailboxes({{"exchange", {{"odd_status", 0.5}}}}));
    std::set<int> statuses;

    for (int i = 0; i < 40; ++i) {
        const auto reply = world.exchange("Get-Mailbox", {{"Identity", test_tenant}});
        statuses.insert(reply.status);
        EXPECT_EQ(exchange_fault(reply).type, "ManagementObjectNotFoundException");
    }

    EXPECT_EQ(statuses, (std::set<int>{404, 500}));
}

}  // namespace
}  // namespace uplift::sandbox
