#include <gtest/gtest.h>

#include "daemon/doctor_facts.hpp"

namespace uplift::daemon {
namespace {

using namespace std::chrono_literals;
using protocol::CheckState;
using protocol::CheckView;

constexpr auto success = CheckState::success;
constexpr auto warning = CheckState::warning;
constexpr auto failure = CheckState::failure;
const TimePoint now = *parse_rfc3339("2026-11-23T10:00:00Z");

// One fact, and what is to be said of it. `code`: also that there is a cure.
struct JudgeCase {
    std::string name;
    Checks checks;
    std::string check;
    CheckState state;
    std::string message;
    std::string code = {};
    std::string cure = {};  // a part of it
};
void PrintTo(const JudgeCase& given, std::ostream* out) { *out << given.name; }

class Judged : public testing::TestWithParam<JudgeCase> {};
TEST_P(Judged, TheFactIsSaidWithItsStateAndItsCure) {
    const auto& given = GetParam();

    const auto said = std::find_if(given.checks.begin(), given.checks.end(), [&](const CheckView& one) {
        return one.check == given.check;
    });

    ASSERT_NE(said, given.checks.end()) << given.check;
    EXPECT_EQ(word(said->state), word(given.state));
    EXPECT_EQ(said->message, given.message);
    EXPECT_EQ(said->code, given.code);
    EXPECT_NE(said->cure.find(given.cure), std::string::npos) << said->cure;
    EXPECT_EQ(said->cure.empty(), given.state == success) << said->cure;
    EXPECT_TRUE(said->cure.empty() || said->cure.ends_with('.')) << said->cure;
}

std::string case_name(const testing::TestParamInfo<JudgeCase>& info) { return info.param.name; }

// ---- the service and the profile's own -------------------------------------------------------------

const Fault some_fault{FaultCode::config_secret_unreadable, "file", "cannot be read", "Let it be read."};
PasswordRule typed_passwords() {
    PasswordRule rule;
    rule.mode = PasswordMode::typed;
    return rule;
}
StateDirFacts a_state_dir(StateDirFacts::There there, std::uint64_t free_octets) {
    return {
        .path = "/var/lib/uplift", .there = there, .why = "cannot be written to", .free_octets = free_octets};
}

const JudgeCase house_cases[] = {
    {"SealingKey", {check_sealing_key({})}, "sealing key", success, "can be read, and has the right length"},
    {"NoSealingKey",
     {check_sealing_key(some_fault)},
     "sealing key",
     failure,
     "file: cannot be read",
     "UPL-1007",
     "Let it be read."},
    {"StateDir",
     {check_state_dir(a_state_dir(StateDirFacts::There::usable, 13'200'000'000))},
     "state directory",
     success,
     "\"/var/lib/uplift\", 12.2 GiB free"},
    {"StateDirAlmostFull",
     {check_state_dir(a_state_dir(StateDirFacts::There::usable, 500'000'000))},
     "state directory",
     warning,
     "\"/var/lib/uplift\", 0.4 GiB free",
     "UPL-1807",
     "Free space"},
    {"StateDirNotYet",
     {check_state_dir(a_state_dir(StateDirFacts::There::not_yet, 0))},
     "state directory",
     warning,
     "\"/var/lib/uplift\" is not there yet",
     "",
     "Start upliftd"},
    {"StateDirUnusable",
     {check_state_dir(a_state_dir(StateDirFacts::There::unusable, 0))},
     "state directory",
     failure,
     "\"/var/lib/uplift\" cannot be written to",
     "UPL-1806"},
    {"RandomPasswords",
     {check_password_rule({}, std::nullopt)},
     "passwords",
     success,
     "random, 20 characters, 118 bits"},
    {"WeakRandomPasswords",
     {check_password_rule({.length = 5}, std::nullopt)},
     "passwords",
     failure,
     "length is 5, not 12 to 256",
     "UPL-1601"},
    {"TypedEachTime",
     {check_password_rule(typed_passwords(), std::nullopt)},
     "passwords",
     success,
     "typed for each job: submit --ask-password"},
    {"TypedInTheConfiguration",
     {check_password_rule(typed_passwords(), Result<void>{})},
     "passwords",
     success,
     "typed, from the configuration; it fits Microsoft's rules"},
    {"TypedAndBad",
     {check_password_rule(typed_passwords(), Result<void>(some_fault))},
     "passwords",
     failure,
     "file: cannot be read",
     "UPL-1007"},
};
INSTANTIATE_TEST_SUITE_P(House, Judged, testing::ValuesIn(house_cases), case_name);

// ---- a directory -----------------------------------------------------------------------------------

using Probe = Outcome<DirectoryState>;
Probe answers(std::optional<std::chrono::seconds> skew = std::nullopt) {
    DirectoryState state;
    state.domain_controller = "dc1:636";
    state.clock_skew = skew;
    state.clocks_differ = skew && std::chrono::abs(*skew) > 5min;
    return Done<DirectoryState>{state};
}
const Probe silent = NotSent{.why = "no answer", .code = FaultCode::directory_unreachable};
const Probe bad_certificate = NotSent{.why = "wrong name", .code = FaultCode::directory_tls};
const Probe refused_account =
    Unauthorized{FaultCode::directory_credentials, "wrong password", "Check the password."};
const Probe no_base = Refused{FaultCode::directory_refused, "base_dn does not exist", "Correct base_dn."};

DirectoryFacts a_directory(std::vector<std::optional<Probe>> controllers) {
    DirectoryFacts facts;
    facts.settings.bind_dn = "svc";
    facts.settings.principal = "svc@CORP";
    facts.settings.base_dn = "DC=corp";
    int number = 0;
    for (auto& asked : controllers)
        facts.controllers.push_back({.name = "dc" + std::to_string(++number), .asked = std::move(asked)});
    return facts;
}
DirectoryFacts by_kerberos(DirectoryFacts facts) {
    facts.settings.bind = config::Bind::gssapi;
    return facts;
}
DirectoryFacts with_people(PeopleFacts people, std::size_t others = 0) {
    auto facts = a_directory({answers()});
    facts.people = std::move(people);
    facts.other_consistency_guids = others;
    return facts;
}
PeopleFacts people(std::size_t all, std::size_t without_guid = 0, std::size_t without_control = 0) {
    return {Done<Nothing>{}, all, without_guid, without_control};
}
DirectoryFacts unbuilt_directory() {
    auto facts = a_directory({});
    facts.unusable = some_fault;
    return facts;
}
DirectoryFacts with_the_right_anchor(DirectoryFacts facts) {
    facts.settings.anchor = config::AnchorSource::mS_DS_ConsistencyGuid;
    return facts;
}

const JudgeCase directory_cases[] = {
    {"Unbuilt", judge(unbuilt_directory()), "settings", failure, "file: cannot be read", "UPL-1007"},
    {"Answers",
     judge(a_directory({answers()})),
     "domain controller dc1",
     success,
     "answers, and its certificate and name are accepted"},
    {"OnlyOneAndSilent",
     judge(a_directory({silent})),
     "domain controller dc1",
     failure,
     "no answer",
     "UPL-1209",
     "Check the network"},
    {"AnotherAnswers",
     judge(a_directory({silent, answers()})),
     "domain controller dc1",
     warning,
     "no answer",
     "UPL-1209"},
    {"Certificate",
     judge(a_directory({bad_certificate})),
     "domain controller dc1",
     failure,
     "wrong name",
     "UPL-1210",
     "ca_file"},
    {"SignedIn", judge(a_directory({answers()})), "sign-in", success, "as \"svc\""},
    {"SignedInByKerberos",
     judge(by_kerberos(a_directory({answers()}))),
     "sign-in",
     success,
     "as \"svc@CORP\", by Kerberos"},
    {"AccountRefused",
     judge(a_directory({refused_account})),
     "sign-in",
     failure,
     "wrong password",
     "UPL-1211",
     "Check the password."},
    {"AnotherIsNotAskedWithARefusedAccount",
     judge(a_directory({refused_account, std::nullopt})),
     "domain controller dc2",
     warning,
     "not asked: each refused sign-in counts towards locking the service account",
     "",
     "Mend the sign-in"},
    {"Base", judge(a_directory({answers()})), "base_dn", success, "\"DC=corp\" exists"},
    {"NoBase",
     judge(a_directory({no_base})),
     "base_dn",
     failure,
     "base_dn does not exist",
     "UPL-1212",
     "Correct base_dn."},
    {"NoBaseButSignedIn", judge(a_directory({no_base})), "sign-in", success, "as \"svc\""},
    {"Clock", judge(a_directory({answers(-2s)})), "clock of dc1:636", success, "2 s behind ours"},
    {"ClockAtTheLimit",
     judge(a_directory({answers(300s)})),
     "clock of dc1:636",
     success,
     "300 s ahead of ours"},
    {"ClockOff",
     judge(a_directory({answers(301s)})),
     "clock of dc1:636",
     warning,
     "301 s ahead of ours",
     "",
     "Kerberos bears 5 minutes"},
    {"ClockOffWithKerberos",
     judge(by_kerberos(a_directory({answers(-301s)}))),
     "clock of dc1:636",
     failure,
     "301 s behind ours",
     "UPL-1211"},
    {"People",
     judge(with_people(people(500))),
     "people",
     success,
     "can be read in pages; the first one had 500"},
    {"NoPeople",
     judge(with_people(people(0))),
     "people",
     warning,
     "none can be seen below \"DC=corp\"",
     "",
     "base_dn"},
    {"PeopleUnreadable",
     judge(with_people({Refused{FaultCode::directory_refused, "sizeLimitExceeded", "Raise it."}})),
     "people",
     failure,
     "sizeLimitExceeded",
     "UPL-1212",
     "Raise it."},
    {"GuidOfNobody",
     judge(with_people(people(10, 10))),
     "objectGUID",
     failure,
     "cannot be read of 10 of 10 people",
     "UPL-1204",
     "Let the service account read objectGUID"},
    {"GuidNotOfAll",
     judge(with_people(people(10, 1))),
     "objectGUID",
     warning,
     "cannot be read of 1 of 10 people",
     "UPL-1204"},
    {"ControlOfNobody",
     judge(with_people(people(10, 0, 10))),
     "userAccountControl",
     failure,
     "cannot be read of 10 of 10 people",
     "UPL-1212",
     "Let the service account read userAccountControl"},
    {"Control", judge(with_people(people(10))), "userAccountControl", success, "can be read"},
    {"NoOtherAnchor",
     judge(with_people(people(10))),
     "anchor",
     success,
     "objectGUID; no mS-DS-ConsistencyGuid says otherwise"},
    {"OtherAnchor",
     judge(with_people(people(10), 3)),
     "anchor",
     warning,
     "mS-DS-ConsistencyGuid is another than objectGUID for 3 people or more",
     "",
     "set anchor ="},
};
INSTANTIATE_TEST_SUITE_P(Directory, Judged, testing::ValuesIn(directory_cases), case_name);

bool says(const Checks& checks, std::string_view check) {
    return std::any_of(
        checks.begin(), checks.end(), [&](const CheckView& one) { return one.check == check; });
}

TEST(Doctor, WhereSomethingFailedIsNotSaidAgain) {
    auto facts = a_directory({NotSent{.why = "directory corp: no domain controller answers: dc1: refused"}});
    facts.settings.name = DirectoryName{"corp"};

    EXPECT_EQ(judge(facts).front().message, "refused");
}

TEST(Doctor, WhereTheOtherAnchorIsInUseNothingIsSaidOfIt) {
    EXPECT_TRUE(says(judge(with_people(people(10), 3)), "anchor"));
    EXPECT_FALSE(says(judge(with_the_right_anchor(with_people(people(10), 3))), "anchor"));
}

TEST(Doctor, OfADirectoryThatNobodyReachedNeitherSignInNorBaseIsSaid) {
    const auto checks = judge(a_directory({silent, bad_certificate}));

    EXPECT_EQ(checks.size(), 2u);
    EXPECT_FALSE(says(checks, "sign-in"));
}

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
    facts.now = now;
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
    facts.certificate_end = now + left;
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
INSTANTIATE_TEST_SUITE_P(Tenant, Judged, testing::ValuesIn(tenant_cases), case_name);

TEST(Doctor, NothingIsSaidOfPermissionsThatMayBeOfUse) {
    EXPECT_FALSE(says(judge(a_tenant(enough_and("AuditLog.Read.All"))), "permission AuditLog.Read.All"));
    EXPECT_FALSE(says(judge(a_tenant(enough)), "permission Organization.Read.All"));
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

const JudgeCase profile_cases[] = {
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
INSTANTIATE_TEST_SUITE_P(Profile, Judged, testing::ValuesIn(profile_cases), case_name);

TEST(Doctor, EveryKindOfGroupThatGraphCannotFillFails) {
    const auto checks = judge(a_profile(), all_there());

    for (const auto* name : {"group Rule", "group Synced", "group List", "group Admins"}) {
        const auto said = std::find_if(
            checks.begin(), checks.end(), [&](const CheckView& one) { return one.check == name; });
        ASSERT_NE(said, checks.end()) << name;
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

// ---- how it reads ----------------------------------------------------------------------------------

TEST(CheckWriter, EachHeadingIsWrittenOnce) {
    protocol::CheckWriter writer(56, [](CheckState state) { return std::string(word(state)); });
    protocol::CheckTotals totals;
    const CheckView checks[] = {
        {.part = "service", .check = "sealing key", .message = "can be read"},
        {.profile = "staff", .part = "profile", .check = "passwords", .message = "random"},
        {.profile = "staff", .part = "directory", .name = "corp", .check = "sign-in", .message = "as svc"},
        {.profile = "staff",
         .part = "directory",
         .name = "corp",
         .check = "base_dn",
         .state = failure,
         .message = "\"DC=cörp\x1b[2J\" does not exist, which is long",
         .code = "UPL-1212",
         .cure = "Correct base_dn."},
        {.profile = "guests",
         .part = "directory",
         .name = "corp",
         .check = "directory",
         .message = "as before"},
    };

    std::string text;
    for (const auto& check : checks) {
        text += writer.lines_of(check);
        totals.count(check.state);
    }

    EXPECT_EQ(text,
              "service\n"
              "  success  sealing key: can be read\n"
              "\n"
              "profile staff\n"
              "  success  passwords: random\n"
              "  directory corp\n"
              "    success  sign-in: as svc\n"
              "    failure  base_dn: \"DC=cörp\\x1b[2J\" does not exist,\n"
              "             which is long\n"
              "             UPL-1212 Correct base_dn.\n"
              "\n"
              "profile guests\n"
              "  directory corp\n"
              "    success  directory: as before\n");
    EXPECT_EQ(in_words(totals), "5 checks: 4 success, 1 failure");
}

}  // namespace
}  // namespace uplift::daemon
