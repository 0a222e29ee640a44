#include "config/load.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/unit/config/configurations.hpp"

namespace uplift::config {
namespace {

LoadOutcome interpret_two(std::string first, std::string second) {
    const SourceText sources[] = {{.name = "uplift.toml", .text = std::move(first)},
                                  {.name = "conf.d/50-site.toml", .text = std::move(second)}};
    return interpret(sources);
}

TEST(Configuration, LeastOneHasTheDefaultsOfTheManual) {
    const auto outcome = interpret_one(std::string(good_configuration));

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_TRUE(outcome.warnings.empty()) << lines_of(outcome.warnings);
    const auto& config = *outcome.config;
    const auto& directory = config.directories.at(DirectoryName{"corp"});
    EXPECT_EQ(directory.uris, (std::vector<std::string>{"ldaps://dc1.corp.example.com"}));
    EXPECT_EQ(directory.netbios, "CORP");
    EXPECT_EQ(directory.tls, DirectoryTls::ldaps);
    EXPECT_EQ(directory.password, (SecretRef{SecretRef::Kind::credential, "ad-password"}));
    EXPECT_EQ(directory.exclude, "");
    const auto& tenant = config.tenants.at(TenantName{"contoso"});
    EXPECT_EQ(tenant.endpoints, Endpoints{});
    EXPECT_EQ(tenant.unknown_quiet, std::chrono::seconds{120});
    EXPECT_FALSE(tenant.writes_per_second);
    EXPECT_EQ(tenant.certificate, (SecretRef{SecretRef::Kind::file, "/etc/uplift/app.pem"}));
    const auto& profile = config.profiles.at(ProfileName{"staff"});
    EXPECT_EQ(profile.upn, "{userPrincipalName|local_part|lower}@{domain}");
    EXPECT_EQ(profile.usage_location, "{msExchUsageLocation|c}");
    EXPECT_EQ(profile.password, PasswordRule{});
    EXPECT_TRUE(profile.force_change);
    EXPECT_EQ(profile.disabled_accounts, DisabledAccounts::skip);
    EXPECT_EQ(profile.existing, Existing::fail);
    EXPECT_EQ(profile.seats, Seats::wait);
    EXPECT_EQ(config.service.state_dir, "/var/lib/uplift");
    EXPECT_EQ(config.service.socket, "/run/uplift/control.sock");
    EXPECT_EQ(config.service.max_file, 256u * 1024 * 1024);
    EXPECT_FALSE(config.service.default_profile);
    EXPECT_EQ(config.handover.mode, HandoverMode::reveal);
    EXPECT_EQ(outcome.places.at("profile.staff.domain"), "uplift.toml:16:10");
}

// Everything at once that this version follows.
TEST(Configuration, EveryValueArrives) {
    const auto outcome = interpret_one(R"toml(
[directory.lab]
uris = ["ldap://127.0.0.1:3890", "ldap://localhost", "ldap://[::1]:3890"]
tls = "none"
base_dn = "DC=corp,DC=example,DC=com"
netbios = "CORPORATION"
bind = "simple"
bind_dn = "CN=svc-uplift,DC=corp,DC=example,DC=com"
password = { file = "/run/lab/ad-password" }
ca_file = "/run/lab/ca.pem"
anchor = "objectGUID"
exclude = "(|(department=Vendors)(&(c=XX)(!(userAccountControl:1.2.840.113556.1.4.803:=2))))"
[tenant.sandbox]
id = "8f14e45f-ceea-467f-a0e6-0d8d5a1b2c3d"
client_id = "11111111-2222-3333-4444-55555555555A"
client_secret = { credential = "graph-secret" }
cloud = "global"
endpoints = { login = "https://localhost:8443/", graph = "https://localhost:8443", exchange = "https://localhost:8443/x" }
ca_file = "/run/lab/sandbox-ca.pem"
tolerate_permissions = ["Directory.ReadWrite.All"]
unknown_quiet = "5s"
writes_per_second = 0.5
[profile.staff_2]
directory = "lab"
tenant = "sandbox"
domain = "contoso.com"
upn = "{mail|local_part|lower}@{domain}"
usage_location = "DE"
password = { mode = "typed", value = { file = "/run/lab/first" }, length = 24, classes = 4, exclude = "" }
force_change = false
licenses = [ { sku = "SPE_E3", disabled_plans = ["YAMMER_ENTERPRISE"] },
             { sku = "Microsoft 365 E5", enabled_plans = ["EXCHANGE_S_ENTERPRISE"] } ]
groups = ["All Staff", "sg-vpn@contoso.com"]
disabled_accounts = "include"
manager = false
existing = "fail"
seats = "create-unlicensed"
archive = false
[profile.staff_2.allow]
columns = ["licenses", "usageLocation"]
licenses = ["SPE_E5"]
groups = ["x"]
domains = ["fabrikam.com"]
ous = ["ou=it department,dc=CORP,dc=example,dc=com"]
[service]
state_dir = "/run/lab/state"
socket = "/run/lab/control.sock"
default_profile = "staff_2"
sealing_key = { file = "/run/lab/sealing.key" }
max_file = "4GiB"
[handover]
mode = "reveal"
)toml");

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_TRUE(outcome.warnings.empty()) << lines_of(outcome.warnings);
    const auto& config = *outcome.config;
    const auto& directory = config.directories.at(DirectoryName{"lab"});
    EXPECT_EQ(directory.uris.size(), 3u);
    EXPECT_EQ(directory.netbios, "CORPORATION");
    EXPECT_EQ(directory.tls, DirectoryTls::none);
    EXPECT_EQ(directory.ca_file, "/run/lab/ca.pem");
    const auto& tenant = config.tenants.at(TenantName{"sandbox"});
    EXPECT_EQ(tenant.client_id, "11111111-2222-3333-4444-55555555555a");
    EXPECT_EQ(tenant.endpoints.login, "https://localhost:8443");
    EXPECT_EQ(tenant.endpoints.exchange, "https://localhost:8443/x");
    EXPECT_EQ(tenant.unknown_quiet, std::chrono::seconds{5});
    EXPECT_EQ(tenant.writes_per_second, 0.5);
    const ProfileName name{"staff_2"};
    const auto& profile = config.profiles.at(name);
    EXPECT_EQ(profile.password.mode, PasswordMode::typed);
    EXPECT_EQ(profile.password.length, 24u);
    EXPECT_EQ(profile.password.exclude, "");
    EXPECT_EQ(config.typed_passwords.at(name).name, "/run/lab/first");
    ASSERT_EQ(profile.licenses.size(), 2u);
    EXPECT_EQ(profile.licenses[0].disabled_plans, (std::vector<std::string>{"YAMMER_ENTERPRISE"}));
    EXPECT_EQ(profile.licenses[1].enabled_plans, (std::vector<std::string>{"EXCHANGE_S_ENTERPRISE"}));
    EXPECT_EQ(profile.seats, Seats::create_unlicensed);
    EXPECT_EQ(profile.allow.columns.size(), 2u);
    EXPECT_EQ(profile.allow.ous.size(), 1u);
    EXPECT_EQ(config.service.default_profile, name);
    EXPECT_EQ(config.service.max_file, std::uint64_t{4} << 30);
}

TEST(Configuration, AllFaultsComeAtOnceInOrder) {
    auto text = with_line(3, "base_dn = 5");
    text.replace(text.find("domain = \"contoso.com\""), 22, "domian = \"contoso.com\"");
    text += "[servise]\n";

    const auto outcome = interpret_one(text);

    EXPECT_EQ(places_of(outcome.faults),
              "uplift.toml:3:11 UPL-1003\n"
              "uplift.toml:13:1 UPL-1005\n"
              "uplift.toml:16:1 UPL-1002\n"
              "uplift.toml:25:2 UPL-1002")
        << lines_of(outcome.faults);
}

TEST(Configuration, EmptyOneLacksEverything) {
    const auto outcome = interpret_one("");

    EXPECT_EQ(places_of(outcome.faults),
              "uplift.toml:1:1 UPL-1005\nuplift.toml:1:1 UPL-1005\n"
              "uplift.toml:1:1 UPL-1005\nuplift.toml:1:1 UPL-1005");
}

struct WarningCase {
    const char* name;
    int line;
    const char* text;
    const char* expected;
};
class LaterKeys : public testing::TestWithParam<WarningCase> {};

TEST_P(LaterKeys, AreWarnedOfAndTaken) {
    const auto outcome = interpret_one(with_line(GetParam().line, GetParam().text));

    EXPECT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_EQ(places_of(outcome.warnings), GetParam().expected) << lines_of(outcome.warnings);
    for (const auto& warning : outcome.warnings)
        EXPECT_NE(warning.what.find("is checked but has no effect in this version"), std::string::npos);
}

const WarningCase warnings[] = {
    {"Site", 6, "site = \"HQ\"", "uplift.toml:6:1 UPL-1012"},
    {"Keytab",
     6,
     "keytab = \"/x\"\nprincipal = \"a@B\"",
     "uplift.toml:6:1 UPL-1012\nuplift.toml:7:1 UPL-1012"},
    {"GssapiBesideAPassword",
     6,
     "bind = \"gssapi\"\nkeytab = \"/x\"\nprincipal = \"a@B\"",
     "uplift.toml:4:1 UPL-1012\nuplift.toml:5:1 UPL-1012"},
    {"DiscoverWithSite", 2, "discover = \"corp.example.com\"\nsite = \"HQ\"", ""},
    {"ConsistencyGuid", 6, "anchor = \"mS-DS-ConsistencyGuid\"", ""},
    {"Manager", 17, "manager = true", ""},
    {"ManagerOff", 17, "manager = false", ""},
    {"Aliases", 17, "aliases = [\"{mail|local_part}@contoso.com\"]", ""},
    {"Hold",
     17,
     "litigation_hold = { enabled = true, duration_days = 2555, comment = \"c\", url = \"https://x.y/z\" }",
     ""},
    {"HoldOff", 17, "litigation_hold = { enabled = false }", ""},
    {"Archive", 17, "archive = true", ""},
    {"Attributes", 17, "[profile.staff.attributes]\ndisplayName = \"{displayName|cn}\"\njobTitle = \"\"", ""},
    {"Columns", 17, "allow = { columns = [\"archive\"] }", ""},
    {"Approval",
     20,
     "approval_above = 5\napproval_by = \"anyone\"\ncreates_per_day = 9",
     "uplift.toml:20:1 UPL-1012\nuplift.toml:21:1 UPL-1012\nuplift.toml:22:1 UPL-1012"},
    {"Retention", 20, "retention = \"90d\"", ""},
    {"Mailbox",
     20,
     "mailbox_poll = [\"30s\", \"5m\"]\nmailbox_overdue = \"2h\"\nmailbox_timeout = \"3d\"",
     ""},
    {"Notify",
     24,
     "mail_to = [\"ops@contoso.com\"]\nwebhook = \"https://hooks.example.com/uplift\"\n"
     "webhook_key = { credential = \"k\" }\nevents = [\"job_end\", \"overdue\", \"seats\", \"certificate\", "
     "\"pause\"]",
     "uplift.toml:24:1 UPL-1012\nuplift.toml:25:1 UPL-1012\nuplift.toml:26:1 UPL-1012\nuplift.toml:27:1 "
     "UPL-1012"},
};
INSTANTIATE_TEST_SUITE_P(All, LaterKeys, testing::ValuesIn(warnings), [](const auto& info) {
    return info.param.name;
});

TEST(DropIn, OverridesSingleKeysAndAddsTables) {
    const auto outcome = interpret_two(std::string(good_configuration), R"([profile.staff]
domain = "fabrikam.com"
[profile.guests]
directory = "corp"
tenant = "contoso"
domain = "guests.contoso.com"
)");

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_EQ(outcome.config->profiles.at(ProfileName{"staff"}).domain, "fabrikam.com");
    EXPECT_EQ(outcome.config->profiles.at(ProfileName{"staff"}).directory, DirectoryName{"corp"});
    EXPECT_TRUE(outcome.config->profiles.contains(ProfileName{"guests"}));
    EXPECT_EQ(outcome.places.at("profile.staff.domain"), "conf.d/50-site.toml:2:10");
    EXPECT_EQ(outcome.places.at("profile.staff.tenant"), "uplift.toml:15:10");
}

// Joined, { credential } and { file } would contradict each other.
TEST(DropIn, ReplacesAValueInBracesAsAWhole) {
    const auto outcome =
        interpret_two(std::string(good_configuration), "directory.corp.password = { file = \"/run/x\" }\n");

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_EQ(outcome.config->directories.at(DirectoryName{"corp"}).password->name, "/run/x");
}

// Widening one list must not drop the OUs that stand beside it.
TEST(DropIn, ChangesASingleKeyInsideOfBraces) {
    const auto outcome = interpret_two(
        with_line(17, "allow = { columns = [\"groups\"], ous = [\"OU=a,DC=corp,DC=example,DC=com\"] }"),
        "profile.staff.allow.columns = [\"licenses\"]\n");

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    const auto& allow = outcome.config->profiles.at(ProfileName{"staff"}).allow;
    EXPECT_EQ(allow.columns, (std::vector<std::string>{"licenses"}));
    EXPECT_EQ(allow.ous.size(), 1u);
    EXPECT_EQ(outcome.places.at("profile.staff.allow.columns"), "conf.d/50-site.toml:1:31");
    EXPECT_EQ(outcome.places.at("profile.staff.allow.ous"), "uplift.toml:17:39");
}

TEST(DropIn, BracesReplaceATableWithAHeader) {
    const auto outcome = interpret_two(with_line(17, "[profile.staff.allow]\ncolumns = [\"groups\"]"),
                                       "profile.staff.allow = { groups = [\"x\"] }\n");

    ASSERT_TRUE(outcome.config) << lines_of(outcome.faults);
    const auto& allow = outcome.config->profiles.at(ProfileName{"staff"}).allow;
    EXPECT_TRUE(allow.columns.empty());
    EXPECT_EQ(allow.groups.size(), 1u);
}

TEST(DropIn, WarningNamesTheFileThatWins) {
    const auto outcome = interpret_two(with_line(20, "approval_above = 5"), "service.approval_above = 6\n");

    EXPECT_EQ(places_of(outcome.warnings), "conf.d/50-site.toml:1:9 UPL-1012");
}

TEST(DropIn, FaultNamesItsOwnFile) {
    const auto outcome = interpret_two(std::string(good_configuration),
                                       "[profile.staff]\ndomain = \"contoso\"\ndirectory = \"x\"\n");

    EXPECT_EQ(places_of(outcome.faults),
              "conf.d/50-site.toml:2:10 UPL-1004\nconf.d/50-site.toml:3:13 UPL-1009");
}

TEST(DropIn, SyntaxFaultsOfAllFilesAreShownAndNothingElse) {
    const auto outcome = interpret_two("[directory\n", "x = \n");

    ASSERT_EQ(outcome.faults.size(), 2u);
    EXPECT_EQ(outcome.faults[0].code, FaultCode::config_syntax);
    EXPECT_EQ(outcome.faults[1].code, FaultCode::config_syntax);
    EXPECT_TRUE(outcome.faults[1].where.starts_with("conf.d/50-site.toml:")) << outcome.faults[1].where;
}

TEST(Configuration, AsShippedLoads) {
    const auto path = std::filesystem::path(__FILE__).parent_path() / "../../../config/uplift.toml";
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    ASSERT_TRUE(file) << path;

    const auto outcome = interpret_one(text.str());

    EXPECT_TRUE(outcome.config) << lines_of(outcome.faults);
    EXPECT_TRUE(outcome.warnings.empty()) << lines_of(outcome.warnings);
}

// The commented lines of the shipped file are what people take the hash sign from.
TEST(Configuration, AsShippedLoadsWithItsDefaultsUncommentedToo) {
    const auto path = std::filesystem::path(__FILE__).parent_path() / "../../../config/uplift.toml";
    std::ifstream file(path);
    std::string text;
    for (std::string line; std::getline(file, line);) {
        const bool example = line.starts_with("# ") && line.find(" = ") != std::string::npos &&
                             !line.starts_with("# client_secret") && !line.starts_with("# discover");
        text += (example && line.find("No secret") == std::string::npos ? line.substr(2) : line) + "\n";
    }

    const auto outcome = interpret_one(text);

    EXPECT_TRUE(outcome.config) << lines_of(outcome.faults);
}

TEST(Configuration, DeepNestingIsRefusedNotCrashed) {
    const auto outcome = interpret_one("a = " + std::string(100'000, '['));

    ASSERT_EQ(outcome.faults.size(), 1u);
    EXPECT_EQ(outcome.faults[0].code, FaultCode::config_syntax);
}

TEST(Configuration, CutAnywhereEitherLoadsOrNamesItsFaults) {
    const std::string whole = with_line(
        17, "password = { length = 20 }\nlicenses = [{ sku = \"A\" }]\nallow = { columns = [\"upn\"] }");
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        const auto outcome = interpret_one(whole.substr(0, length));
        EXPECT_NE(outcome.config.has_value(), !outcome.faults.empty()) << length;
    }
}

TEST(Configuration, BytesThatAreNoUtf8AreRefused) {
    const auto outcome = interpret_one("# \xFF\n");

    ASSERT_EQ(outcome.faults.size(), 1u);
    EXPECT_EQ(places_of(outcome.faults).substr(0, 14), "uplift.toml:1:");
}

}  // namespace
}  // namespace uplift::config
