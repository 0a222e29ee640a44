#include "tests/unit/daemon/doctor_cases.hpp"

namespace uplift::daemon {
namespace {

using namespace std::chrono_literals;
using protocol::CheckState;

constexpr auto success = CheckState::success;
constexpr auto warning = CheckState::warning;
constexpr auto failure = CheckState::failure;
const TimePoint today = *parse_rfc3339("2026-11-23T10:00:00Z");

class JudgedInTheTenant : public testing::TestWithParam<JudgeCase> {};
TEST_P(JudgedInTheTenant, TheFactIsSaidWithItsStateAndItsCure) { expect_said(GetParam()); }

// ---- a tenant --------------------------------------------------------------------------------------

const std::vector<std::string> enough{"User.ReadWrite.All",
                                      "LicenseAssignment.ReadWrite.All",
                                      "GroupMember.ReadWrite.All",
                                      "Organization.Read.All",
                                      "Domain.Read.All"};
std::vector<std::string> enough_and(std::string more) {
    auto all = enough;
    all.push_back(std::move(more));
    return all;
}
std::vector<std::string> enough_but(const std::string& less) {
    auto all = enough;
    std::erase(all, less);
    return all;
}
TenantFacts a_tenant(std::optional<std::vector<std::string>> granted,
                     std::vector<std::string> tolerated = {}) {
    using graph::Call;
    TenantFacts facts;
    facts.now = today;
    facts.settings.client_id = "app-1";
    facts.settings.client_secret = config::SecretRef{};
    AppRights rights{.granted = std::move(granted),
                     .rules = {.tolerated = std::move(tolerated),
                               .needed = {Call::find_by_upn,
                                          Call::create_user,
                                          Call::get_domains,
                                          Call::get_skus,
                                          Call::assign_licenses,
                                          Call::find_groups,
                                          Call::add_member}}};
    facts.signed_in = Done<AppRights>{std::move(rights)};
    return facts;
}
TenantFacts refused_tenant() {
    auto facts = a_tenant(enough);
    facts.signed_in = Unauthorized{FaultCode::tenant_credentials, "AADSTS7000215", "Make a new secret."};
    return facts;
}
TenantFacts with_certificate(Duration left) {
    auto facts = a_tenant(enough);
    facts.settings.client_secret.reset();
    facts.certificate_end = today + left;
    return facts;
}

const JudgeCase tenant_cases[] = {
    {"SignedIn", judge(a_tenant(enough)), "sign-in", success, "as app app-1, by client secret"},
    {"ByCertificate", judge(with_certificate(1000h)), "sign-in", success, "as app app-1, by certificate"},
    {"SignInRefused",
     judge(refused_tenant()),
     "sign-in",
     failure,
     "AADSTS7000215",
     "UPL-1903",
     "Make a new secret."},
    {"CertificateLastsLong", judge(with_certificate(31 * 24h)), "certificate", success, "ends on 2026-12-24"},
    {"CertificateEndsSoon",
     judge(with_certificate(30 * 24h)),
     "certificate",
     warning,
     "ends on 2026-12-23",
     "UPL-1903",
     "Make a new one"},
    {"CertificateEnded",
     judge(with_certificate(-1s)),
     "certificate",
     failure,
     "ended on 2026-11-23",
     "UPL-1903"},
    {"Granted", judge(a_tenant(enough)), "permission GroupMember.ReadWrite.All", success, "granted"},
    {"GrantedByAnother",
     judge(a_tenant(enough_but("LicenseAssignment.ReadWrite.All"))),
     "permission LicenseAssignment.ReadWrite.All",
     success,
     "granted by User.ReadWrite.All"},
    {"Missing",
     judge(a_tenant(enough_but("Domain.Read.All"))),
     "permission Domain.Read.All",
     failure,
     "the app lacks it, so nothing is written",
     "UPL-1904",
     "Grant it Domain.Read.All"},
    {"Forbidden",
     judge(a_tenant(enough_and("RoleManagement.ReadWrite.Directory"))),
     "permission RoleManagement.ReadWrite.Directory",
     failure,
     "could take over the whole tenant, so nothing is written",
     "UPL-1904",
     "tolerate_permissions"},
    {"Tolerated",
     judge(a_tenant(enough_and("Directory.ReadWrite.All"), {"Directory.ReadWrite.All"})),
     "permission Directory.ReadWrite.All",
     warning,
     "could take over the whole tenant, and is tolerated",
     "UPL-1904"},
    {"InExcess",
     judge(a_tenant(enough_and("Mail.Send"))),
     "permission Mail.Send",
     warning,
     "no profile of the tenant needs it",
     "UPL-1904",
     "Take it away"},
    {"TokenThatSaysNothing",
     judge(a_tenant(std::nullopt)),
     "permissions",
     warning,
     "the token does not say what it permits",
     "",
     "Entra admin center"},
};
INSTANTIATE_TEST_SUITE_P(Tenant, JudgedInTheTenant, testing::ValuesIn(tenant_cases), case_name);

TEST(Doctor, NothingIsSaidOfPermissionsThatMayBeOfUse) {
    EXPECT_FALSE(is_said(judge(a_tenant(enough_and("AuditLog.Read.All"))), "permission AuditLog.Read.All"));
    EXPECT_FALSE(is_said(judge(a_tenant(enough)), "permission Organization.Read.All"));
}

// ---- what a profile names in a tenant --------------------------------------------------------------

Profile a_profile() {
    Profile profile;
    profile.domain = "contoso.com";
    profile.licenses = {{.sku = "SPE_E3", .disabled_plans = {"YAMMER"}, .enabled_plans = {}}};
    profile.groups = {"VPN"};
    return profile;
}
ProfileFacts all_there() {
    ProfileFacts facts;
    facts.domains = Done<std::vector<Domain>>{
        {{"contoso.com", true, false}, {"fabrikam.com", false, false}, {"fed.contoso.com", true, true}}};
    Sku sku;
    sku.id = SkuId{"1"};
    sku.part_number = "SPE_E3";
    sku.owned = 10;
    sku.used = 7;
    sku.plans = {{PlanId{"p1"}, "YAMMER", true}, {PlanId{"p2"}, "COMPANY", false}};
    Sku full = sku;
    full.id = SkuId{"2"};
    full.part_number = "FULL";
    full.used = 11;
    facts.skus = Done<std::vector<Sku>>{{sku, full}};
    const auto a_group = [](GroupKind kind) {
        return Outcome<std::vector<Group>>(Done<std::vector<Group>>{{{GroupId{"g"}, "VPN", "", kind}}});
    };
    facts.groups.emplace("VPN", a_group(GroupKind::security));
    facts.groups.emplace("Rule", a_group(GroupKind::dynamic));
    facts.groups.emplace("Synced", a_group(GroupKind::synced));
    facts.groups.emplace("List", a_group(GroupKind::distribution_list));
    facts.groups.emplace("Admins", a_group(GroupKind::role_assignable));
    facts.groups.emplace("Nowhere", Done<std::vector<Group>>{});
    facts.groups.emplace("Late", NotSent{.why = "no answer", .code = FaultCode::tenant_unreachable});
    return facts;
}
Profile of_domain(std::string domain) {
    auto profile = a_profile();
    profile.domain = std::move(domain);
    return profile;
}
Profile of_license(LicenseWish wish) {
    auto profile = a_profile();
    profile.licenses = {std::move(wish)};
    return profile;
}
Profile allowing_license(std::string sku) {
    auto profile = a_profile();
    profile.allow.licenses = {std::move(sku)};
    return profile;
}
ProfileFacts without_domains() {
    auto facts = all_there();
    facts.domains = NotSent{.why = "no answer", .code = FaultCode::tenant_unreachable};
    return facts;
}

Profile with_mailboxes() {
    auto profile = a_profile();
    profile.aliases = {"{givenName}@{domain}", "{sn}@young.example", "{sn}@{company}"};
    profile.litigation_hold = LitigationHold{};
    profile.archive = true;
    return profile;
}
ProfileFacts of_exchange() {
    auto facts = all_there();
    facts.cmdlets =
        Done<std::vector<std::string>>{{"Get-Mailbox", "set-mailbox", "Add-DistributionGroupMember"}};
    facts.accepted_domains = Done<std::vector<std::string>>{{"contoso.com"}};
    return facts;
}
ProfileFacts without_exchange() {
    auto facts = all_there();
    facts.cmdlets = Unauthorized{
        .code = FaultCode::exchange_role_missing, .what = "the app has no role", .cure = "Give it one."};
    return facts;
}

const JudgeCase profile_cases[] = {
    {"Cmdlet",
     judge(with_mailboxes(), of_exchange()),
     "Exchange command Set-Mailbox",
     success,
     "the app may run it"},
    {"CmdletForLists",
     judge(a_profile(), of_exchange()),
     "Exchange command Add-DistributionGroupMember",
     success,
     "the app may run it"},
    {"CmdletMissing",
     judge(with_mailboxes(), of_exchange()),
     "Exchange command Enable-Mailbox",
     failure,
     "the app may not run it",
     "UPL-2002"},
    {"RoleMissing",
     judge(with_mailboxes(), without_exchange()),
     "Exchange Online",
     failure,
     "the app has no role",
     "UPL-2001",
     "Give it one."},
    {"AliasDomain",
     judge(with_mailboxes(), of_exchange()),
     "alias domain contoso.com",
     success,
     "accepted by Exchange Online"},
    {"AliasDomainNotAccepted",
     judge(with_mailboxes(), of_exchange()),
     "alias domain young.example",
     failure,
     "Exchange Online does not accept it",
     "UPL-1607"},
    {"Domain", judge(a_profile(), all_there()), "domain contoso.com", success, "verified and managed"},
    {"DomainUnverified",
     judge(of_domain("fabrikam.com"), all_there()),
     "domain fabrikam.com",
     failure,
     "domain \"fabrikam.com\" is not verified in the tenant",
     "UPL-1307",
     "Verify it"},
    {"DomainMistyped",
     judge(of_domain("contsoo.com"), all_there()),
     "domain contsoo.com",
     failure,
     "domain \"contsoo.com\" is not verified in the tenant",
     "UPL-1307",
     "Did you mean \"contoso.com\"?"},
    {"DomainFederated",
     judge(of_domain("fed.contoso.com"), all_there()),
     "domain fed.contoso.com",
     failure,
     "domain \"fed.contoso.com\" is federated",
     "UPL-1317"},
    {"DomainsUnread", judge(a_profile(), without_domains()), "domains", failure, "no answer", "UPL-1901"},
    {"Licence",
     judge(a_profile(), all_there()),
     "licence SPE_E3",
     success,
     "10 owned, 7 used, 3 free; 1 service plan is left out"},
    {"LicenceUnknown",
     judge(of_license({"SPE_E33", {}, {}}), all_there()),
     "licence SPE_E33",
     failure,
     "the tenant has no licence \"SPE_E33\"",
     "UPL-1401",
     "Did you mean \"SPE_E3\"?"},
    {"LicenceFull",
     judge(of_license({"FULL", {}, {}}), all_there()),
     "licence FULL",
     warning,
     "10 owned, 11 used, 0 free",
     "UPL-1403",
     "Buy or free seats"},
    {"AllowedLicence",
     judge(allowing_license("FULL"), all_there()),
     "licence FULL",
     warning,
     "10 owned, 11 used, 0 free",
     "UPL-1403"},
    {"PlanUnknown",
     judge(of_license({"SPE_E3", {"YAMMMER"}, {}}), all_there()),
     "service plan YAMMMER of SPE_E3",
     failure,
     "licence \"SPE_E3\" has no service plan \"YAMMMER\"",
     "UPL-1402",
     "Did you mean \"YAMMER\"?"},
    {"EnabledPlanUnknown",
     judge(of_license({"SPE_E3", {}, std::vector<std::string>{"TEAMS"}}), all_there()),
     "service plan TEAMS of SPE_E3",
     failure,
     "licence \"SPE_E3\" has no service plan \"TEAMS\"",
     "UPL-1402"},
    {"SeatsAlsoWithAnUnknownPlan",
     judge(of_license({"SPE_E3", {"YAMMMER"}, {}}), all_there()),
     "licence SPE_E3",
     success,
     "10 owned, 7 used, 3 free"},
    {"Group", judge(a_profile(), all_there()), "group VPN", success, "security group; members can be added"},
    {"GroupUnknown",
     judge(a_profile(), all_there()),
     "group Nowhere",
     failure,
     "the tenant has no group \"Nowhere\"",
     "UPL-1501"},
    {"GroupDynamic",
     judge(a_profile(), all_there()),
     "group Rule",
     failure,
     "group \"Rule\" is a dynamic group",
     "UPL-1503",
     "Remove it from the profile"},
    {"GroupLate", judge(a_profile(), all_there()), "group Late", failure, "no answer", "UPL-1901"},
};
INSTANTIATE_TEST_SUITE_P(Profile, JudgedInTheTenant, testing::ValuesIn(profile_cases), case_name);

TEST(Doctor, EveryKindOfGroupThatNobodyMayFillFails) {
    const auto checks = judge(a_profile(), all_there());

    for (const auto* name : {"group Rule", "group Synced", "group Admins"}) {
        const auto* said = said_of(checks, name);
        ASSERT_NE(said, nullptr) << name;
        EXPECT_EQ(word(said->state), "failure") << name;
    }
}

TEST(Doctor, AThingThatIsGivenAndAllowedIsLookedAtOnce) {
    auto profile = a_profile();
    profile.allow.licenses = {"spe_e3", "FULL"};
    profile.allow.groups = {"VPN", "Staff"};

    EXPECT_EQ(licenses_of(profile).size(), 2u);
    EXPECT_EQ(groups_of(profile), (std::vector<std::string>{"VPN", "Staff"}));
}

}  // namespace
}  // namespace uplift::daemon
