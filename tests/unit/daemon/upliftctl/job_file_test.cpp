#include "daemon/upliftctl/job_file.hpp"

#include <gtest/gtest.h>

#include "core/json/json.hpp"

namespace uplift::upliftctl {
namespace {

struct IdentityCase {
    std::string_view given;
    IdentityKind kind;
    std::string_view value;
};
const IdentityCase identity_cases[] = {
    {"068692C4-5F55-4775-BFD1-A5E20A2B6282",
     IdentityKind::objectGUID,
     "068692C4-5F55-4775-BFD1-A5E20A2B6282"},
    {"{068692c4-5f55-4775-bfd1-a5e20a2b6282}",
     IdentityKind::objectGUID,
     "{068692c4-5f55-4775-bfd1-a5e20a2b6282}"},
    {"CN=Doe\\, Jane,DC=corp", IdentityKind::distinguishedName, "CN=Doe\\, Jane,DC=corp"},
    {"CN=a@b,DC=corp", IdentityKind::distinguishedName, "CN=a@b,DC=corp"},
    {"jdoe@corp.example.com", IdentityKind::userPrincipalName, "jdoe@corp.example.com"},
    {"CORP\\jdoe", IdentityKind::sAMAccountName, "CORP\\jdoe"},
    {" jdoe ", IdentityKind::sAMAccountName, "jdoe"},
    // Said outright, in any letter case.
    {"samaccountname=a@b", IdentityKind::sAMAccountName, "a@b"},
    {"sAMAccountName=deadbeefdeadbeefdeadbeefdeadbeef",
     IdentityKind::sAMAccountName,
     "deadbeefdeadbeefdeadbeefdeadbeef"},
    {"userPrincipalName = x=y@corp", IdentityKind::userPrincipalName, "x=y@corp"},
};

TEST(IdentityNamed, TheKindIsSeenByItsLookOrSaidOutright) {
    for (const auto& given : identity_cases) {
        const auto identity = identity_named(given.given);
        ASSERT_TRUE(identity) << given.given;
        EXPECT_EQ(identity->kind, given.kind) << given.given;
        EXPECT_EQ(identity->value, given.value) << given.given;
    }
}

TEST(IdentityNamed, NobodyIsAFault) {
    for (const char* const given : {"", "  ", "sAMAccountName=", "j\xfc"}) {
        const auto identity = identity_named(given);
        ASSERT_FALSE(identity) << given;
        EXPECT_EQ(identity.error().code, FaultCode::usage);
        EXPECT_FALSE(identity.error().cure.empty());
    }
}

// JSON written with ' for ", so that it can be read.
std::string with_quotes(std::string json) {
    for (auto& letter : json)
        if (letter == '\'') letter = '"';
    return json;
}

TEST(JobFile, HasWhatWasSaidAndNothingElse) {
    const JobWish wish{.users = {"jdoe", "ab@corp"},
                       .selection = {.ous = {"OU=IT,DC=corp"}, .exclude_ous = {}, .filter = "(c=DE)"},
                       .profile = "staff",
                       .label = "",
                       .run_at = TimePoint{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}}};

    const std::string everything =
        "{'profile':'staff','select':{'ou':['OU=IT,DC=corp'],'filter':'(c=DE)'},"
        "'users':[{'sAMAccountName':'jdoe'},{'userPrincipalName':'ab@corp'}],"
        "'run_at':'2026-12-01T00:00:00Z'}\n";
    EXPECT_EQ(job_file_of(wish).value(), with_quotes(everything));
    EXPECT_EQ(job_file_of({.users = {"jdoe"}}).value(),
              with_quotes("{'users':[{'sAMAccountName':'jdoe'}]}\n"));
    EXPECT_FALSE(job_file_of({.users = {"jdoe", ""}}));
}

}  // namespace
}  // namespace uplift::upliftctl
