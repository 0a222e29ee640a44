#include "core/graph/reply.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace uplift::graph {
namespace {

using namespace std::chrono_literals;

const TimePoint now = *parse_rfc3339("2026-11-23T10:00:00Z");
constexpr std::string_view account_id = "6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21";
constexpr std::string_view request_id = "3f0c2a1e-5b6d-4c7e-8f90-a1b2c3d4e5f6";

// An outcome on one line: what the tables compare.
std::string shown(const Outcome<json::Value>& outcome) {
    return match(
        outcome,
        [](const Done<json::Value>&) -> std::string { return "done"; },
        [](const NotSent& one) { return "not sent " + std::string(entry_of(one.code).word); },
        [](const Unknown&) -> std::string { return "unknown"; },
        [](const Conflict& one) {
            return "conflict " + one.property + " held by " +
                   (one.holder ? one.holder->value : "nobody named");
        },
        [](const Refused& one) { return "refused " + std::string(entry_of(one.code).word); },
        [](const Throttled& one) { return "throttled " + std::to_string((one.until - now) / 1s) + " s"; },
        [](const NotYet& one) { return "not yet: " + one.what; },
        [](const Unauthorized& one) { return "unauthorized " + std::string(entry_of(one.code).word); });
}

http::Reply reply(unsigned status, std::string body, std::string type = "application/json") {
    http::Reply out;
    out.status = status;
    out.body = std::move(body);
    out.headers = {{"Content-Type", std::move(type)}, {"request-id", std::string(request_id)}};
    return out;
}

std::string error_body(std::string_view code, std::string_view message, std::string_view details = "") {
    std::string out =
        R"({"error":{"code":")" + std::string(code) + R"(","message":")" + std::string(message) + '"';
    if (!details.empty()) out += R"(,"details":[)" + std::string(details) + "]";
    return out + R"(,"innerError":{"date":"2026-11-23T10:00:00","request-id":")" + std::string(request_id) +
           "\"}}}";
}

std::string bad(std::string_view message, std::string_view details = "") {
    return error_body("Request_BadRequest", message, details);
}

std::string conflict_details(std::string_view property) {
    return R"({"code":"ObjectConflict","message":"x","target":")" + std::string(property) +
           R"("},{"code":"ConflictingObjects","message":"x","target":"User_8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10"})";
}

struct Case {
    std::string name;
    Call call;
    unsigned status;
    std::string body;
    std::string expected;
    std::string type = "application/json";
};

class ReplyTable : public testing::TestWithParam<Case> {};
TEST_P(ReplyTable, MeansOneThing) {
    const auto& one = GetParam();

    const auto outcome = understood(one.call, reply(one.status, one.body, one.type), Moment{.now = now});

    EXPECT_EQ(shown(outcome), one.expected);
}

const std::string holder = " held by 8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10";
const std::string domain_text =
    "The domain portion of the userPrincipalName property is invalid. You must use one of the verified "
    "domain "
    "names in your organization.";
const std::string html = "<html><body>Bad gateway</body></html>";
const std::string mastered =
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects "
    "currently undergoing migration.";
const std::string no_reference =
    "Resource '6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21' does not exist or one of its queried reference-property "
    "objects are not present.";

const Case create_cases[] = {
    {"Created", Call::create_user, 201, "{}", "done"},
    {"ConflictOfName",
     Call::create_user,
     400,
     bad("x", conflict_details("userPrincipalName")),
     "conflict userPrincipalName" + holder},
    {"ConflictOfAnchor",
     Call::create_user,
     400,
     bad("x", conflict_details("onPremisesImmutableId")),
     "conflict onPremisesImmutableId" + holder},
    {"ConflictOfAddress",
     Call::create_user,
     400,
     bad("x", conflict_details("proxyAddresses")),
     "conflict proxyAddresses" + holder},
    {"ConflictWithoutDetails",
     Call::create_user,
     400,
     bad("Another object with the same value for property userPrincipalName already exists."),
     "conflict userPrincipalName held by nobody named"},
    {"ConflictOfAnythingWithoutDetails",
     Call::create_user,
     400,
     bad("A conflicting object with one or more of the specified property values is present in the "
         "directory."),
     "conflict  held by nobody named"},
    {"ConflictByStatus",
     Call::create_user,
     409,
     error_body("Directory_ConcurrencyViolation", "x"),
     "conflict  held by nobody named"},
    {"ConflictByCode",
     Call::create_user,
     409,
     error_body("Request_MultipleObjectsWithSameKeyValue", "x"),
     "conflict  held by nobody named"},
    {"ConflictWithAGroup",
     Call::create_user,
     400,
     bad("x", R"({"code":"ConflictingObjects","target":"Group_8C1D7A34-2F6B-4D0E-8A90-5B7E4C3D2F10"})"),
     "conflict " + holder},
    {"ConflictWithAHolderThatIsNone",
     Call::create_user,
     400,
     bad("x",
         R"({"code":"ObjectConflict","target":"userPrincipalName"},{"code":"ConflictingObjects","target":"User_../x"})"),
     "conflict userPrincipalName held by nobody named"},
    {"NameOfAnotherIdentity",
     Call::create_user,
     400,
     bad("Property netId is invalid."),
     "conflict userPrincipalName held by nobody named"},
    {"DomainNotVerified",
     Call::create_user,
     400,
     bad(domain_text, R"({"code":"InvalidValue","target":"userPrincipalName"})"),
     "refused domain_not_verified"},
    {"NameInvalid",
     Call::create_user,
     400,
     bad("Property userPrincipalName is invalid.", R"({"code":"InvalidValue","target":"userPrincipalName"})"),
     "refused upn_invalid"},
    {"NameInvalidWithoutDetails",
     Call::create_user,
     400,
     bad("Property userPrincipalName is invalid."),
     "refused upn_invalid"},
    {"NicknameInvalid",
     Call::create_user,
     400,
     bad("x", R"({"code":"InvalidValue","target":"mailNickname"})"),
     "refused mail_nickname_invalid"},
    {"LocationInvalid",
     Call::create_user,
     400,
     bad("x", R"({"code":"InvalidValue","target":"usageLocation"})"),
     "refused usage_location_invalid"},
    {"OtherPropertyInvalid",
     Call::create_user,
     400,
     bad("x", R"({"code":"InvalidLength","target":"city"})"),
     "refused account_refused"},
    {"Password",
     Call::create_user,
     400,
     bad("The specified password does not comply with password complexity requirements. Please provide a "
         "different password."),
     "refused password_refused"},
    {"PasswordByDetail",
     Call::create_user,
     400,
     bad("x", R"({"code":"PasswordProfile"})"),
     "refused password_refused"},
    {"NothingMoreSaid",
     Call::create_user,
     400,
     bad("One or more properties contains invalid values."),
     "refused account_refused"},
    {"EmptyCode", Call::create_user, 400, error_body("", ""), "refused account_refused"},
    {"Permission",
     Call::create_user,
     403,
     error_body("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
     "refused tenant_permission"},
    {"AppUnknown",
     Call::create_user,
     403,
     error_body("Authorization_IdentityNotFound", "x"),
     "unauthorized tenant_credentials"},
    {"Quota", Call::create_user, 403, error_body("Directory_QuotaExceeded", "x"), "refused account_refused"},
    {"Token",
     Call::create_user,
     401,
     error_body("InvalidAuthenticationToken", "x"),
     "unauthorized tenant_credentials"},
    {"Throttled", Call::create_user, 429, error_body("TooManyRequests", "x"), "throttled 30 s"},
    {"ThrottledByAProxy", Call::create_user, 429, html, "throttled 30 s", "text/html"},
    {"NotFound",
     Call::create_user,
     404,
     error_body("Request_ResourceNotFound", "x"),
     "refused account_refused"},
    {"Method", Call::create_user, 405, bad("x"), "refused account_refused"},
    {"Entity", Call::create_user, 422, bad("x"), "refused account_refused"},
    {"ServerError", Call::create_user, 500, error_body("InternalServerError", "x"), "unknown"},
    {"ServerErrorThatLooksLikeAConflict",
     Call::create_user,
     500,
     bad("x", conflict_details("userPrincipalName")),
     "unknown"},
    {"BadGateway", Call::create_user, 502, html, "unknown", "text/html"},
    {"Unavailable", Call::create_user, 503, "", "unknown"},
    {"Late", Call::create_user, 504, error_body("UnknownError", ""), "unknown"},
    {"RequestTimeout", Call::create_user, 408, bad("x"), "unknown"},
    {"RefusalThatIsHtml", Call::create_user, 403, html, "unknown", "text/html"},
    {"RefusalWithoutCode", Call::create_user, 400, R"({"error":{"message":"x"}})", "unknown"},
    {"RefusalThatIsCut", Call::create_user, 400, R"({"error":{"code":"Request_BadRequest")", "unknown"},
    {"RefusalThatIsNoObject", Call::create_user, 400, R"(["error"])", "unknown"},
    {"RefusalWithTwoCodes", Call::create_user, 400, R"({"error":{"code":"a","code":"b"}})", "unknown"},
    {"RefusalOfAnotherType", Call::create_user, 400, bad("x"), "unknown", "text/plain"},
    {"SuccessThatIsHtml", Call::create_user, 200, html, "unknown", "text/html"},
    {"SuccessOfAnotherKind", Call::create_user, 200, "{}", "unknown"},
    {"NoContent", Call::create_user, 204, "", "unknown"},
    {"Accepted", Call::create_user, 202, "{}", "unknown"},
    {"CreatedButCut", Call::create_user, 201, R"({"id":)", "unknown"},
    {"CreatedButDeep", Call::create_user, 201, std::string(100'000, '['), "unknown"},
    {"Redirect", Call::create_user, 302, "", "refused tenant_reply"},
    {"PermanentRedirect", Call::create_user, 308, "", "refused tenant_reply"},
};

const Case license_cases[] = {
    {"Given", Call::assign_licenses, 200, "{}", "done"},
    {"Seats",
     Call::assign_licenses,
     400,
     bad("Subscription with SKU 05e9a617-0261-4cee-bb44-138d3ef5d965 does not have any available licenses."),
     "refused no_seats"},
    {"Dependency",
     Call::assign_licenses,
     400,
     bad("License assignment failed because service plan 8e0c0a52-6a6c-4d40-8370-dd62790dcd70 depends on the "
         "service plan(s) efb87545-963c-4e0d-99df-69c6916d9eb0"),
     "refused license_dependency"},
    {"Exclusive",
     Call::assign_licenses,
     400,
     bad("License assignment failed because service plans a, b are mutually exclusive."),
     "refused license_exclusive"},
    {"Conflicts",
     Call::assign_licenses,
     400,
     bad("License assignment failed because service plan a conflicts with service plan b"),
     "refused license_exclusive"},
    {"NoLocation",
     Call::assign_licenses,
     400,
     bad("License assignment cannot be done for user with invalid usage location."),
     "not yet: usage location"},
    {"ForbiddenLocation",
     Call::assign_licenses,
     400,
     bad("License assignment failed because the license is not allowed in usage location 'CU'."),
     "refused license_location"},
    {"ProhibitedLocation",
     Call::assign_licenses,
     400,
     bad("Prohibited in usage location CU"),
     "refused license_location"},
    {"UnknownSku",
     Call::assign_licenses,
     400,
     bad("License 05e9a617-0261-4cee-bb44-138d3ef5d965 does not correspond to a valid company License."),
     "refused sku_unknown"},
    {"LetterCase",
     Call::assign_licenses,
     400,
     bad("SUBSCRIPTION WITH SKU x DOES NOT HAVE ANY AVAILABLE LICENSES."),
     "refused no_seats"},
    {"NewText", Call::assign_licenses, 400, bad("Something new."), "refused license_refused"},
    {"AddressConflict",
     Call::assign_licenses,
     400,
     bad("x", conflict_details("proxyAddresses")),
     "conflict proxyAddresses" + holder},
    {"NotVisibleYet",
     Call::assign_licenses,
     404,
     error_body("Request_ResourceNotFound", no_reference),
     "not yet: the object that was named"},
    {"NotVisibleYetSaidBy400",
     Call::assign_licenses,
     400,
     bad(no_reference),
     "not yet: the object that was named"},
    {"AnotherChange",
     Call::assign_licenses,
     409,
     error_body("Directory_ConcurrencyViolation", "x"),
     "not yet: another change of the same object is under way"},
    {"Permission",
     Call::assign_licenses,
     403,
     error_body("Authorization_RequestDenied", "x"),
     "refused tenant_permission"},
    {"Late", Call::assign_licenses, 504, "", "unknown"},
    {"NotFoundByAProxy", Call::assign_licenses, 404, html, "unknown", "text/html"},
};

const Case other_cases[] = {
    {"Joined", Call::add_member, 204, "", "done"},
    {"MemberAlready",
     Call::add_member,
     400,
     bad("One or more added object references already exist for the following modified properties: "
         "'members'."),
     "done"},
    {"MailEnabled",
     Call::add_member,
     400,
     bad("Cannot Update a mail-enabled security groups and or distribution list."),
     "refused group_mail_enabled"},
    {"SyncedGroup", Call::add_member, 400, bad(mastered), "refused group_synced"},
    {"DynamicGroup",
     Call::add_member,
     400,
     bad("The group's membership is dynamic."),
     "refused group_dynamic"},
    {"MemberNotVisible",
     Call::add_member,
     404,
     error_body("Request_ResourceNotFound", no_reference),
     "not yet: the object that was named"},
    {"RoleGroup",
     Call::add_member,
     403,
     error_body("Authorization_RequestDenied", "x"),
     "refused tenant_permission"},
    {"GroupQuota",
     Call::add_member,
     403,
     error_body("Directory_QuotaExceeded", "x"),
     "refused group_refused"},
    {"OtherRefusal", Call::add_member, 400, bad("x"), "refused group_refused"},
    {"JoinedSaysAPage", Call::add_member, 200, html, "unknown", "text/html"},
    {"LocationSet", Call::set_usage_location, 204, "", "done"},
    {"LocationOfASyncedAccount", Call::set_usage_location, 400, bad(mastered), "refused account_refused"},
    {"LocationInvalid",
     Call::set_usage_location,
     400,
     bad("x", R"({"code":"InvalidValue","target":"usageLocation"})"),
     "refused usage_location_invalid"},
    {"LatentConflict",
     Call::set_usage_location,
     400,
     bad("x", conflict_details("proxyAddresses")),
     "conflict proxyAddresses" + holder},
    {"Read", Call::get_account, 200, "{}", "done"},
    {"NotThere",
     Call::get_account,
     404,
     error_body("Request_ResourceNotFound", no_reference),
     "not yet: the object that was named"},
    {"NotThereByAProxy", Call::get_account, 404, html, "not sent tenant_reply", "text/html"},
    {"ReadForbidden",
     Call::get_account,
     403,
     error_body("Authorization_RequestDenied", "x"),
     "refused tenant_permission"},
    {"ReadUnavailable", Call::get_account, 503, "", "not sent tenant_unreachable"},
    {"ReadLate", Call::get_skus, 504, html, "not sent tenant_unreachable", "text/html"},
    {"ReadRequestTimeout", Call::get_skus, 408, "", "not sent tenant_reply"},
    {"ReadOfAPage", Call::find_by_upn, 200, html, "not sent tenant_reply", "text/html"},
    {"ReadThatIsCut", Call::find_by_upn, 200, R"({"value":[)", "not sent tenant_reply"},
    {"ReadWithTwoValues", Call::find_by_upn, 200, R"({"value":[],"value":[]})", "not sent tenant_reply"},
    {"ReadThatIsAList", Call::find_by_upn, 200, "[]", "not sent tenant_reply"},
    {"ReadWithoutContent", Call::find_by_upn, 204, "", "not sent tenant_reply"},
    {"UnsupportedQuery",
     Call::find_by_anchor,
     400,
     error_body("Request_UnsupportedQuery", "x"),
     "refused tenant_reply"},
    {"ReadRedirected", Call::find_by_upn, 301, "", "refused tenant_reply"},
    {"ReadThrottled", Call::find_by_upn, 429, "", "throttled 30 s"},
};

const Case undo_cases[] = {
    {"Removed", Call::remove_member, 204, "", "done"},
    {"MemberGone",
     Call::remove_member,
     400,
     bad("One or more removed object references do not exist for the following modified properties: "
         "'members'."),
     "done"},
    {"MemberNotFound",
     Call::remove_member,
     404,
     error_body("Request_ResourceNotFound", no_reference),
     "done"},
    {"MemberNotFoundByAProxy", Call::remove_member, 404, html, "unknown", "text/html"},
    {"MemberOfASyncedGroup", Call::remove_member, 400, bad(mastered), "refused group_synced"},
    {"ManagerGone", Call::remove_manager, 404, error_body("Request_ResourceNotFound", "x"), "done"},
    {"ManagerNotVisible",
     Call::set_manager,
     404,
     error_body("Request_ResourceNotFound", "x"),
     "not yet: the object that was named"},
    {"ManagerNotVisibleSaidBy400",
     Call::set_manager,
     400,
     bad(no_reference),
     "not yet: the object that was named"},
    {"ManagerOfASyncedAccount", Call::set_manager, 400, bad(mastered), "refused account_refused"},
    {"DeletedAlready", Call::delete_user, 404, error_body("Request_ResourceNotFound", "x"), "done"},
    {"DeleteOfAnAdmin",
     Call::delete_user,
     403,
     error_body("Authorization_RequestDenied", "x"),
     "refused tenant_permission"},
    {"DeleteLate", Call::delete_user, 504, "", "unknown"},
    {"Restored", Call::restore_user, 200, "{}", "done"},
    {"NotInTheBin",
     Call::restore_user,
     404,
     error_body("Request_ResourceNotFound", "x"),
     "not yet: the object that was named"},
    {"RestoreConflicts",
     Call::restore_user,
     400,
     bad("x", conflict_details("userPrincipalName")),
     "conflict userPrincipalName" + holder},
    {"AnchorTaken",
     Call::set_anchor,
     400,
     bad("x", conflict_details("onPremisesImmutableId")),
     "conflict onPremisesImmutableId" + holder},
    {"LicenceNotThere",
     Call::remove_licenses,
     400,
     bad("User does not have a corresponding license."),
     "done"},
    {"LicenceOfAGroup",
     Call::remove_licenses,
     400,
     bad("User license is inherited from a group membership and it cannot be removed directly from the "
         "user."),
     "refused license_refused"},
    {"LicenceOfNobodyYet",
     Call::remove_licenses,
     404,
     error_body("Request_ResourceNotFound", "x"),
     "not yet: the object that was named"},
};

const auto case_name = [](const auto& one) { return one.param.name; };
INSTANTIATE_TEST_SUITE_P(Create, ReplyTable, testing::ValuesIn(create_cases), case_name);
INSTANTIATE_TEST_SUITE_P(License, ReplyTable, testing::ValuesIn(license_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Other, ReplyTable, testing::ValuesIn(other_cases), case_name);
INSTANTIATE_TEST_SUITE_P(Undo, ReplyTable, testing::ValuesIn(undo_cases), case_name);

// ---- failures -------------------------------------------------------------------------------------------

struct FailureCase {
    std::string name;
    Call call;
    http::Phase phase;
    http::FailureKind kind;
    std::string expected;
};
class FailureTable : public testing::TestWithParam<FailureCase> {};
TEST_P(FailureTable, MeansOneThing) {
    const auto& one = GetParam();
    const http::Failure failure{.phase = one.phase, .kind = one.kind, .text = "x"};
    EXPECT_EQ(shown(understood(one.call, failure, Moment{.now = now})), one.expected);
}
using http::FailureKind;
using http::Phase;
const FailureCase failure_cases[] = {
    {"Dns", Call::create_user, Phase::not_sent, FailureKind::dns, "not sent tenant_unreachable"},
    {"Connect", Call::create_user, Phase::not_sent, FailureKind::connect, "not sent tenant_unreachable"},
    {"ConnectTimeout",
     Call::create_user,
     Phase::not_sent,
     FailureKind::timeout,
     "not sent tenant_unreachable"},
    {"Tls", Call::create_user, Phase::not_sent, FailureKind::tls, "not sent tenant_tls"},
    {"Certificate", Call::create_user, Phase::not_sent, FailureKind::tls_verify, "unauthorized tenant_tls"},
    {"NotWellFormed",
     Call::create_user,
     Phase::not_sent,
     FailureKind::bad_request,
     "refused account_refused"},
    {"Reset", Call::create_user, Phase::after_send, FailureKind::reset, "unknown"},
    {"Timeout", Call::create_user, Phase::after_send, FailureKind::timeout, "unknown"},
    {"TooLarge", Call::create_user, Phase::after_send, FailureKind::too_large, "unknown"},
    {"Malformed", Call::add_member, Phase::after_send, FailureKind::malformed, "unknown"},
    {"ReadReset", Call::get_account, Phase::after_send, FailureKind::reset, "not sent tenant_unreachable"},
    {"ReadTooLarge", Call::get_skus, Phase::after_send, FailureKind::too_large, "not sent tenant_reply"},
};
INSTANTIATE_TEST_SUITE_P(Failure, FailureTable, testing::ValuesIn(failure_cases), case_name);

// ---- single rules ---------------------------------------------------------------------------------------

PlannedAccount kim() {
    PlannedAccount plan;
    plan.user_principal_name = "kim.akers@contoso.com";
    plan.anchor = Anchor::from_text("xJKGBlVfdUe/0aXiCitigg==");
    return plan;
}

struct CreatedCase {
    std::string name;
    std::string body;
    std::string expected;  // the id, or "unknown"
};
class CreatedTable : public testing::TestWithParam<CreatedCase> {};
TEST_P(CreatedTable, IsDoneOnlyForOursAC34) {
    const auto outcome =
        created(understood(Call::create_user, reply(201, GetParam().body), Moment{.now = now}), kim());

    const auto* id = done_value(outcome);
    if (GetParam().expected == "unknown") {
        const auto* unknown = std::get_if<Unknown>(&outcome);
        ASSERT_NE(unknown, nullptr);
        EXPECT_TRUE(unknown->why.starts_with("ALARM"));
    } else {
        ASSERT_NE(id, nullptr);
        EXPECT_EQ(id->value, GetParam().expected);
    }
}
const CreatedCase created_cases[] = {
    {"Ours",
     R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","userPrincipalName":"kim.akers@contoso.com"})",
     std::string(account_id)},
    {"LetterCase",
     R"({"id":"6F2F2F0A-4F1D-4B6C-9F58-1D9A3B0C7E21","userPrincipalName":"Kim.Akers@Contoso.com"})",
     std::string(account_id)},
    {"WithAnchor",
     R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","userPrincipalName":"kim.akers@contoso.com","onPremisesImmutableId":"xJKGBlVfdUe/0aXiCitigg=="})",
     std::string(account_id)},
    {"WithNullAnchor",
     R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","userPrincipalName":"kim.akers@contoso.com","onPremisesImmutableId":null})",
     std::string(account_id)},
    {"OtherAnchor",
     R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","userPrincipalName":"kim.akers@contoso.com","onPremisesImmutableId":"xjkgBlVfdUe/0aXiCitigg=="})",
     "unknown"},
    {"NoId", R"({"userPrincipalName":"kim.akers@contoso.com"})", "unknown"},
    {"IdThatIsNone", R"({"id":"../me","userPrincipalName":"kim.akers@contoso.com"})", "unknown"},
    {"NoName", R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21"})", "unknown"},
    {"OtherName",
     R"({"id":"6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21","userPrincipalName":"kai@contoso.com"})",
     "unknown"},
};
INSTANTIATE_TEST_SUITE_P(Reply, CreatedTable, testing::ValuesIn(created_cases), case_name);

TEST(Reply, SuccessAboutAnotherObjectIsUnknownAfterAWriteAC34) {
    const ObjectId id{std::string(account_id)};
    const auto other = [] {
        auto body = json::Value::object();
        body.set("id", "8c1d7a34-2f6b-4d0e-8a90-5b7e4c3d2f10");
        return Done<json::Value>{body};
    };

    EXPECT_EQ(shown(about_object(Call::assign_licenses, other(), id)), "unknown");
    EXPECT_EQ(shown(about_object(Call::get_account, other(), id)), "not sent tenant_reply");
    EXPECT_EQ(shown(about_object(Call::assign_licenses, Done<json::Value>{}, id)), "done");
}

TEST(Reply, PermissionThatIsMissingIsNamed) {
    const auto outcome = understood(
        Call::add_member, reply(403, error_body("Authorization_RequestDenied", "x")), Moment{.now = now});

    EXPECT_NE(std::get<Refused>(outcome).cure.find("GroupMember.ReadWrite.All"), std::string::npos);
}

TEST(Reply, RefusalShowsCodeAndRequestButNothingOfTheMessageAC54) {
    const auto outcome = understood(Call::create_user,
                                    reply(400,
                                          bad("secret \\u001b[31m kim.akers@contoso.com",
                                              R"({"code":"InvalidValue","target":"city\u001b"})")),
                                    Moment{.now = now});

    const auto& refused = std::get<Refused>(outcome);
    EXPECT_EQ(refused.what,
              "Microsoft 365 refuses creating the account (Request_BadRequest, request "
              "3f0c2a1e-5b6d-4c7e-8f90-a1b2c3d4e5f6)");
    EXPECT_FALSE(refused.cure.empty());
}

struct WaitCase {
    std::string name;
    std::string retry_after;
    std::string expected;
};
class WaitTable : public testing::TestWithParam<WaitCase> {};
TEST_P(WaitTable, RetryAfterIsObeyed) {
    auto throttled = reply(429, "");
    throttled.headers.emplace_back("retry-after", GetParam().retry_after);
    EXPECT_EQ(shown(understood(Call::create_user, throttled, Moment{.now = now})), GetParam().expected);
}
const WaitCase wait_cases[] = {
    {"Seconds", "10", "throttled 10 s"},
    {"Decimal", "1.249", "throttled 1 s"},
    {"Date", "Mon, 23 Nov 2026 10:02:00 GMT", "throttled 120 s"},
    {"Garbage", "soon", "throttled 30 s"},
    {"TwoHours", "7200", "throttled 7200 s"},
};
INSTANTIATE_TEST_SUITE_P(Reply, WaitTable, testing::ValuesIn(wait_cases), case_name);

TEST(Reply, BusyServiceThatSaysHowLongIsObeyedByReadsAndUnknownForWrites) {
    auto busy = reply(503, "");
    busy.headers.emplace_back("Retry-After", "7");

    EXPECT_EQ(shown(understood(Call::get_skus, busy, Moment{.now = now})), "throttled 7 s");
    EXPECT_EQ(shown(understood(Call::create_user, busy, Moment{.now = now})), "unknown");
}

}  // namespace
}  // namespace uplift::graph
