#include "tests/unit/exchange/talk.hpp"

namespace uplift::exchange {
namespace {

json::Value input_of(const std::string& request) {
    const auto body =
        json::parse(body_of_request(request), {.where = "body", .code = FaultCode::tenant_reply});
    EXPECT_TRUE(body) << request;
    const auto* input = body ? body->find("CmdletInput") : nullptr;
    return input == nullptr ? json::Value{} : *input;
}
std::string said(const std::string& request) { return json::dump(input_of(request)); }

// ---- what goes out --------------------------------------------------------------------------------------

TEST(ExchangeMailboxes, EveryCommandGoesToTheSameAnchorMailbox) {
    Talk talk([](const std::string&) { return json_reply(200, listed(mailbox_row(kim_id.value))); });

    const auto outcome = talk.run(talk.mailboxes.get(kim_id, talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(talk.calls.size(), 1u);
    EXPECT_THAT(first_line(talk.calls[0]),
                testing::StartsWith("POST /adminapi/beta/" + tenant_id + "/InvokeCommand?$select="));
    EXPECT_THAT(talk.calls[0],
                HasSubstr("\r\nX-AnchorMailbox: APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@" +
                          tenant_id + "\r\n"));
    EXPECT_THAT(talk.calls[0], HasSubstr("\r\nPrefer: odata.maxpagesize=1000\r\n"));
    EXPECT_THAT(talk.calls[0], HasSubstr("\r\nAuthorization: Bearer token1\r\n"));
    EXPECT_EQ(
        said(talk.calls[0]),
        R"({"CmdletName":"Get-Mailbox","Parameters":{"Identity":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21"}})");
}

using Write = asio::awaitable<Outcome<Nothing>> (*)(Talk&);
struct WriteCase {
    std::string name;
    Write write;
    std::string input;
};
class Writes : public testing::TestWithParam<WriteCase> {};
TEST_P(Writes, AreOneCommandWithTheAttemptsId) {
    Talk talk([](const std::string&) { return json_reply(200, listed("")); });

    const auto outcome = talk.run(GetParam().write(talk));

    EXPECT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(talk.calls.size(), 1u);
    EXPECT_EQ(said(talk.calls[0]), GetParam().input);
    EXPECT_THAT(talk.calls[0], HasSubstr("\r\nclient-request-id: " + attempt.value + "\r\n"));
}
const std::string kim_identity = R"("Identity":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21")";
const WriteCase write_cases[] = {
    {"AddressesAreAddedAndReplaceNone",
     [](Talk& talk) {
         std::vector<std::string> addresses{"kim.a@contoso.com", "ka@contoso.com"};
         return talk.mailboxes.add_addresses(kim_id, addresses, attempt, talk.soon());
     },
     R"({"CmdletName":"Set-Mailbox","Parameters":{)" + kim_identity +
         R"(,"EmailAddresses":{"@odata.type":"#Exchange.GenericHashTable",)"
         R"("Add":["smtp:kim.a@contoso.com","smtp:ka@contoso.com"]}}})"},
    {"Hold",
     [](Talk& talk) {
         LitigationHold hold;
         hold.duration_days = 2'555;
         hold.comment = "Seven years \"so\"";
         hold.url = "https://contoso.com/hold";
         return talk.mailboxes.set_hold(kim_id, hold, attempt, talk.soon());
     },
     R"({"CmdletName":"Set-Mailbox","Parameters":{)" + kim_identity +
         R"(,"LitigationHoldEnabled":true,"LitigationHoldDuration":"2555",)"
         R"("RetentionComment":"Seven years \"so\"","RetentionUrl":"https://contoso.com/hold"}})"},
    {"HoldForEver",
     [](Talk& talk) { return talk.mailboxes.set_hold(kim_id, LitigationHold{}, attempt, talk.soon()); },
     R"({"CmdletName":"Set-Mailbox","Parameters":{)" + kim_identity +
         R"(,"LitigationHoldEnabled":true,"LitigationHoldDuration":"Unlimited"}})"},
    {"Archive",
     [](Talk& talk) { return talk.mailboxes.enable_archive(kim_id, attempt, talk.soon()); },
     R"({"CmdletName":"Enable-Mailbox","Parameters":{)" + kim_identity + R"(,"Archive":true}})"},
    {"ListMember",
     [](Talk& talk) {
         return talk.mailboxes.add_list_member(GroupId{other_id.value}, kim_id, attempt, talk.soon());
     },
     R"({"CmdletName":"Add-DistributionGroupMember","Parameters":{)"
     R"("Identity":"8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10","Member":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21",)"
     R"("BypassSecurityGroupManagerCheck":true}})"},
};
INSTANTIATE_TEST_SUITE_P(ExchangeMailboxes, Writes, testing::ValuesIn(write_cases), [](const auto& one) {
    return one.param.name;
});

TEST(ExchangeMailboxes, IdentityThatIsNoneNeverLeaves) {
    Talk talk([](const std::string&) { return json_reply(200, listed("")); });

    for (const std::string bad : {"", "kim", "*", "kim@contoso.com", "6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e2"}) {
        const ObjectId none{bad};
        EXPECT_TRUE(std::holds_alternative<Refused>(talk.run(talk.mailboxes.get(none, talk.soon()))));
        EXPECT_TRUE(
            std::holds_alternative<Refused>(talk.run(talk.mailboxes.find({kim_id, none}, talk.soon()))));
        talk.run(talk.mailboxes.add_addresses(none, {"a@contoso.com"}, attempt, talk.soon()));
        talk.run(talk.mailboxes.set_hold(none, LitigationHold{}, attempt, talk.soon()));
        talk.run(talk.mailboxes.enable_archive(none, attempt, talk.soon()));
        talk.run(talk.mailboxes.add_list_member(GroupId{bad}, kim_id, attempt, talk.soon()));
        talk.run(talk.mailboxes.add_list_member(GroupId{kim_id.value}, none, attempt, talk.soon()));
    }
    const auto nobody = talk.run(talk.mailboxes.find({}, talk.soon()));

    ASSERT_NE(done_value(nobody), nullptr);
    EXPECT_TRUE(done_value(nobody)->empty());
    EXPECT_TRUE(talk.calls.empty());
}

TEST(ExchangeMailboxes, FiltersAreQuotedAndWithoutALimit) {
    Talk talk([](const std::string&) { return json_reply(200, listed("")); });

    talk.run(talk.mailboxes.find({kim_id, other_id}, talk.soon()));
    talk.run(talk.mailboxes.made_since(*parse_rfc3339("2026-01-02T03:04:05.999Z"), talk.soon()));
    talk.run(talk.mailboxes.find_recipient("o'brien@contoso.com", talk.soon()));

    ASSERT_EQ(talk.calls.size(), 3u);
    EXPECT_EQ(said(talk.calls[0]),
              R"({"CmdletName":"Get-Mailbox","Parameters":{"Filter":"ExternalDirectoryObjectId -eq )"
              R"('6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21' -or ExternalDirectoryObjectId -eq )"
              R"('8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10'","ResultSize":"Unlimited"}})");
    EXPECT_EQ(said(talk.calls[1]),
              R"({"CmdletName":"Get-Mailbox","Parameters":{"Filter":"WhenMailboxCreated -ge )"
              R"('01/02/2026 03:04:05'","ResultSize":"Unlimited"}})");
    EXPECT_EQ(said(talk.calls[2]),
              R"({"CmdletName":"Get-Recipient","Parameters":{"Filter":"EmailAddresses -eq )"
              R"('smtp:o''brien@contoso.com'","ResultSize":"Unlimited"}})");
}

// ---- what comes back ------------------------------------------------------------------------------------

TEST(ExchangeMailboxes, MailboxIsReadWhole) {
    Talk talk([](const std::string&) {
        auto row = mailbox_row("6F2F2F0A-4f1d-4b6c-9f58-1d9a3b0c7e21",
                               R"(,"RetentionComment":"c","RetentionUrl":"https://u")");
        row.replace(row.find("\"LitigationHoldEnabled\":false"), 29, "\"LitigationHoldEnabled\":true ");
        row.replace(row.find("\"Unlimited\""), 11, "\"2555.00:00:00\"");
        row.replace(row.find("00000000-0000-0000"), 18, "a1a2a3a4-0000-4000");
        return json_reply(200, listed(row));
    });

    const auto outcome = talk.run(talk.mailboxes.get(kim_id, talk.soon()));

    const auto* mailbox = done_value(outcome);
    ASSERT_NE(mailbox, nullptr);
    EXPECT_EQ(mailbox->account, kim_id);
    EXPECT_EQ(mailbox->primary_address, "kim@contoso.com");
    EXPECT_EQ(mailbox->addresses, (std::vector<std::string>{"kim@contoso.com", "ka@contoso.com"}));
    EXPECT_EQ(mailbox->created_at, parse_rfc3339("2026-11-23T10:07:12Z"));
    EXPECT_TRUE(mailbox->has_archive);
    EXPECT_EQ(mailbox->capabilities, std::vector<std::string>{"BPOS_S_Enterprise"});
    LitigationHold hold;
    hold.duration_days = 2'555;
    hold.comment = "c";
    hold.url = "https://u";
    EXPECT_EQ(mailbox->hold, hold);
}

TEST(ExchangeMailboxes, MailboxWithoutHoldOrArchiveHasNone) {
    Talk talk([](const std::string&) { return json_reply(200, listed(mailbox_row(kim_id.value))); });

    const auto outcome = talk.run(talk.mailboxes.get(kim_id, talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    EXPECT_FALSE(done_value(outcome)->hold);
    EXPECT_FALSE(done_value(outcome)->has_archive);
}

struct WrongCase {
    std::string name;
    std::string rows;
    bool unknown;  // else: not understood
};
class Wrong : public testing::TestWithParam<WrongCase> {};
TEST_P(Wrong, ReplyIsNeverTakenForTheMailbox) {
    Talk talk([](const std::string&) { return json_reply(200, listed(GetParam().rows)); });

    const auto one = talk.run(talk.mailboxes.get(kim_id, talk.soon()));
    const auto several = talk.run(talk.mailboxes.find({kim_id}, talk.soon()));

    EXPECT_EQ(std::holds_alternative<Unknown>(one), GetParam().unknown);
    EXPECT_EQ(std::holds_alternative<NotSent>(one), !GetParam().unknown);
    EXPECT_EQ(std::holds_alternative<Unknown>(several), GetParam().unknown);
}
const WrongCase wrong_cases[] = {
    {"Another", mailbox_row(other_id.value), true},
    {"BesideAnother", mailbox_row(kim_id.value) + "," + mailbox_row(other_id.value), true},
    {"WithoutAnId", R"({"PrimarySmtpAddress":"kim@contoso.com"})", true},
    {"WithoutAddresses", R"({"ExternalDirectoryObjectId":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21"})", false},
};
INSTANTIATE_TEST_SUITE_P(ExchangeMailboxes, Wrong, testing::ValuesIn(wrong_cases), [](const auto& one) {
    return one.param.name;
});

TEST(ExchangeMailboxes, WriteThatShowsAnotherMailboxIsUnknown) {
    Talk talk([](const std::string&) { return json_reply(200, listed(mailbox_row(other_id.value))); });

    const auto outcome = talk.run(talk.mailboxes.enable_archive(kim_id, attempt, talk.soon()));

    EXPECT_TRUE(std::holds_alternative<Unknown>(outcome));
}

TEST(ExchangeMailboxes, ThoseOfExchangeItselfAreNobodys) {
    Talk talk([](const std::string&) {
        return json_reply(200, listed(mailbox_row("") + "," + mailbox_row(kim_id.value)));
    });

    const auto outcome = talk.run(talk.mailboxes.made_since(talk.clock.now(), talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    ASSERT_EQ(done_value(outcome)->size(), 1u);
    EXPECT_EQ(done_value(outcome)->front().account, kim_id);
}

struct HolderCase {
    std::string name;
    std::string details;
    HolderKind kind;
};
class Holders : public testing::TestWithParam<HolderCase> {};
TEST_P(Holders, AreToldByTheirType) {
    Talk talk([](const std::string&) {
        return json_reply(
            200,
            listed(
                R"({"ExternalDirectoryObjectId":"8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10","PrimarySmtpAddress":"x@c.com",)"
                R"("EmailAddresses":["SMTP:x@c.com","smtp:A@c.com"],"RecipientTypeDetails":")" +
                GetParam().details + "\"}"));
    });

    const auto outcome = talk.run(talk.mailboxes.find_recipient("a@c.com", talk.soon()));

    ASSERT_NE(done_value(outcome), nullptr);
    ASSERT_TRUE(done_value(outcome)->has_value());
    EXPECT_EQ((*done_value(outcome))->kind, GetParam().kind);
    EXPECT_EQ((*done_value(outcome))->id, other_id);
    EXPECT_EQ((*done_value(outcome))->name, "x@c.com");
}
const HolderCase holder_cases[] = {
    {"UserMailbox", "UserMailbox", HolderKind::user},
    {"SharedMailbox", "SharedMailbox", HolderKind::user},
    {"MailUser", "MailUser", HolderKind::user},
    {"List", "MailUniversalDistributionGroup", HolderKind::group},
    {"SecurityList", "MailUniversalSecurityGroup", HolderKind::group},
    {"Team", "GroupMailbox", HolderKind::group},
    {"Contact", "MailContact", HolderKind::contact},
    {"Folder", "PublicFolder", HolderKind::other},
};
INSTANTIATE_TEST_SUITE_P(ExchangeMailboxes, Holders, testing::ValuesIn(holder_cases), [](const auto& one) {
    return one.param.name;
});

TEST(ExchangeMailboxes, RecipientWithoutTheAddressIsNoHolder) {
    Talk talk([](const std::string&) {
        return json_reply(200,
                          listed(R"({"EmailAddresses":["smtp:b@c.com"],"RecipientTypeDetails":"MailUser"})"));
    });

    EXPECT_TRUE(
        std::holds_alternative<Unknown>(talk.run(talk.mailboxes.find_recipient("a@c.com", talk.soon()))));
}

TEST(ExchangeMailboxes, DomainsAndCmdletsAreListed) {
    Talk talk([](const std::string& request) {
        if (request.find("EXOModuleFile?Version=") != std::string::npos)
            return json_reply(200, R"({"value":[{"exportedCmdlets":"Get-Mailbox, Set-Mailbox,"}]})");
        return json_reply(200, listed(R"({"DomainName":"Contoso.com"},{"DomainName":"b.example"})"));
    });

    const auto domains = talk.run(talk.mailboxes.get_accepted_domains(talk.soon()));
    const auto cmdlets = talk.run(talk.mailboxes.get_cmdlets(talk.soon()));

    ASSERT_NE(done_value(domains), nullptr);
    EXPECT_EQ(*done_value(domains), (std::vector<std::string>{"contoso.com", "b.example"}));
    ASSERT_NE(done_value(cmdlets), nullptr);
    EXPECT_EQ(*done_value(cmdlets), (std::vector<std::string>{"Get-Mailbox", "Set-Mailbox"}));
    EXPECT_THAT(talk.calls.at(1), HasSubstr("GET /adminapi/v1.0/" + tenant_id + "/EXOModuleFile?"));
    EXPECT_THAT(talk.calls.at(1), HasSubstr("\r\nCommandName: *\r\n"));
}

}  // namespace
}  // namespace uplift::exchange
