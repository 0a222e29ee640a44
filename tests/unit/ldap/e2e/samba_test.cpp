// The adapter on a real Active Directory domain controller, with people whose names are hostile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "core/text/ldap.hpp"
#include "tests/unit/ldap/asking.hpp"
#include "tests/unit/ldap/e2e/servers.hpp"

namespace uplift::ldap::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Provisioned once: it takes seconds.
class SambaTest : public testing::Test {
 protected:
    static void SetUpTestSuite() {
        samba = new Samba;
        std::cout << run_command(std::string("'") + UPLIFT_SERVERS + "/samba-people.sh' " + samba->folder());
    }
    static void TearDownTestSuite() {
        delete samba;
        samba = nullptr;
    }
    // The rows of a list that samba-people.sh made: one column, all in quotation marks.
    static std::vector<std::string> column(const std::string& name) {
        std::ifstream file(samba->folder() + "/people/" + name + ".csv");
        std::vector<std::string> rows;
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::string value;
            for (std::size_t i = 1; i + 1 < line.size(); ++i) {
                value += line[i];
                if (line[i] == '"') ++i;
            }
            rows.push_back(std::move(value));
        }
        return rows;
    }
    static void expect_everybody_found(Asking& asking) {
        const auto guids = column("objectGUID");
        ASSERT_EQ(guids.size(), 200u);
        for (const auto kind : all_identity_kinds) {
            const auto values = column(std::string(word(kind)));
            ASSERT_EQ(values.size(), guids.size());
            for (std::size_t row = 0; row < values.size(); ++row) {
                const auto outcome = asking.find({kind, values[row]}, {"c"}, 10s);

                const auto* found = done_value(outcome);
                ASSERT_NE(found, nullptr) << values[row];
                ASSERT_EQ(found->size(), 1u) << values[row];
                EXPECT_EQ(to_string(found->front().person.object_guid), guids[row]) << values[row];
                EXPECT_EQ(found->front().person.first("c").size(), 2u) << values[row];
            }
        }
    }

    static Samba* samba;
};
Samba* SambaTest::samba = nullptr;

TEST_F(SambaTest, HostilePeopleAreFoundByEachIdentityOverLdaps) {
    Asking asking(samba->settings());

    expect_everybody_found(asking);
}

TEST_F(SambaTest, HostilePeopleAreFoundByEachIdentityOverStartTls) {
    auto settings = samba->settings();
    settings.tls = Tls::starttls;
    settings.uris = {samba->value("LDAP_URI")};
    Asking asking(std::move(settings));

    expect_everybody_found(asking);
}

TEST_F(SambaTest, SignInWithAUserPrincipalNameWorks) {
    auto settings = samba->settings();
    settings.bind_dn = "svc-uplift@corp.example.com";
    Asking asking(std::move(settings));

    const auto outcome = asking.probe(10s);

    ASSERT_NE(done_value(outcome), nullptr);
    EXPECT_THAT(samba->value("LDAPS_URI"), HasSubstr(done_value(outcome)->domain_controller));
}

// The tickets of an LdapDirectory are got with a keytab of the service account's.
class KerberosTest : public SambaTest {
 protected:
    static void SetUpTestSuite() {
        SambaTest::SetUpTestSuite();
        keytab = samba->folder() + "/svc-uplift.keytab";
        export_keytab("svc-uplift@CORP.EXAMPLE.COM", keytab);
        ::setenv("KRB5_CONFIG", samba->value("KRB5_CONFIG").c_str(), 1);
        // A careless environment: none of this is asked.
        ::setenv("KRB5CCNAME", "FILE:/nonexistent/cache", 1);
        ::setenv("KRB5_CLIENT_KTNAME", "FILE:/nonexistent/keytab", 1);
    }
    static void export_keytab(const std::string& principal, const std::string& file) {
        run_command("samba-tool domain exportkeytab '" + file + "' --principal='" + principal +
                    "' --configfile='" + samba->value("SMB_CONF") + "'");
    }
    static LdapSettings kerberos_settings() {
        auto settings = samba->settings();
        settings.bind = Bind::gssapi;
        settings.principal = "svc-uplift@CORP.EXAMPLE.COM";
        settings.keytab = keytab;
        settings.bind_dn.clear();
        settings.password = {};
        return settings;
    }
    static LdapSettings kerberos_settings_named(const std::string& name) {
        auto settings = kerberos_settings();
        settings.name = DirectoryName{name};
        return settings;
    }
    static std::string keytab;
};
std::string KerberosTest::keytab;

TEST_F(KerberosTest, KeytabSignsInOverLdaps) {
    Asking asking(kerberos_settings());

    expect_everybody_found(asking);
}

TEST_F(KerberosTest, KeytabSignsInOverStartTls) {
    auto settings = kerberos_settings();
    settings.tls = Tls::starttls;
    settings.uris = {samba->value("LDAP_URI")};
    Asking asking(std::move(settings));

    const auto outcome = asking.probe(10s);

    ASSERT_NE(done_value(outcome), nullptr);
    ASSERT_TRUE(done_value(outcome)->clock_skew);
    EXPECT_LE(std::abs(done_value(outcome)->clock_skew->count()), 5);
}

TEST_F(KerberosTest, KeytabWithAnotherKeyIsUnauthorizedInWords) {
    auto settings = kerberos_settings();
    settings.name = DirectoryName{"other"};  // tickets of its own
    settings.keytab = samba->folder() + "/wrong.keytab";
    run_command(
        "printf 'addent -password -p svc-uplift@CORP.EXAMPLE.COM -k 1 -e aes256-cts-hmac-sha1-96\\n"
        "wrong-password\\nwkt " +
        settings.keytab + "\\nquit\\n' | ktutil");
    Asking asking(std::move(settings));

    const auto outcome = asking.probe(10s);

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    EXPECT_THAT(std::get<Unauthorized>(outcome).what, HasSubstr("svc-uplift@CORP.EXAMPLE.COM"));
    EXPECT_THAT(std::get<Unauthorized>(outcome).cure, HasSubstr("keytab"));
    std::cout << std::get<Unauthorized>(outcome).what << "\n";
}

TEST_F(KerberosTest, MissingKeytabIsSaid) {
    auto settings = kerberos_settings();
    settings.name = DirectoryName{"missing"};
    settings.keytab = samba->folder() + "/none.keytab";
    Asking asking(std::move(settings));

    const auto outcome = asking.probe(10s);

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    EXPECT_THAT(std::get<Unauthorized>(outcome).what, HasSubstr("none.keytab"));
    std::cout << std::get<Unauthorized>(outcome).what << "\n";
}

TEST_F(KerberosTest, KeytabOfSomebodyElseIsSaid) {
    auto settings = kerberos_settings();
    settings.name = DirectoryName{"else"};
    settings.keytab = samba->folder() + "/administrator.keytab";
    export_keytab("Administrator@CORP.EXAMPLE.COM", settings.keytab);
    Asking asking(std::move(settings));

    const auto outcome = asking.probe(10s);

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    EXPECT_THAT(std::get<Unauthorized>(outcome).what, HasSubstr("no key of svc-uplift@CORP.EXAMPLE.COM"));
}

TEST_F(SambaTest, WrongPasswordIsSaidInWords) {
    auto settings = samba->settings();
    settings.password = Secret::copy_of("wrong");
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("person0000@contoso.com", 10s);

    ASSERT_TRUE(std::holds_alternative<Unauthorized>(outcome));
    EXPECT_THAT(std::get<Unauthorized>(outcome).what, HasSubstr("wrong password (data 52e)"));
}

TEST_F(SambaTest, SignInInClearTextIsRefusedByTheServer) {
    auto settings = samba->settings();
    settings.tls = Tls::none;
    settings.uris = {samba->value("LDAP_URI")};
    Asking asking(std::move(settings));

    const auto outcome = asking.find_upn("person0000@contoso.com", 10s);

    ASSERT_TRUE(std::holds_alternative<Refused>(outcome));
    EXPECT_THAT(std::get<Refused>(outcome).what, HasSubstr("strongerAuthRequired (8)"));
}

// T8: a search from the root of the domain ends with references to other partitions.
TEST_F(SambaTest, T8_SearchFromTheRootIsWholeAndExclusionIsAsked) {
    auto settings = samba->settings();
    settings.page_size = 2;
    settings.exclude = "(sAMAccountName=person000*)";
    Asking asking(std::move(settings));

    const auto person = asking.find({IdentityKind::sAMAccountName, "person0001"}, {}, 10s);
    const auto other = asking.find({IdentityKind::sAMAccountName, "person0011"}, {}, 10s);

    ASSERT_NE(done_value(person), nullptr);
    EXPECT_EQ(done_value(person)->at(0).scope, engine::Scope::excluded);
    ASSERT_NE(done_value(other), nullptr);
    EXPECT_EQ(done_value(other)->at(0).scope, engine::Scope::taken);
}

TEST_F(SambaTest, ValuesThatComeInRangesAreCompleted) {
    Asking asking(samba->settings());
    const std::string group = "CN=Administrators,CN=Builtin,DC=corp,DC=example,DC=com";

    const auto whole = asking.find({IdentityKind::distinguishedName, group}, {"member"}, 10s);
    const auto ranged = asking.find({IdentityKind::distinguishedName, group}, {"member;range=0-0"}, 10s);

    ASSERT_NE(done_value(whole), nullptr);
    ASSERT_NE(done_value(ranged), nullptr);
    EXPECT_GE(done_value(whole)->at(0).person.attributes.at("member").size(), 2u);
    EXPECT_THAT(done_value(ranged)->at(0).person.attributes.at("member"),
                testing::UnorderedElementsAreArray(done_value(whole)->at(0).person.attributes.at("member")));
}

TEST_F(SambaTest, DisabledAndProtectedPeopleAreFoundForTheCallerToJudge) {
    Asking asking(samba->settings());

    const auto disabled =
        asking.find({IdentityKind::sAMAccountName, "disabled0"}, {"userAccountControl"}, 10s);
    const auto guarded = asking.find({IdentityKind::sAMAccountName, "protected0"}, {"adminCount"}, 10s);

    ASSERT_NE(done_value(disabled), nullptr);
    EXPECT_NE(std::stoul(std::string(done_value(disabled)->at(0).person.first("userAccountControl"))) &
                  account_disabled_bit,
              0u);
    ASSERT_NE(done_value(guarded), nullptr);
    EXPECT_EQ(done_value(guarded)->at(0).person.first("adminCount"), "1");
}

}  // namespace
}  // namespace uplift::ldap::test
