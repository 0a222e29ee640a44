// The cmdlets: what they set, show and page, and who holds an address.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/exchange_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

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
    const auto writes = mailbox_in_dump(world, kim).at("writes");
    EXPECT_EQ(writes.at("commands"), 2);
    EXPECT_EQ(writes.at("unchanged"), 1);
    EXPECT_EQ(writes.at("added").at("ka@contoso.com").at("times"), 1);
}

TEST(ExchangeMailbox, PlainListReplacesEveryAddress) {
    SandboxWorld world(with_mailboxes());

    world.exchange("Set-Mailbox", {{"Identity", kim}, {"EmailAddresses", {"SMTP:new@contoso.com"}}});

    EXPECT_EQ(mailbox(world, kim).at("EmailAddresses"), json({"SMTP:new@contoso.com"}));
    EXPECT_EQ(mailbox_in_dump(world, kim).at("writes").at("replaced"), 1);
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
    const auto holds = mailbox_in_dump(world, kim).at("writes").at("holds");
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
    EXPECT_EQ(mailbox_in_dump(world, kim).at("writes").at("archives").size(), 1u);
}

TEST(ExchangeMailbox, AnotherAnchorSeesTheWriteOnlyLater) {
    SandboxWorld world(with_mailboxes());
    const std::string target =
        std::string("/adminapi/beta/") + test_tenant + "/InvokeCommand?$select=LitigationHoldEnabled";
    const json read = {{"CmdletInput", {{"CmdletName", "Get-Mailbox"}, {"Parameters", {{"Identity", kim}}}}}};
    const auto seen = [&](const Headers& headers) {
        return rows(world.exchange_at(target, read, headers)).at(0);
    };
    world.exchange("Set-Mailbox", hold_on());

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

}  // namespace
}  // namespace uplift::sandbox
