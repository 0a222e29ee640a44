#include "core/exchange/reply.hpp"

#include <gtest/gtest.h>

#include "tests/unit/exchange/talk.hpp"

namespace uplift::exchange {
namespace {

const TimePoint now = *parse_rfc3339("2026-11-23T10:00:00Z");

std::string shown(const Outcome<json::Value>& outcome) {
    return match(
        outcome,
        [](const Done<json::Value>&) -> std::string { return "done"; },
        [](const NotSent& one) { return "not sent " + std::string(entry_of(one.code).word); },
        [](const Unknown&) -> std::string { return "unknown"; },
        [](const Conflict& one) { return "conflict " + one.property; },
        [](const Refused& one) { return "refused " + std::string(entry_of(one.code).word); },
        [](const Throttled& one) { return "throttled " + std::to_string((one.until - now) / 1s) + " s"; },
        [](const NotYet&) -> std::string { return "not yet"; },
        [](const Unauthorized& one) { return "unauthorized " + std::string(entry_of(one.code).word); });
}

http::Reply reply(unsigned status, std::string body, std::string type = "application/json") {
    http::Reply out;
    out.status = status;
    out.body = std::move(body);
    out.headers = {{"Content-Type", std::move(type)}, {"request-id", "3f0c2a1e-5b6d-4c7e-8f90-a1b2c3d4e5f6"}};
    return out;
}

// ---- exceptions: whatever the status, 4xx or 500 --------------------------------------------------------

const std::string tasks = "Microsoft.Exchange.Configuration.Tasks.";
const std::string synced =
    "The operation on mailbox 'kim' failed because it's out of the current user's write scope. The action "
    "'Set-Mailbox', 'EmailAddresses', can't be performed on the object 'kim' because the object is being "
    "synchronized from your on-premises organization.";
const std::string dual_write =
    "Error executing request. An Azure Active Directory call was made to keep object in sync between Azure "
    "Active Directory and Exchange Online. However, it failed. Detailed error message: ";
const std::string hold_text =
    "The action 'Set-Mailbox', 'LitigationHoldEnabled', can't be performed on the user 'Kim'. Your Microsoft "
    "Exchange Online license doesn't permit you to put a litigation hold on this mailbox.";

struct ExceptionCase {
    std::string name;
    Call call;
    std::string type;
    std::string text;
    std::string expected;
};
class Exceptions : public testing::TestWithParam<ExceptionCase> {};
TEST_P(Exceptions, MeanTheSameWhateverTheStatus) {
    const auto& one = GetParam();
    for (const unsigned status : {400U, 404U, 500U})
        EXPECT_EQ(shown(understood(
                      one.call, reply(status, exception_body(one.type, one.text)), Moment{.now = now})),
                  one.expected)
            << status;
}
const ExceptionCase exception_cases[] = {
    {"MailboxNotThere",
     Call::get_mailbox,
     tasks + "ManagementObjectNotFoundException",
     "The operation couldn't be performed because object 'x' couldn't be found on 'y'.",
     "not yet"},
    {"MailboxNotThereForAWrite",
     Call::add_addresses,
     tasks + "ManagementObjectNotFoundException",
     "x",
     "not yet"},
    {"MemberNotThere",
     Call::add_list_member,
     "RecipientNotFoundException",
     "Couldn't find object",
     "not yet"},
    {"NoMailboxYet",
     Call::set_hold,
     tasks + "RecipientTaskException",
     "This task does not support recipients of this type. The specified recipient kim is of type MailUser.",
     "not yet"},
    {"AddressTaken",
     Call::add_addresses,
     "Microsoft.Exchange.Configuration.ObjectModel.ProxyAddressExistsException",
     "The proxy address 'smtp:a@c.com' is already being used by the proxy addresses of 'Jane'.",
     "conflict proxyAddresses"},
    {"AddressOfAnotherObject",
     Call::add_addresses,
     "ValidationException",
     "The value specified for property EmailAddresses is incorrect. Reason: ObjectConflict",
     "conflict proxyAddresses"},
    {"DomainNotAccepted",
     Call::add_addresses,
     "Microsoft.Exchange.Data.Directory.NotAcceptedDomainException",
     "You can't use the domain because it's not an accepted domain for your organization.",
     "refused alias_domain"},
    {"MemberAlready",
     Call::add_list_member,
     "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException",
     "The recipient is already a member of the group.",
     "done"},
    {"ArchiveAlready",
     Call::enable_archive,
     tasks + "RecipientTaskException",
     "The user 'kim' already has an archive.",
     "done"},
    {"HoldNotLicensed",
     Call::set_hold,
     tasks + "RecipientTaskException",
     hold_text,
     "refused hold_not_licensed"},
    {"HoldNotLicensedByAnotherType",
     Call::set_hold,
     "LicenseException",
     hold_text,
     "refused hold_not_licensed"},
    {"ArchiveNotLicensed",
     Call::enable_archive,
     tasks + "RecipientTaskException",
     "Your Microsoft Exchange Online license doesn't permit you to enable an archive.",
     "refused archive_not_licensed"},
    {"ParameterHidden",
     Call::set_hold,
     "System.Management.Automation.ParameterBindingException",
     "A parameter cannot be found that matches parameter name 'LitigationHoldEnabled'.",
     "refused exchange_parameter_missing"},
    {"CmdletHidden",
     Call::set_hold,
     "System.Management.Automation.CommandNotFoundException",
     "The term 'Set-Mailbox' is not recognized as the name of a cmdlet.",
     "refused exchange_cmdlet_missing"},
    {"NoRole",
     Call::get_mailbox,
     "Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException",
     "The role assigned to application x isn't supported in this scenario.",
     "unauthorized exchange_role_missing"},
    {"SyncedObject",
     Call::add_addresses,
     tasks + "RecipientTaskException",
     synced,
     "refused exchange_write_scope"},
    {"OtherScope",
     Call::add_addresses,
     "ADScopeException",
     "'kim' isn't within a valid server write scope.",
     "refused exchange_write_scope"},
    {"EntraSaysSynced",
     Call::add_addresses,
     "UnableToWriteToAadException",
     dual_write + "Unable to update the specified properties for on-premises mastered Directory Sync objects",
     "refused exchange_write_scope"},
    {"EntraSaysConflict",
     Call::add_addresses,
     "DualWriteException",
     dual_write + "Reason: ObjectConflict",
     "conflict proxyAddresses"},
    {"EntraDoesNotSeeIt",
     Call::add_addresses,
     "UnableToWriteToAadException",
     dual_write +
         "Resource 'x' does not exist or one of its queried reference-property objects are not present.",
     "not yet"},
    {"EntraIsTransient",
     Call::add_addresses,
     "UnableToWriteToAadException",
     dual_write + "The issue may be transient.",
     "unknown"},
    {"OverBudget",
     Call::get_mailbox,
     "Microsoft.Exchange.Data.Directory.OverBudgetException",
     "x",
     "throttled 30 s"},
    {"Busy", Call::set_hold, "Microsoft.Exchange.Data.Storage.ServerBusyException", "x", "throttled 30 s"},
    {"TransientWrite",
     Call::set_hold,
     "Microsoft.Exchange.Data.Directory.ADTransientException",
     "x",
     "unknown"},
    {"TransientRead", Call::get_mailbox, "TransientException", "x", "not sent tenant_unreachable"},
};
INSTANTIATE_TEST_SUITE_P(ExchangeReply, Exceptions, testing::ValuesIn(exception_cases), [](const auto& one) {
    return one.param.name;
});

// ---- everything else ------------------------------------------------------------------------------------

struct ReplyCase {
    std::string name;
    Call call;
    unsigned status;
    std::string body;
    std::string expected;
    std::string type = "application/json";
};
class ReplyTable : public testing::TestWithParam<ReplyCase> {};
TEST_P(ReplyTable, MeansOneThing) {
    const auto& one = GetParam();
    EXPECT_EQ(shown(understood(one.call, reply(one.status, one.body, one.type), Moment{.now = now})),
              one.expected);
}
const std::string html = "<html><body>Bad gateway</body></html>";
const ReplyCase reply_cases[] = {
    {"NothingPrinted", Call::set_hold, 200, listed(""), "done"},
    {"AlreadySo",
     Call::add_addresses,
     200,
     R"({"@adminapi.warnings":["The command completed successfully but no settings have been modified."],"value":[]})",
     "done"},
    {"WriteWithoutAList", Call::set_hold, 200, "{}", "unknown"},
    {"ReadWithoutAList", Call::get_mailbox, 200, "{}", "not sent tenant_reply"},
    {"WriteAnsweredByAPage", Call::set_hold, 200, html, "unknown", "text/html"},
    {"ReadAnsweredByAPage", Call::get_mailbox, 200, html, "not sent tenant_reply", "text/html"},
    {"WriteNoContent", Call::set_hold, 204, "", "unknown"},
    {"CutReply", Call::set_hold, 200, R"({"value":[)", "unknown"},
    {"UnknownExceptionIsDefiniteAt400",
     Call::set_hold,
     400,
     exception_body("Some.NewException", "x"),
     "refused exchange_refused"},
    {"UnknownExceptionIsOpenAt500", Call::set_hold, 500, exception_body("Some.NewException", "x"), "unknown"},
    {"AmbiguousIdentity",
     Call::set_hold,
     400,
     exception_body("ManagementObjectAmbiguousException", "multiple recipients matching identity"),
     "refused exchange_refused"},
    {"NotFoundInAListIsNoAbsence",
     Call::find_mailboxes,
     404,
     exception_body("ManagementObjectNotFoundException", "x"),
     "refused exchange_refused"},
    {"ArchiveTextOfAnotherCall",
     Call::set_hold,
     400,
     exception_body("RecipientTaskException", "The user already has an archive."),
     "refused exchange_refused"},
    {"MemberTextOfAnotherCall",
     Call::set_hold,
     400,
     exception_body("MemberAlreadyExistsException", "x"),
     "refused exchange_refused"},
    {"Throttled", Call::set_hold, 429, "", "throttled 30 s"},
    {"ThrottledByAProxy", Call::set_hold, 429, html, "throttled 30 s", "text/html"},
    {"Unavailable", Call::set_hold, 503, "", "unknown"},
    {"UnavailableForARead", Call::get_mailbox, 503, "", "not sent tenant_unreachable"},
    {"Late", Call::set_hold, 504, html, "unknown", "text/html"},
    {"NoPermission", Call::get_mailbox, 403, "", "unauthorized tenant_permission"},
    {"PlainRefusal",
     Call::get_mailbox,
     403,
     R"({"error":{"code":"Forbidden","message":"x"}})",
     "unauthorized tenant_permission"},
    {"RefusedByAProxy", Call::get_mailbox, 403, html, "not sent tenant_reply", "text/html"},
    {"Token", Call::get_mailbox, 401, "", "unauthorized tenant_credentials"},
    {"RoleSaidBy401",
     Call::get_mailbox,
     401,
     exception_body("CmdletAccessDeniedException", "x"),
     "unauthorized exchange_role_missing"},
    {"Redirect", Call::get_mailbox, 302, "", "refused tenant_reply"},
    {"NotFoundByAProxy", Call::get_mailbox, 404, html, "not sent tenant_reply", "text/html"},
};
INSTANTIATE_TEST_SUITE_P(ExchangeReply, ReplyTable, testing::ValuesIn(reply_cases), [](const auto& one) {
    return one.param.name;
});

TEST(ExchangeReply, RetryAfterIsObeyedForBothStatuses) {
    for (const unsigned status : {429U, 503U}) {
        auto told = reply(status, "");
        told.headers.emplace_back("Retry-After", "17");
        EXPECT_EQ(shown(understood(Call::set_hold, told, Moment{.now = now})), "throttled 17 s");
    }
}

TEST(ExchangeReply, TextOfTheServiceReachesNobodyAC54) {
    const auto outcome =
        understood(Call::set_hold,
                   reply(400, exception_body("Some.NewException", "kim@contoso.com secret \\u001b[31m")),
                   Moment{.now = now});

    const auto& refused = std::get<Refused>(outcome);
    EXPECT_EQ(refused.what,
              "Exchange Online refuses setting the litigation hold (NewException, request "
              "3f0c2a1e-5b6d-4c7e-8f90-a1b2c3d4e5f6)");
    EXPECT_FALSE(refused.cure.empty());
}

TEST(ExchangeReply, TypeThatIsNoneIsNotShown) {
    const auto outcome =
        understood(Call::set_hold, reply(400, exception_body("<script>", "x")), Moment{.now = now});

    EXPECT_EQ(std::get<Refused>(outcome).what.find('<'), std::string::npos);
}

TEST(ExchangeReply, WhatWasNotSentIsNotUnknown) {
    const http::Failure before{
        .phase = http::Phase::not_sent, .kind = http::FailureKind::connect, .text = "x"};
    const http::Failure after{
        .phase = http::Phase::after_send, .kind = http::FailureKind::reset, .text = "x"};

    EXPECT_EQ(shown(understood(Call::set_hold, before, Moment{.now = now})), "not sent tenant_unreachable");
    EXPECT_EQ(shown(understood(Call::set_hold, after, Moment{.now = now})), "unknown");
    EXPECT_EQ(shown(understood(Call::get_mailbox, after, Moment{.now = now})), "not sent tenant_unreachable");
}

}  // namespace
}  // namespace uplift::exchange
