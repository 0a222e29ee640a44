// What the cmdlets refuse, by type and text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/exchange_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
using testing::HasSubstr;

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
    const auto kim_before = mailbox_in_dump(world, kim);

    const auto reply = world.exchange(GetParam().cmdlet, GetParam().parameters);

    EXPECT_EQ(reply.status, GetParam().status) << reply.body;
    EXPECT_EQ(body_of(reply).at("error").at("message"), "Error executing cmdlet");
    EXPECT_EQ(exchange_fault(reply).type, GetParam().type) << reply.body;
    EXPECT_THAT(exchange_fault(reply).text, HasSubstr(GetParam().text));
    EXPECT_EQ(mailbox_in_dump(world, kim), kim_before);
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

}  // namespace
}  // namespace uplift::sandbox
