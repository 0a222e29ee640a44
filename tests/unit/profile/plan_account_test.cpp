#include "core/profile/plan_account.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/profile/people.hpp"

namespace uplift::profile {
namespace {

const Anchor anchor{a_person().object_guid};

std::string outcome(const Result<PlannedAccount>& plan, const std::string& good) {
    return plan ? good : to_string(plan.error().code);
}

TEST(PlanAccount, OfAnOrdinaryPerson) {
    const auto plan = plan_account(a_profile(), {}, a_person(), anchor);

    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->user_principal_name, "jdoe@contoso.com");
    EXPECT_EQ(plan->mail_nickname, "jdoe");
    EXPECT_EQ(plan->display_name, "Jane Doe");
    EXPECT_EQ(plan->usage_location, "DE");
    EXPECT_TRUE(plan->account_enabled);
    EXPECT_TRUE(plan->force_change);
    EXPECT_EQ(plan->anchor.text(), "xJKGBlVfdUe/0aXiCitigg==");
    EXPECT_EQ(plan->licenses, a_profile().licenses);
    EXPECT_EQ(plan->groups, a_profile().groups);
}

struct PlanCase {
    const char* name;
    Attributes different;
    const char* expected;  // value, or UPL-nnnn
};
std::string name_of(const testing::TestParamInfo<PlanCase>& info) { return info.param.name; }

class PlannedUpn : public testing::TestWithParam<PlanCase> {};
TEST_P(PlannedUpn, IsPossibleOrAFault) {
    const auto plan = plan_account(a_profile(), {}, a_person(GetParam().different), anchor);

    EXPECT_EQ(outcome(plan, plan ? plan->user_principal_name : ""), GetParam().expected);
}
const std::string long_local(64, 'a'), too_long_local(65, 'a');
const PlanCase upns[] = {
    {"Plain", {}, "jdoe@contoso.com"},
    {"EverySign", {{"userPrincipalName", {"o'brien.x-y_z!#^~@corp"}}}, "o'brien.x-y_z!#^~@contoso.com"},
    {"NoneInAd", {{"userPrincipalName", {}}}, "jdoe@contoso.com"},
    {"NeitherNameInAd", {{"userPrincipalName", {}}, {"sAMAccountName", {}}}, "UPL-1301"},
    {"Accent", {{"userPrincipalName", {"jörg@corp"}}}, "UPL-1302"},
    {"Blank", {{"userPrincipalName", {"jane doe@corp"}}}, "UPL-1302"},
    {"LeadingBlank", {{"userPrincipalName", {" jdoe@corp"}}}, "UPL-1302"},
    {"LineEnd", {{"userPrincipalName", {"jdoe\n@corp"}}}, "UPL-1302"},
    {"Slash", {{"userPrincipalName", {"j/doe@corp"}}}, "UPL-1302"},
    {"TwoAts", {{"userPrincipalName", {"j@doe@corp"}}}, "UPL-1302"},
    {"NothingBeforeAt", {{"userPrincipalName", {"@corp"}}}, "UPL-1301"},
    {"DotBeforeAt", {{"userPrincipalName", {"jdoe.@corp"}}}, "UPL-1302"},
    {"TooLong", {{"userPrincipalName", {too_long_local + "@corp"}}}, "UPL-1302"},
};
INSTANTIATE_TEST_SUITE_P(All, PlannedUpn, testing::ValuesIn(upns), name_of);

TEST(PlanAccount, LocalPartOf64CharactersFits) {
    const auto plan =
        plan_account(a_profile(),
                     {},
                     a_person({{"userPrincipalName", {long_local + "@corp"}}, {"mailNickname", {"j"}}}),
                     anchor);

    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->user_principal_name, long_local + "@contoso.com");
}

TEST(PlanAccount, AccountNameStandsInForTheWholeUpnToo) {
    auto profile = a_profile();
    profile.upn = "{userPrincipalName}";

    const auto plan = plan_account(profile, {}, a_person({{"userPrincipalName", {}}}), anchor);

    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->user_principal_name, "jdoe@contoso.com");
}

TEST(PlanAccount, AnotherAttributeOfTheTemplateGoesBeforeTheAccountName) {
    auto profile = a_profile();
    profile.upn = "{userPrincipalName|mail|local_part}@{domain}";

    const auto plan =
        plan_account(profile, {}, a_person({{"userPrincipalName", {}}, {"mail", {"jane@corp"}}}), anchor);

    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->user_principal_name, "jane@contoso.com");
}

TEST(PlanAccount, DomainFromAdIsBoundedByTheProfile) {
    auto profile = a_profile();
    profile.upn = "{userPrincipalName}";
    profile.allow.domains = {"fabrikam.com"};

    const auto allowed =
        plan_account(profile, {}, a_person({{"userPrincipalName", {"jane@Fabrikam.com"}}}), anchor);
    const auto foreign =
        plan_account(profile, {}, a_person({{"userPrincipalName", {"jane@evil.example"}}}), anchor);

    EXPECT_TRUE(allowed);
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code, FaultCode::upn_invalid);
}

TEST(PlanAccount, RowsOwnDomainAndUpnAreBoundedByTheProfile) {
    auto profile = a_profile();
    profile.allow.domains = {"fabrikam.com"};
    Overrides other_domain, other_upn, foreign;
    other_domain.domain = "fabrikam.com";
    other_upn.upn = "jane.d@contoso.com";
    foreign.domain = "evil.example";

    const auto moved = plan_account(profile, other_domain, a_person(), anchor);
    const auto renamed = plan_account(profile, other_upn, a_person(), anchor);
    const auto refused = plan_account(profile, foreign, a_person(), anchor);

    EXPECT_EQ(outcome(moved, moved ? moved->user_principal_name : ""), "jdoe@fabrikam.com");
    EXPECT_EQ(outcome(renamed, renamed ? renamed->user_principal_name : ""), "jane.d@contoso.com");
    EXPECT_EQ(outcome(refused, "planned"), "UPL-1302");
}

TEST(PlanAccount, RowsOwnUpnThatDoesNotParseIsAFaultOfThatPerson) {
    Overrides overrides;
    overrides.upn = "{mail@contoso.com";

    const auto plan = plan_account(a_profile(), overrides, a_person(), anchor);

    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, FaultCode::template_syntax);
    EXPECT_EQ(plan.error().where, a_person().distinguished_name);
}

class PlannedNickname : public testing::TestWithParam<PlanCase> {};
TEST_P(PlannedNickname, IsPlainOrAFault) {
    const auto plan = plan_account(a_profile(), {}, a_person(GetParam().different), anchor);

    EXPECT_EQ(outcome(plan, plan ? plan->mail_nickname : ""), GetParam().expected);
}
const PlanCase nicknames[] = {
    {"OfUpn", {}, "jdoe"},
    {"OfAd", {{"mailNickname", {"jane.doe"}}}, "jane.doe"},
    {"BlankInAd", {{"mailNickname", {"  "}}}, "jdoe"},
    {"Stripped", {{"mailNickname", {" jane (doe), <x>@:;[\"\\] "}}}, "janedoex"},
    {"NothingLeft", {{"mailNickname", {"@@ ()"}}}, "UPL-1303"},
    {"Accent", {{"mailNickname", {"jörg"}}}, "UPL-1303"},
    {"OtherScript", {{"mailNickname", {"王"}}}, "UPL-1303"},
    {"Control", {{"mailNickname", {"jane\x1b[31m"}}}, "UPL-1303"},
    {"SixtyFour",
     {{"mailNickname", {std::string(64, 'n')}}},
     "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"},
    {"TooLong", {{"mailNickname", {std::string(65, 'n')}}}, "UPL-1303"},
};
INSTANTIATE_TEST_SUITE_P(All, PlannedNickname, testing::ValuesIn(nicknames), name_of);

class PlannedDisplayName : public testing::TestWithParam<PlanCase> {};
TEST_P(PlannedDisplayName, IsPossibleOrAFault) {
    const auto plan = plan_account(a_profile(), {}, a_person(GetParam().different), anchor);

    EXPECT_EQ(outcome(plan, plan ? plan->display_name : ""), GetParam().expected);
}
std::string many(const char* letter, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += letter;
    return text;
}
const std::string emojis = many("😀", 128);
const PlanCase display_names[] = {
    {"OfAd", {}, "Jane Doe"},
    {"Trimmed", {{"displayName", {"  Zoë Żak "}}}, "Zoë Żak"},
    {"OfCn", {{"displayName", {}}}, "Doe, Jane"},
    {"Neither", {{"displayName", {}}, {"cn", {}}}, "UPL-1306"},
    {"LineEnd", {{"displayName", {"Jane\nDoe"}}}, "UPL-1306"},
    {"Escape", {{"displayName", {"Jane\x1b[31m"}}}, "UPL-1306"},
    {"C1Control", {{"displayName", {"Jane\xC2\x9B"}}}, "UPL-1306"},
    {"AC20_Bidi", {{"displayName", {"Jane \xE2\x80\xAE eoD"}}}, "UPL-1306"},
    {"NotUtf8", {{"displayName", {"J\xF6rg"}}}, "UPL-1306"},
    {"CountedInUtf16", {{"displayName", {emojis}}}, emojis.c_str()},
    {"TooLongInUtf16", {{"displayName", {emojis + "x"}}}, "UPL-1306"},
    {"TooLong", {{"displayName", {std::string(257, 'x')}}}, "UPL-1306"},
};
INSTANTIATE_TEST_SUITE_P(All, PlannedDisplayName, testing::ValuesIn(display_names), name_of);

class PlannedLocation : public testing::TestWithParam<PlanCase> {};
TEST_P(PlannedLocation, IsACountryOrAFault) {
    const auto plan = plan_account(a_profile(), {}, a_person(GetParam().different), anchor);

    EXPECT_EQ(outcome(plan, plan ? plan->usage_location : ""), GetParam().expected);
}
const PlanCase locations[] = {
    {"OfC", {}, "DE"},
    {"ExchangeFirst", {{"msExchUsageLocation", {"PL"}}}, "PL"},
    {"LowerCase", {{"c", {"gb"}}}, "GB"},
    {"None", {{"c", {}}}, "UPL-1304"},
    {"Uk", {{"c", {"UK"}}}, "UPL-1305"},
    {"Name", {{"c", {"Germany"}}}, "UPL-1305"},
    {"NoCountry", {{"c", {"XX"}}}, "UPL-1305"},
};
INSTANTIATE_TEST_SUITE_P(All, PlannedLocation, testing::ValuesIn(locations), name_of);

TEST(PlanAccount, UkHasItsOwnCure) {
    const auto plan = plan_account(a_profile(), {}, a_person({{"c", {"uk"}}}), anchor);

    ASSERT_FALSE(plan);
    EXPECT_NE(plan.error().cure.find("GB"), std::string::npos);
}

TEST(PlanAccount, WithoutLicencesNeedsNoUsageLocation) {
    Overrides none;
    none.licenses.emplace();

    const auto plan = plan_account(a_profile(), none, a_person({{"c", {}}}), anchor);

    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->usage_location, "");
    EXPECT_TRUE(plan->licenses.empty());
}

TEST(PlanAccount, RowsLicencesKeepThePlansOfTheProfilesWish) {
    Overrides overrides;
    overrides.licenses = {"spe_e3", "SPE_E5"};
    overrides.groups.emplace();
    overrides.usage_location = "IS";

    const auto plan = plan_account(a_profile(), overrides, a_person(), anchor);

    ASSERT_TRUE(plan);
    ASSERT_EQ(plan->licenses.size(), 2u);
    EXPECT_EQ(plan->licenses[0], a_profile().licenses[0]);
    EXPECT_EQ(plan->licenses[1].sku, "SPE_E5");
    EXPECT_TRUE(plan->licenses[1].disabled_plans.empty());
    EXPECT_TRUE(plan->groups.empty());
    EXPECT_EQ(plan->usage_location, "IS");
}

TEST(PlanAccount, DisabledPersonGetsADisabledAccount) {
    const auto plan = plan_account(a_profile(), {}, a_person({{"userAccountControl", {"66050"}}}), anchor);

    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->account_enabled);
}

TEST(PlanAccount, ForceChangeIsTheProfiles) {
    auto profile = a_profile();
    profile.force_change = false;

    const auto plan = plan_account(profile, {}, a_person(), anchor);

    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->force_change);
}

TEST(PlanAccount, AC20_FaultNeverPassesOnAControlCharacter) {
    const auto plan =
        plan_account(a_profile(), {}, a_person({{"userPrincipalName", {"j\x1b[31m\ndoe@corp"}}}), anchor);

    ASSERT_FALSE(plan);
    const auto line = to_line(plan.error());
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(plan.error().where, a_person().distinguished_name);
}

}  // namespace
}  // namespace uplift::profile
