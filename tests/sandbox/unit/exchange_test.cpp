// Exchange's admin endpoint: the door, roles, cmdlets, pages, refusals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* list_id = "00000000-0000-4000-8000-000000000003";

json with_mailboxes(const json& changes = json::object()) {
    json definition = a_definition();
    definition["skus"] = json::parse(R"([
        {"sku": "SPE_E3", "seats": 5000}, {"sku": "EXCHANGESTANDARD", "seats": 100},
        {"sku": "EXCHANGEDESKLESS", "seats": 100}, {"sku": "SPB", "seats": 100},
        {"sku": "EXCHANGEARCHIVE_ADDON", "seats": 100}])");
    definition["users"] = json::parse(R"([
        {"id": "00000000-0000-4000-8000-0000000000e3", "userPrincipalName": "kim@contoso.com",
         "displayName": "Kim Akers", "licenses": ["SPE_E3"]},
        {"id": "00000000-0000-4000-8000-0000000000e1", "userPrincipalName": "one@contoso.com",
         "licenses": ["EXCHANGESTANDARD"]},
        {"id": "00000000-0000-4000-8000-0000000000e4", "userPrincipalName": "addon@contoso.com",
         "licenses": ["EXCHANGESTANDARD", "EXCHANGEARCHIVE_ADDON"]},
        {"id": "00000000-0000-4000-8000-0000000000e5", "userPrincipalName": "business@contoso.com",
         "licenses": ["SPB"]},
        {"id": "00000000-0000-4000-8000-0000000000ef", "userPrincipalName": "kiosk@contoso.com",
         "licenses": ["EXCHANGEDESKLESS"]},
        {"id": "00000000-0000-4000-8000-0000000000a0", "userPrincipalName": "nobox@contoso.com"},
        {"id": "00000000-0000-4000-8000-0000000000a1", "userPrincipalName": "there@contoso.com",
         "mail": "there@contoso.com", "mailbox_on_premises": true, "licenses": ["SPE_E3"]},
        {"id": "00000000-0000-4000-8000-0000000000a2", "userPrincipalName": "synced@contoso.com",
         "synced": true, "licenses": ["SPE_E3"]}])");
    definition["deleted_users"] = json::parse(R"([
        {"userPrincipalName": "gone@contoso.com", "mail": "gone@contoso.com"}])");
    definition.merge_patch(changes);
    return definition;
}

constexpr const char* kim = "00000000-0000-4000-8000-0000000000e3";

json add_addresses(const std::vector<std::string>& addresses) {
    return {{"@odata.type", "#Exchange.GenericHashTable"}, {"Add", addresses}};
}

json rows(const Reply& reply) { return body_of(reply).value("value", json()); }
json mailbox(SandboxWorld& world, const std::string& id) {
    return rows(world.exchange("Get-Mailbox", {{"Identity", id}})).at(0);
}
json warnings(const Reply& reply) { return body_of(reply).value("@adminapi.warnings", json()); }

json state_of(SandboxWorld& world, const std::string& id) {
    const Reply reply = world.control("GET", "state", nullptr);
    std::string text;
    for (std::string piece; reply.next_piece(piece);) text += piece;
    const json dump = json::parse(text);
    for (const auto& user : dump.at("users"))
        if (user.at("id") == id) return user.at("mailbox");
    return nullptr;
}

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

const json hold_on = {{"Identity", kim}, {"LitigationHoldEnabled", true}};
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
     hold_on,
     400,
     "CommandNotFoundException",
     "The term 'Set-Mailbox' is not recognized as the name of a cmdlet"},
    {"NoParameter",
     {{"exchange_access", {"Exchange Recipient Administrator"}}},
     "Set-Mailbox",
     hold_on,
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
     hold_on,
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

struct RefusalCase {
    const char* name;
    std::string cmdlet;
    json parameters;
    int status;
    std::string type;
    std::string text;
};
void PrintTo(const RefusalCase& row, std::ostream* out) { *out << row.name; }
class ExchangeRefusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(ExchangeRefusal, NamesItsTypeAndChangesNothing) {
    SandboxWorld world(with_mailboxes());
    const auto before = world.control("GET", "summary", nullptr);
    const auto kim_before = state_of(world, kim);

    const auto reply = world.exchange(GetParam().cmdlet, GetParam().parameters);

    EXPECT_EQ(reply.status, GetParam().status) << reply.body;
    EXPECT_EQ(body_of(reply).at("error").at("message"), "Error executing cmdlet");
    EXPECT_EQ(exchange_fault(reply).type, GetParam().type) << reply.body;
    EXPECT_THAT(exchange_fault(reply).text, HasSubstr(GetParam().text));
    EXPECT_EQ(state_of(world, kim), kim_before);
    const auto after = world.control("GET", "summary", nullptr);
    for (const char* key : {"mailboxes_on_hold", "archives", "memberships"})
        EXPECT_EQ(body_of(after).at(key), body_of(before).at(key));
}

json add_to_kim(const std::string& address) {
    return {{"Identity", kim}, {"EmailAddresses", add_addresses({"smtp:free@contoso.com", address})}};
}
json hold_of(const char* user) {
    return {{"Identity", std::string(user) + "@contoso.com"}, {"LitigationHoldEnabled", true}};
}
const RefusalCase refusal_cases[] = {
    {"NoSuchMailbox",
     "Get-Mailbox",
     {{"Identity", test_tenant}},
     404,
     "ManagementObjectNotFoundException",
     "couldn't be performed because object '0b3c1d52-"},
    {"UserWithoutMailbox",
     "Set-Mailbox",
     hold_of("nobox"),
     404,
     "ManagementObjectNotFoundException",
     "nobox"},
    {"MailboxOnPremises",
     "Set-Mailbox",
     hold_of("there"),
     400,
     "RecipientTaskException",
     "is of type MailUser"},
    {"HeldByUser",
     "Set-Mailbox",
     add_to_kim("smtp:ONE@contoso.com"),
     409,
     "ProxyAddressExistsException",
     "\"smtp:ONE@contoso.com\" is already being used by the proxy addresses or LegacyExchangeDN of "
     "\"00000000-0000-4000-8000-0000000000e1\""},
    {"HeldByGroup",
     "Set-Mailbox",
     add_to_kim("smtp:dl@contoso.com"),
     409,
     "ProxyAddressExistsException",
     list_id},
    {"HeldByContact",
     "Set-Mailbox",
     add_to_kim("smtp:vera@contoso.com"),
     409,
     "ProxyAddressExistsException",
     "00000000-0000-4000-8000-00000000cccc"},
    {"HeldInTheBin",
     "Set-Mailbox",
     add_to_kim("smtp:gone@contoso.com"),
     409,
     "ProxyAddressExistsException",
     "gone@"},
    {"IsSomebodysName",
     "Set-Mailbox",
     add_to_kim("smtp:nobox@contoso.com"),
     400,
     "UnableToWriteToAadException",
     "ObjectConflict"},
    {"DomainNotVerified",
     "Set-Mailbox",
     add_to_kim("smtp:k@fabrikam.com"),
     400,
     "NotAcceptedDomainException",
     "not an accepted domain for your organization."},
    {"DomainUnknown", "Set-Mailbox", add_to_kim("smtp:k@example.org"), 400, "NotAcceptedDomainException", ""},
    {"NoAddress", "Set-Mailbox", add_to_kim("smtp:k a@contoso.com"), 400, "DataValidationException", ""},
    {"SecondPrimary",
     "Set-Mailbox",
     add_to_kim("SMTP:other@contoso.com"),
     400,
     "DataValidationException",
     ""},
    {"UntypedTable",
     "Set-Mailbox",
     {{"Identity", kim}, {"EmailAddresses", {{"Add", {"smtp:a@contoso.com"}}}}},
     400,
     "ParameterBindingException",
     "EmailAddresses"},
    {"Synced",
     "Set-Mailbox",
     {{"Identity", "synced@contoso.com"}, {"EmailAddresses", add_addresses({"smtp:s2@contoso.com"})}},
     400,
     "RecipientTaskException",
     "being synchronized from your on-premises organization"},
    {"HoldOnPlanOne",
     "Set-Mailbox",
     hold_of("one"),
     400,
     "RecipientTaskException",
     "doesn't permit you to put a litigation hold on this mailbox."},
    {"HoldOnKiosk", "Set-Mailbox", hold_of("kiosk"), 400, "RecipientTaskException", "litigation hold"},
    {"HoldForNoTime",
     "Set-Mailbox",
     {{"Identity", kim}, {"LitigationHoldEnabled", true}, {"LitigationHoldDuration", "a while"}},
     400,
     "ParameterBindingException",
     "LitigationHoldDuration"},
    {"ExpansionWithoutArchive",
     "Enable-Mailbox",
     {{"Identity", kim}, {"AutoExpandingArchive", true}},
     400,
     "RecipientTaskException",
     "doesn't have an archive"},
    {"MemberWithoutMailbox",
     "Add-DistributionGroupMember",
     {{"Identity", list_id},
      {"Member", "00000000-0000-4000-8000-0000000000a0"},
      {"BypassSecurityGroupManagerCheck", true}},
     404,
     "ManagementObjectNotFoundException",
     "Couldn't find object"},
    {"WithoutBypass",
     "Add-DistributionGroupMember",
     {{"Identity", list_id}, {"Member", kim}},
     400,
     "OperationRequiresGroupManagerException",
     "manager of the group"},
    {"GroupOfGraph",
     "Add-DistributionGroupMember",
     {{"Identity", "00000000-0000-4000-8000-000000000001"},
      {"Member", kim},
      {"BypassSecurityGroupManagerCheck", true}},
     404,
     "ManagementObjectNotFoundException",
     ""},
    {"WrongFilter",
     "Get-Mailbox",
     {{"Filter", "ShoeSize -gt '3'"}},
     400,
     "ParameterBindingException",
     "ShoeSize"},
    {"NoIdentity",
     "Set-Mailbox",
     {{"LitigationHoldEnabled", true}},
     400,
     "ParameterBindingException",
     "Identity"},
    {"Misspelled", "Get-Mailbox", {{"Identiti", kim}}, 400, "ParameterBindingException", "'Identiti'"},
};
INSTANTIATE_TEST_SUITE_P(Texts, ExchangeRefusal, testing::ValuesIn(refusal_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(ExchangeMailbox, ShowsWhatMicrosoftShows) {
    SandboxWorld world(with_mailboxes());

    const auto row = mailbox(world, kim);

    EXPECT_EQ(row.at("ExternalDirectoryObjectId"), kim);
    EXPECT_EQ(row.at("RecipientTypeDetails"), "UserMailbox");
    EXPECT_EQ(row.at("EmailAddresses"), json({"SMTP:kim@contoso.com", "smtp:kim@contoso.onmicrosoft.com"}));
    EXPECT_EQ(row.at("ArchiveGuid"), "00000000-0000-0000-0000-000000000000");
    EXPECT_EQ(row.at("LitigationHoldDuration"), "Unlimited");
    EXPECT_EQ(row.at("PersistedCapabilities"), json({"BPOS_S_Enterprise"}));
}

TEST(ExchangeMailbox, TakesSeveralAliasesAtOnceOnceAndShowsThemInGraph) {
    SandboxWorld world(with_mailboxes());
    const json parameters = {
        {"Identity", kim},
        {"EmailAddresses", add_addresses({"smtp:ka@contoso.com", "smtp:k.a@contoso.com"})}};

    const auto first = world.exchange("set-mailbox", parameters);
    const auto again = world.exchange("Set-Mailbox", parameters);

    EXPECT_EQ(rows(first), json::array());
    EXPECT_EQ(warnings(first), json::array());
    EXPECT_EQ(warnings(again),
              json({"The command completed successfully but no settings of 'kim' have been modified."}));
    const json expected = {"SMTP:kim@contoso.com",
                           "smtp:kim@contoso.onmicrosoft.com",
                           "smtp:ka@contoso.com",
                           "smtp:k.a@contoso.com"};
    EXPECT_EQ(mailbox(world, kim).at("EmailAddresses"), expected);
    EXPECT_EQ(body_of(world.get("/users/kim@contoso.com?$select=proxyAddresses")).at("proxyAddresses"),
              expected);
    const auto writes = state_of(world, kim).at("writes");
    EXPECT_EQ(writes.at("commands"), 2);
    EXPECT_EQ(writes.at("unchanged"), 1);
    EXPECT_EQ(writes.at("added").at("ka@contoso.com").at("times"), 1);
}

TEST(ExchangeMailbox, PlainListReplacesEveryAddress) {
    SandboxWorld world(with_mailboxes());

    world.exchange("Set-Mailbox", {{"Identity", kim}, {"EmailAddresses", {"SMTP:new@contoso.com"}}});

    EXPECT_EQ(mailbox(world, kim).at("EmailAddresses"), json({"SMTP:new@contoso.com"}));
    EXPECT_EQ(state_of(world, kim).at("writes").at("replaced"), 1);
    EXPECT_EQ(body_of(world.get("/users/kim@contoso.com")).at("mail"), "new@contoso.com");
}

TEST(ExchangeMailbox, HoldKeepsItsWordsAndIsCountedEveryTimeItChanges) {
    SandboxWorld world(with_mailboxes());
    json hold = {{"Identity", kim},
                 {"LitigationHoldEnabled", true},
                 {"LitigationHoldDuration", "2555"},
                 {"RetentionComment", "Held by policy"},
                 {"RetentionUrl", "https://intranet.contoso.com/hold"}};

    const auto first = world.exchange("Set-Mailbox", hold);
    const auto same = world.exchange("Set-Mailbox", hold);
    hold["LitigationHoldDuration"] = 365;
    world.exchange("Set-Mailbox", hold);

    EXPECT_THAT(warnings(first).at(0).get<std::string>(), HasSubstr("240 minutes"));
    EXPECT_THAT(warnings(same).at(0).get<std::string>(),
                HasSubstr("no settings of 'kim' have been modified"));
    const auto row = mailbox(world, kim);
    EXPECT_EQ(row.at("LitigationHoldEnabled"), true);
    EXPECT_EQ(row.at("LitigationHoldDuration"), "365.00:00:00");
    EXPECT_EQ(row.at("RetentionComment"), "Held by policy");
    EXPECT_EQ(row.at("LitigationHoldOwner"), "Uplift");
    const auto holds = state_of(world, kim).at("writes").at("holds");
    ASSERT_EQ(holds.size(), 2u);
    EXPECT_EQ(holds.at(0).at("days"), 2555);
    EXPECT_EQ(holds.at(1).at("days"), 365);
    EXPECT_EQ(body_of(world.control("GET", "summary", nullptr)).at("holds_per_mailbox_max"), 2);
}

TEST(ExchangeMailbox, HoldFollowsTheLicence) {
    SandboxWorld world(with_mailboxes());

    EXPECT_EQ(world.exchange("Set-Mailbox", hold_of("addon")).status, 200);
    EXPECT_EQ(world.exchange("Set-Mailbox", hold_of("business")).status, 200);
}

TEST(ExchangeMailbox, ArchiveIsMadeOnceAndEvenForAKiosk) {
    SandboxWorld world(with_mailboxes());

    const auto made = world.exchange("Enable-Mailbox", {{"Identity", kim}, {"Archive", true}});
    const auto again = world.exchange("Enable-Mailbox", {{"Identity", kim}, {"Archive", true}});
    const auto kiosk =
        world.exchange("Enable-Mailbox", {{"Identity", "kiosk@contoso.com"}, {"Archive", true}});

    EXPECT_EQ(rows(made).at(0).at("ExternalDirectoryObjectId"), kim);
    EXPECT_EQ(mailbox(world, kim).at("ArchiveStatus"), "Active");
    EXPECT_EQ(again.status, 400);
    EXPECT_EQ(exchange_fault(again).type, "RecipientTaskException");
    EXPECT_EQ(exchange_fault(again).text, "The user \"kim\" already has an archive.");
    EXPECT_EQ(kiosk.status, 200);
    EXPECT_EQ(state_of(world, kim).at("writes").at("archives").size(), 1u);
}

TEST(ExchangeMailbox, AnotherAnchorSeesTheWriteOnlyLater) {
    SandboxWorld world(with_mailboxes());
    const std::string target =
        std::string("/adminapi/beta/") + test_tenant + "/InvokeCommand?$select=LitigationHoldEnabled";
    const json read = {{"CmdletInput", {{"CmdletName", "Get-Mailbox"}, {"Parameters", {{"Identity", kim}}}}}};
    const auto seen = [&](const Headers& headers) {
        return rows(world.exchange_at(target, read, headers)).at(0);
    };
    world.exchange("Set-Mailbox", hold_on);

    EXPECT_EQ(seen({{"x-anchormailbox", test_anchor}}), json({{"LitigationHoldEnabled", true}}));
    EXPECT_EQ(seen({}), json({{"LitigationHoldEnabled", false}}));
    EXPECT_EQ(seen({{"x-anchormailbox", "UPN:kim@contoso.com"}}), json({{"LitigationHoldEnabled", false}}));
    world.pass(Seconds(21));
    EXPECT_EQ(seen({}), json({{"LitigationHoldEnabled", true}}));
}

TEST(ExchangeMailbox, EmptyIdentityReturnsEverybody) {
    SandboxWorld world(with_mailboxes());

    EXPECT_EQ(rows(world.exchange("Get-Mailbox", {{"Identity", ""}})).size(), 6u);
    EXPECT_EQ(rows(world.exchange("Get-Mailbox", {{"Identity", nullptr}})).size(), 6u);
}

TEST(ExchangeMailbox, ASetIsAskedForByObjectIds) {
    SandboxWorld world(with_mailboxes());
    const auto ids = [&](const std::string& filter) {
        std::vector<std::string> found;
        for (const auto& row :
             rows(world.exchange("Get-Mailbox", {{"Filter", filter}, {"ResultSize", "Unlimited"}})))
            found.push_back(row.at("UserPrincipalName"));
        return found;
    };
    const std::string both = std::string("ExternalDirectoryObjectId -eq '") + kim +
                             "' -or ExternalDirectoryObjectId -eq '00000000-0000-4000-8000-0000000000a0' "
                             "-or ExternalDirectoryObjectId -eq '00000000-0000-4000-8000-0000000000ef'";

    EXPECT_THAT(ids(both), ElementsAre("kim@contoso.com", "kiosk@contoso.com"));
    EXPECT_THAT(ids("(" + both + ") -and LitigationHoldEnabled -eq $true"), ElementsAre());
    EXPECT_THAT(ids("EmailAddresses -like '*kiosk@*'"), ElementsAre("kiosk@contoso.com"));
}

TEST(ExchangeMailbox, UnlimitedStopsAtAThousandAPage) {
    SandboxWorld world(with_mailboxes({{"mailbox_delay", 0}}));
    json people = json::array();
    for (int i = 0; i < 2300; ++i)
        people.push_back(
            {{"userPrincipalName", "p" + std::to_string(i) + "@contoso.com"}, {"licenses", {"SPE_E3"}}});
    world.control("POST", "users", people);
    const json body = {
        {"CmdletInput",
         {{"CmdletName", "Get-Mailbox"},
          {"Parameters",
           {{"ResultSize", "Unlimited"}, {"Filter", "RecipientTypeDetails -eq 'UserMailbox'"}}}}}};
    std::string target =
        std::string("/adminapi/beta/") + test_tenant + "/InvokeCommand?$select=ExternalDirectoryObjectId";
    std::set<std::string> seen;
    std::vector<std::size_t> sizes;

    while (!target.empty()) {
        const auto page = body_of(world.exchange_at(target, body, {{"prefer", "odata.maxpagesize=5000"}}));
        sizes.push_back(page.at("value").size());
        for (const auto& row : page.at("value")) seen.insert(row.at("ExternalDirectoryObjectId"));
        const std::string next = page.value("@odata.nextLink", "");
        target = next.empty() ? "" : next.substr(std::string("https://127.0.0.1:1").size());
    }

    EXPECT_THAT(sizes, ElementsAre(1000, 1000, 306));
    EXPECT_EQ(seen.size(), 2306u);
    const auto without_size = world.exchange("Get-Mailbox", json::object());
    EXPECT_EQ(rows(without_size).size(), 1000u);
    EXPECT_THAT(warnings(without_size).at(0).get<std::string>(),
                HasSubstr("There are more results available"));
}

TEST(ExchangeRecipient, SaysWhoHoldsAnAddress) {
    SandboxWorld world(with_mailboxes());
    const auto kind = [&](const std::string& address) {
        const auto found =
            rows(world.exchange("Get-Recipient", {{"Filter", "EmailAddresses -eq '" + address + "'"}}));
        return found.empty() ? std::string() : found.at(0).at("RecipientTypeDetails").get<std::string>();
    };

    EXPECT_EQ(kind("smtp:kim@contoso.com"), "UserMailbox");
    EXPECT_EQ(kind("SMTP:there@contoso.com"), "MailUser");
    EXPECT_EQ(kind("smtp:dl@contoso.com"), "MailUniversalDistributionGroup");
    EXPECT_EQ(kind("smtp:ms@contoso.com"), "MailUniversalSecurityGroup");
    EXPECT_EQ(kind("m@contoso.com"), "GroupMailbox");
    EXPECT_EQ(kind("smtp:vera@contoso.com"), "MailContact");
    EXPECT_EQ(kind("smtp:nobody@contoso.com"), "");
    EXPECT_EQ(rows(world.exchange("Get-Recipient", {{"Identity", "vera@contoso.com"}})).size(), 1u);
    EXPECT_EQ(exchange_fault(world.exchange("Get-Recipient", {{"Identity", "nobox@contoso.com"}})).type,
              "ManagementObjectNotFoundException");
}

TEST(ExchangeList, TakesAMemberOnce) {
    SandboxWorld world(with_mailboxes());
    const json member = {
        {"Identity", "dl@contoso.com"}, {"Member", kim}, {"BypassSecurityGroupManagerCheck", true}};

    const auto first = world.exchange("Add-DistributionGroupMember", member);
    const auto again = world.exchange("Add-DistributionGroupMember", member);

    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(exchange_fault(again).type, "MemberAlreadyExistsException");
    const auto members = rows(world.exchange("Get-DistributionGroupMember", {{"Identity", list_id}}));
    ASSERT_EQ(members.size(), 1u);
    EXPECT_EQ(members.at(0).at("ExternalDirectoryObjectId"), kim);
    EXPECT_EQ(world.exchange("Remove-DistributionGroupMember", member).status, 200);
    EXPECT_EQ(rows(world.exchange("Get-DistributionGroupMember", {{"Identity", list_id}})), json::array());
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

    world.exchange("Set-Mailbox", hold_on);

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
