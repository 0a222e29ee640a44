// Configurations with one fault each, and the exact place where it must be shown.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <ostream>
#include <string>

#include "tests/unit/config/configurations.hpp"

namespace uplift::config {
namespace {

struct FaultCase {
    const char* name;
    int line;  // that is replaced
    std::string text;
    const char* expected;   // "line:column UPL-nnnn", one a line
    const char* says = "";  // in what or cure
};

void PrintTo(const FaultCase& given, std::ostream* out) { *out << given.name; }

class FaultCorpus : public testing::TestWithParam<FaultCase> {};

TEST_P(FaultCorpus, NamesPlaceCauseAndCure) {
    const auto& given = GetParam();

    const auto outcome = interpret_one(with_line(given.line, given.text));

    std::string expected;
    for (std::string rest = given.expected; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        expected += (expected.empty() ? "" : "\n") + ("uplift.toml:" + rest.substr(0, end));
        rest.erase(0, end + 1);
    }
    EXPECT_EQ(places_of(outcome.faults), expected) << lines_of(outcome.faults);
    EXPECT_FALSE(outcome.config.has_value());
    EXPECT_NE(lines_of(outcome.faults).find(given.says), std::string::npos) << lines_of(outcome.faults);
    for (const auto& fault : outcome.faults) {
        EXPECT_FALSE(fault.what.empty());
        EXPECT_FALSE(fault.cure.empty());
        EXPECT_EQ(to_line(fault).find('\x1b'), std::string::npos);
    }
}

const FaultCase syntax[] = {
    {"Unquoted", 2, "uris = ldaps://dc1", "2:8 UPL-1001"},
    {"KeyTwice", 3, "base_dn = \"DC=a\"\nbase_dn = \"DC=b\"", "4:11 UPL-1001"},
    {"TableTwice", 6, "[directory.corp]", "6:1 UPL-1001"},
    {"NeverClosed", 3, "base_dn = \"DC=a", "3:16 UPL-1001"},
};
const FaultCase keys[] = {
    {"UnknownKey", 6, "urls = []", "6:1 UPL-1002", "\"uris\""},
    {"MistypedKey",
     16,
     "domain = \"contoso.com\"\nuage_location = \"DE\"",
     "17:1 UPL-1002",
     "\"usage_location\""},
    {"FarFromAnyKey", 6, "xyzzyxyzzy = 1", "6:1 UPL-1002", "one of"},
    {"UnknownTable", 24, "[tennant.x]", "24:2 UPL-1002", "\"tenant\""},
    {"UnknownKeyInBraces",
     5,
     "password = { credentail = \"x\" }",
     "5:12 UPL-1004\n5:14 UPL-1002",
     "\"credential\""},
    {"UnknownKeyInAllow", 17, "allow = { colums = [] }", "17:11 UPL-1002", "\"columns\""},
    {"NoDisplayName", 17, "attributes = { displayName = \"\" }", "17:30 UPL-1004"},
    {"UnknownProperty", 17, "attributes = { jobTitel = \"{title}\" }", "17:16 UPL-1002", "\"jobTitle\""},
    {"TableWithoutName", 24, "[tenant]\nfoo = 1", "25:1 UPL-1003", "[tenant.NAME]"},
    {"KeyInStrangeLetters", 6, "\"u\\u001b[31m\" = 1", "6:1 UPL-1002"},
    {"NameNotPossible", 24, "[profile.\"../etc\"]", "24:10 UPL-1004"},
    {"MissingUris", 2, "", "1:1 UPL-1005", "directory.corp.uris"},
    {"MissingBase", 3, "", "1:1 UPL-1005", "directory.corp.base_dn"},
    {"MissingBindDn", 4, "", "1:1 UPL-1005", "bind_dn"},
    {"MissingPassword", 5, "", "1:1 UPL-1005", "password"},
    {"MissingTenantId", 8, "", "7:1 UPL-1005", "tenant.contoso.id"},
    {"MissingClientId", 9, "", "7:1 UPL-1005"},
    {"MissingKeyOfCertificate", 11, "", "7:1 UPL-1005", "private_key"},
    {"MissingCertificateOfKey", 10, "", "7:1 UPL-1005", "certificate"},
    {"MissingDomain", 16, "", "13:1 UPL-1005"},
    {"MissingSealingKey", 19, "", "18:1 UPL-1005", "sealing_key"},
};
const FaultCase types[] = {
    {"NumberForText", 16, "domain = 5", "16:10 UPL-1003", "a text"},
    {"TextForList", 2, "uris = \"ldaps://dc1\"", "2:8 UPL-1003", "a list of texts"},
    {"NumberInList", 2, "uris = [1]", "2:9 UPL-1003"},
    {"TextForFlag", 17, "force_change = \"yes\"", "17:16 UPL-1003", "true or false"},
    {"DateForText", 16, "domain = 2026-12-01", "16:10 UPL-1003", "a date"},
    {"FractionForNumber", 20, "approval_above = 1.5", "20:18 UPL-1003"},
    {"TextForTable", 17, "allow = \"all\"", "17:9 UPL-1003"},
    {"TextsForLicences", 17, "licenses = [\"SPE_E3\"]", "17:13 UPL-1003"},
    {"BareDuration", 20, "retention = 400", "20:13 UPL-1003", "\"400d\""},
    {"BareSize", 20, "max_file = 268435456", "20:12 UPL-1003", "MiB"},
    {"EmptyText", 16, "domain = \"\"", "16:10 UPL-1004", "empty"},
    {"ControlCharacter", 16, "domain = \"con\\u001btoso.com\"", "16:10 UPL-1004", "unseen"},
    {"Bidi", 17, "groups = [\"a\\u202eb\"]", "17:11 UPL-1004", "unseen"},
};
const FaultCase secrets[] = {
    {"PasswordAsText", 5, "password = \"hunter2hunter2\"", "5:12 UPL-1006", "credential"},
    {"KeyAsText", 11, "private_key = \"-----BEGIN PRIVATE KEY-----\"", "11:15 UPL-1006"},
    {"SealingKeyAsText", 19, "sealing_key = \"0123456789abcdef0123456789abcdef\"", "19:15 UPL-1006"},
    {"TypedPasswordAsText", 17, "password = { mode = \"typed\", value = \"Autumn-26\" }", "17:38 UPL-1006"},
    {"CertificateAsText", 10, "certificate = \"/etc/uplift/app.pem\"", "10:15 UPL-1003", "{ file = "},
    {"BothPlaces", 5, "password = { credential = \"a\", file = \"/b\" }", "5:12 UPL-1004"},
    {"NoPlace", 5, "password = { }", "5:12 UPL-1004"},
    {"RelativeFile", 5, "password = { file = \"secret\" }", "5:21 UPL-1004", "absolute"},
    {"UpwardFile", 5, "password = { file = \"/etc/../root/x\" }", "5:21 UPL-1004"},
    {"CredentialWithSlash", 5, "password = { credential = \"../x\" }", "5:27 UPL-1004"},
    {"TypedValueOfRandom", 17, "password = { value = { file = \"/x\" } }", "17:22 UPL-1004", "typed"},
};
const FaultCase directories[] = {
    {"UriOfOtherTls", 2, "uris = [\"ldaps://a.b\", \"ldap://dc1\"]", "2:24 UPL-1004", "starttls"},
    {"StartTlsWithLdaps", 6, "tls = \"starttls\"", "2:9 UPL-1004"},
    {"PlainBeyondLoopback", 2, "uris = [\"ldap://dc1\"]\ntls = \"none\"", "2:9 UPL-1004", "loopback"},
    {"PlainToNameLikeLoopback",
     2,
     "uris = [\"ldap://127.0.0.evil\"]\ntls = \"none\"",
     "2:9 UPL-1004",
     "loopback"},
    {"PlainToFiveNumbers", 2, "uris = [\"ldap://127.0.0.1.5\"]\ntls = \"none\"", "2:9 UPL-1004", "loopback"},
    {"UriWithBase", 2, "uris = [\"ldaps://dc1/DC=x\"]", "2:9 UPL-1004"},
    {"UriWithBadPort", 2, "uris = [\"ldaps://dc1:99999\"]", "2:9 UPL-1004"},
    {"UriTwice", 2, "uris = [\"ldaps://dc1\", \"ldaps://dc1\"]", "2:24 UPL-1004", "twice"},
    {"NoUri", 2, "uris = []", "2:8 UPL-1004"},
    {"BaseIsNoDn", 3, "base_dn = \"corp.example.com\"", "3:11 UPL-1004", "DC="},
    {"BindDnIsNeither", 4, "bind_dn = \"svc-uplift\"", "4:11 UPL-1004"},
    {"TlsWord", 6, "tls = \"ldap\"", "6:7 UPL-1004", "\"ldaps\""},
    {"Filter", 6, "exclude = \"(department=Vendors\"", "6:11 UPL-1004", "closing bracket"},
    {"FilterBare", 6, "exclude = \"department=Vendors\"", "6:11 UPL-1004", "opening bracket"},
    {"FilterEscape", 6, "exclude = \"(cn=a\\\\zz)\"", "6:11 UPL-1004", "hex digits"},
    {"Netbios", 6, "netbios = \"CORP\\\\X\"", "6:11 UPL-1004"},
    {"GssapiWithoutKeytab", 6, "bind = \"gssapi\"\nprincipal = \"a@B\"", "1:1 UPL-1005", "keytab"},
    {"GssapiWithoutPrincipal", 6, "bind = \"gssapi\"\nkeytab = \"/x\"", "1:1 UPL-1005", "principal"},
    {"PrincipalWithoutRealm", 6, "principal = \"svc-uplift\"", "6:13 UPL-1004", "realm"},
    {"DiscoverBesideUris", 6, "discover = \"corp.example.com\"", "2:8 UPL-1004", "Keep one"},
    {"DiscoverNoDomain", 2, "discover = \"ldaps://corp\"", "2:12 UPL-1004", "DNS name"},
    {"DiscoverInTheClear", 2, "discover = \"corp.example.com\"\ntls = \"none\"", "3:7 UPL-1004", "clear"},
    {"SiteWithDots", 2, "discover = \"corp.example.com\"\nsite = \"a.b\"", "3:8 UPL-1004", "Sites"},
    {"AnchorWord", 6, "anchor = \"objectGuid\"", "6:10 UPL-1004", "\"objectGUID\""},
};
const FaultCase tenants[] = {
    {"IdIsCommon", 8, "id = \"common\"", "8:6 UPL-1004"},
    {"ClientIdIsNoGuid", 9, "client_id = \"uplift\"", "9:13 UPL-1004"},
    {"BothSignIns", 12, "client_secret = { file = \"/x\" }", "12:17 UPL-1004", "one way"},
    {"PlainEndpoint", 12, "endpoints = { graph = \"http://localhost\" }", "12:23 UPL-1004", "TLS"},
    {"EndpointWithUser", 12, "endpoints = { graph = \"https://a@b.c\" }", "12:23 UPL-1004"},
    {"EndpointMistyped", 12, "endpoints = { grpah = \"https://b.c\" }", "12:15 UPL-1002", "\"graph\""},
    {"CloudWord", 12, "cloud = \"globl\"", "12:9 UPL-1004", "\"global\""},
    {"ProxyShape", 12, "proxy = \"proxy:3128\"", "12:9 UPL-1004", "http://proxy"},
    {"ProxyOverTls", 12, "proxy = \"https://proxy:3128\"", "12:9 UPL-1004"},
    {"ProxyWithoutPort", 12, "proxy = \"http://proxy\"", "12:9 UPL-1004"},
    {"ProxyWithPath", 12, "proxy = \"http://proxy:3128/pac\"", "12:9 UPL-1004"},
    {"ProxyWithSignIn", 12, "proxy = \"http://me:s3cret@proxy:3128\"", "12:9 UPL-1004", "no proxy: let"},
    {"QuietTooLong", 12, "unknown_quiet = \"2h\"", "12:17 UPL-1004", "1s to 1h"},
    {"NoWrites", 12, "writes_per_second = 0", "12:21 UPL-1004"},
    {"NanWrites", 12, "writes_per_second = nan", "12:21 UPL-1004"},
    {"AC50_WildcardPermission", 12, "tolerate_permissions = [\"Directory.*\"]", "12:25 UPL-1004", "wildcard"},
    {"SameTenantTwice",
     12,
     "[tenant.other]\nid = \"Contoso.onmicrosoft.com\"\nclient_id = "
     "\"11111111-2222-3333-4444-555555555555\"\n"
     "client_secret = { file = \"/x\" }",
     "13:6 UPL-1004",
     "two accounts"},
};
const FaultCase profiles[] = {
    {"NoSuchDirectory", 14, "directory = \"crop\"", "14:13 UPL-1009", "\"corp\""},
    {"NoSuchTenant", 15, "tenant = \"fabrikam\"", "15:10 UPL-1009"},
    {"NoSuchDefaultProfile", 20, "default_profile = \"stuff\"", "20:19 UPL-1009", "\"staff\""},
    {"DomainShape", 16, "domain = \"contoso\"", "16:10 UPL-1004"},
    {"DomainTooLong", 16, "domain = \"" + std::string(45, 'a') + ".com\"", "16:10 UPL-1004", "48"},
    {"UpnTemplate", 17, "upn = \"{mail|lower}}@{domain}\"", "17:7 UPL-1318", "character 13"},
    {"UpnWithoutAttribute", 17, "upn = \"staff@{domain}\"", "17:7 UPL-1004", "everybody"},
    {"LocationIsNoCountry", 17, "usage_location = \"Germany\"", "17:18 UPL-1004"},
    {"LocationUk", 17, "usage_location = \"UK\"", "17:18 UPL-1004", "\"GB\""},
    {"LocationTemplate", 17, "usage_location = \"{c\"", "17:18 UPL-1318"},
    {"PasswordTooShort", 17, "password = { length = 11 }", "17:23 UPL-1004", "12 to 256"},
    {"PasswordClasses", 17, "password = { classes = 2 }", "17:24 UPL-1004"},
    {"PasswordExcludesAll",
     17,
     "password = { exclude = \"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\" }",
     "17:24 UPL-1004"},
    {"PasswordMode", 17, "password = { mode = \"fixed\" }", "17:21 UPL-1004", "random, typed"},
    {"LicenceWithoutSku", 17, "licenses = [{ disabled_plans = [] }]", "17:13 UPL-1005"},
    {"LicenceTwice",
     17,
     "licenses = [{ sku = \"SPE_E3\" }, { sku = \"spe_e3\" }]",
     "17:41 UPL-1004",
     "twice"},
    {"PlansBothWays",
     17,
     "licenses = [{ sku = \"A\", disabled_plans = [\"B\"], enabled_plans = [\"C\"] }]",
     "17:66 UPL-1004"},
    {"GroupTwice", 17, "groups = [\"a\", \"a\"]", "17:16 UPL-1004"},
    {"SeatsWord", 17, "seats = \"create_unlicensed\"", "17:9 UPL-1004", "create-unlicensed"},
    {"DisabledWord", 17, "disabled_accounts = \"skipp\"", "17:21 UPL-1004", "\"skip\""},
    {"AllowColumn", 17, "allow = { columns = [\"licences\"] }", "17:22 UPL-1004", "\"licenses\""},
    {"AllowPasswordColumn", 17, "allow = { columns = [\"password\"] }", "17:22 UPL-1004"},
    {"AC50_AllowWildcard", 17, "allow = { groups = [\"*\"] }", "17:21 UPL-1004"},
    {"AllowDomain", 17, "allow = { domains = [\"contoso\"] }", "17:22 UPL-1004"},
    {"AllowOu", 17, "allow = { ous = [\"IT Department\"] }", "17:18 UPL-1004"},
    {"AllowOuElsewhere", 17, "allow = { ous = [\"OU=x,DC=other,DC=com\"] }", "17:17 UPL-1004", "base_dn"},
    {"AliasTemplate", 17, "aliases = [\"{mail\"]", "17:12 UPL-1318"},
    {"AliasWithoutAt", 17, "aliases = [\"{mail|local_part}\"]", "17:12 UPL-1004"},
    {"HoldWithoutWord", 17, "litigation_hold = { duration_days = 5 }", "17:19 UPL-1005"},
    {"HoldOfNoDays", 17, "litigation_hold = { enabled = true, duration_days = 0 }", "17:53 UPL-1004"},
    {"AttributeTemplate", 17, "attributes = { jobTitle = \"{title\" }", "17:27 UPL-1318"},
};
const FaultCase services[] = {
    {"RelativeStateDir", 20, "state_dir = \"uplift\"", "20:13 UPL-1004"},
    {"LongSocket", 20, "socket = \"/" + std::string(107, 'x') + "\"", "20:10 UPL-1004", "107"},
    {"NegativeApproval", 20, "approval_above = -1", "20:18 UPL-1004"},
    {"ApprovalWord", 20, "approval_by = \"others\"", "20:15 UPL-1004", "\"other\""},
    {"NoCreates", 20, "creates_per_day = 0", "20:19 UPL-1004"},
    {"SizeWithoutUnit", 20, "max_file = \"256\"", "20:12 UPL-1004", "MiB"},
    {"SizeInDecimal", 20, "max_file = \"256MB\"", "20:12 UPL-1004"},
    {"SizeTooSmall", 20, "max_file = \"1B\"", "20:12 UPL-1004"},
    {"SizeOverflow", 20, "max_file = \"99999999999999999999GiB\"", "20:12 UPL-1004"},
    {"DurationWithoutUnit", 20, "retention = \"400\"", "20:13 UPL-1004"},
    {"DurationTooShort", 20, "retention = \"1h\"", "20:13 UPL-1004"},
    {"PollOfOne", 20, "mailbox_poll = [\"1m\"]", "20:16 UPL-1004"},
    {"PollBackwards", 20, "mailbox_poll = [\"15m\", \"1m\"]", "20:16 UPL-1004"},
    {"PollWithoutUnit", 20, "mailbox_poll = [\"1m\", \"15\"]", "20:23 UPL-1004"},
    {"TimeoutBeforeOverdue", 20, "mailbox_timeout = \"2h\"", "20:19 UPL-1004"},
    {"EncryptForNobody", 22, "mode = \"encrypt\"", "22:8 UPL-1004", "recipients"},
    {"EncryptForAnEmptyList", 22, "mode = \"encrypt\"\nrecipients = []", "22:8 UPL-1004", "recipients"},
    {"RecipientNameTwice",
     22,
     "recipients = [\"/etc/a/desk.pem\", \"/etc/b/Desk.crt\"]",
     "22:34 UPL-1004",
     "Rename one"},
    {"RecipientNameOfAFurtherFile", 22, "recipients = [\"/etc/a/desk-2.pem\"]", "22:15 UPL-1004", "number"},
    {"RecipientNameWithASpace", 22, "recipients = [\"/etc/a/the desk.pem\"]", "22:15 UPL-1004", "Rename"},
    {"RecipientNameHidden", 22, "recipients = [\"/etc/a/.pem\"]", "22:15 UPL-1004", "Rename"},
    {"HandoverWord", 22, "mode = \"mail\"", "22:8 UPL-1004"},
    {"RecipientPath", 22, "recipients = [\"helpdesk.pem\"]", "22:15 UPL-1004"},
    {"MailAddress", 24, "mail_to = [\"ops\"]", "24:12 UPL-1004"},
    {"PlainWebhook", 24, "webhook = \"http://hooks.example.com\"", "24:11 UPL-1004"},
    {"WebhookKeyAsText", 24, "webhook_key = \"abc\"", "24:15 UPL-1006"},
    {"Event", 24, "events = [\"job_ends\"]", "24:11 UPL-1004", "\"job_end\""},
};

std::string name_of(const testing::TestParamInfo<FaultCase>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Syntax, FaultCorpus, testing::ValuesIn(syntax), name_of);
INSTANTIATE_TEST_SUITE_P(Keys, FaultCorpus, testing::ValuesIn(keys), name_of);
INSTANTIATE_TEST_SUITE_P(Types, FaultCorpus, testing::ValuesIn(types), name_of);
INSTANTIATE_TEST_SUITE_P(Secrets, FaultCorpus, testing::ValuesIn(secrets), name_of);
INSTANTIATE_TEST_SUITE_P(Directories, FaultCorpus, testing::ValuesIn(directories), name_of);
INSTANTIATE_TEST_SUITE_P(Tenants, FaultCorpus, testing::ValuesIn(tenants), name_of);
INSTANTIATE_TEST_SUITE_P(Profiles, FaultCorpus, testing::ValuesIn(profiles), name_of);
INSTANTIATE_TEST_SUITE_P(Services, FaultCorpus, testing::ValuesIn(services), name_of);

TEST(FaultCorpus, SecretInTheFileIsNeverQuoted) {
    const auto outcome = interpret_one(with_line(5, "password = \"hunter2hunter2\""));

    EXPECT_EQ(lines_of(outcome.faults).find("hunter2"), std::string::npos);
}

// A missing bracket in a line with a secret must not show the line either.
TEST(FaultCorpus, SecretInABrokenLineIsNeverQuoted) {
    const auto outcome = interpret_one(with_line(5, "password = \"hunter2hunter2"));

    ASSERT_FALSE(outcome.faults.empty());
    EXPECT_EQ(lines_of(outcome.faults).find("hunter2"), std::string::npos) << lines_of(outcome.faults);
}

TEST(FaultCorpus, SecretOfDigitsWithoutQuotationMarksIsNeverQuoted) {
    const auto outcome = interpret_one(with_line(5, "password = 31415926535897932384626433"));

    ASSERT_FALSE(outcome.faults.empty());
    EXPECT_EQ(lines_of(outcome.faults).find("31415"), std::string::npos) << lines_of(outcome.faults);
}

TEST(FaultCorpus, PasswordInAUrlIsNeverQuoted) {
    for (const auto* line :
         {"proxy = \"http://me:s3cret@proxy:3128\"", "endpoints = { graph = \"https://me:s3cret@graph\" }"}) {
        const auto outcome = interpret_one(with_line(12, line));

        EXPECT_FALSE(outcome.config);
        EXPECT_EQ(lines_of(outcome.faults).find("s3cret"), std::string::npos) << lines_of(outcome.faults);
    }
}

}  // namespace
}  // namespace uplift::config
