#include "tests/sandbox/user_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

struct ValueCase {
    const char* name;
    TextProperty property;
    std::string value;
    bool fine;
};
void PrintTo(const ValueCase& row, std::ostream* out) { *out << row.name; }

class UserValue : public testing::TestWithParam<ValueCase> {};

TEST_P(UserValue, IsTakenOrRefusedAsTheServiceDoes) {
    const auto& row = GetParam();

    bool taken = true;
    try {
        check_text(row.property, row.value);
    } catch (const Refusal& refusal) {
        taken = false;
        EXPECT_EQ(refusal.status, 400);
        EXPECT_EQ(refusal.code, "Request_BadRequest");
    }

    EXPECT_EQ(taken, row.fine);
}

const auto upn = TextProperty::userPrincipalName;
const auto nickname = TextProperty::mailNickname;
const auto location = TextProperty::usageLocation;
const auto anchor = TextProperty::onPremisesImmutableId;
const ValueCase values[] = {
    {"Plain", upn, "kim.akers@contoso.com", true},
    {"EverySign", upn, "a'.-_!#^~b@contoso.com", true},
    {"Accent", upn, "j\xc3\xb6rg@contoso.com", false},
    {"Blank", upn, "kim akers@contoso.com", false},
    {"SecondAt", upn, "kim@x@contoso.com", false},
    {"DotBeforeAt", upn, "kim.@contoso.com", false},
    {"Plus", upn, "kim+a@contoso.com", false},
    {"NothingBeforeAt", upn, "@contoso.com", false},
    {"NoAt", upn, "contoso.com", false},
    {"SixtyFour", upn, std::string(64, 'a') + "@contoso.com", true},
    {"SixtyFive", upn, std::string(65, 'a') + "@contoso.com", false},
    {"FortyEightAfter", upn, "a@" + std::string(44, 'b') + ".com", true},
    {"FortyNineAfter", upn, "a@" + std::string(45, 'b') + ".com", false},
    {"NicknamePlain", nickname, "kim.akers", true},
    {"NicknameAt", nickname, "kim@akers", false},
    {"NicknameBlank", nickname, "kim akers", false},
    {"NicknameBracket", nickname, "kim(1)", false},
    {"NicknameAccent", nickname, "j\xc3\xb6rg", false},
    {"NicknameSixtyFour", nickname, std::string(64, 'a'), true},
    {"NicknameSixtyFive", nickname, std::string(65, 'a'), false},
    {"Germany", location, "DE", true},
    {"SmallLetters", location, "de", false},
    {"NoCountry", location, "XX", false},
    {"UnitedKingdomByCustom", location, "UK", false},
    {"ThreeLetters", location, "DEU", false},
    {"Base64", anchor, "xJKGBlVfdUe/0aXiCitigg==", true},
    {"PlusInAnchor", anchor, "xJKGBlVfdUe+0aXiCitigg==", true},
    {"Underscore", anchor, "xJKGBlVfdUe_0aXiCitigg==", false},
    {"Dollar", anchor, "$JKGBlVfdUe/0aXiCitigg==", false},
    {"DisplayName256", TextProperty::displayName, std::string(256, 'x'), true},
    {"DisplayName257", TextProperty::displayName, std::string(257, 'x'), false},
    {"EmojiCountTwo", TextProperty::employeeId, "\xf0\x9f\x98\x80" + std::string(14, 'x'), true},
    {"EmojiTooMany", TextProperty::employeeId, "\xf0\x9f\x98\x80" + std::string(15, 'x'), false},
    {"Empty", TextProperty::department, "", false},
    {"LineBreak", TextProperty::department, "a\nb", false},
    {"LineBreakInStreet", TextProperty::streetAddress, "a\r\nb", true},
    {"Department65", TextProperty::department, std::string(65, 'x'), false},
    {"Language", TextProperty::preferredLanguage, "de-DE", true},
    {"LanguageUnderscore", TextProperty::preferredLanguage, "de_DE", false},
    {"Policies", TextProperty::passwordPolicies, "DisablePasswordExpiration, DisableStrongPassword", true},
    {"UnknownPolicy", TextProperty::passwordPolicies, "Never", false},
};
INSTANTIATE_TEST_SUITE_P(Values, UserValue, testing::ValuesIn(values), [](const auto& info) {
    return std::string(info.param.name);
});

struct PasswordCase {
    const char* name;
    std::string password;
    bool fine;
};
void PrintTo(const PasswordCase& row, std::ostream* out) { *out << row.name; }

class Password : public testing::TestWithParam<PasswordCase> {};

TEST_P(Password, IsTakenOrRefusedAtCreation) {
    SandboxWorld world;
    const auto person = a_person(
        "kim.akers", {{"givenName", "Kimberley"}, {"passwordProfile", {{"password", GetParam().password}}}});

    const auto reply = world.post("/users", person);

    EXPECT_EQ(reply.status, GetParam().fine ? 201 : 400);
    if (!GetParam().fine) {
        EXPECT_THAT(error_message(reply), testing::HasSubstr("password complexity requirements"));
    }
}

const PasswordCase passwords[] = {
    {"ThreeClasses", "abcdEFGH1234", true},
    {"TwoClasses", "abcdefgh1234", false},
    {"SevenCharacters", "aB3$efg", false},
    {"EightCharacters", "aB3$efgh", true},
    {"LongButTwoClasses", std::string(255, 'a') + "B", false},
    {"TooLong", "aB3" + std::string(254, 'x'), false},
    {"Longest", "aB3" + std::string(253, 'x'), true},
    {"NotAscii", "aB3$efgh\xc3\xb6", false},
    {"BlankInside", "aB3 efgh ijk", true},
    {"OwnName", "Kimberley-2026", false},
    {"OwnNameDisguised", "K1mber1ey-2026", true},  // 1 stands for l, not for i
    {"TenantNameAndLittleElse", "C0ntoso!1", false},
    {"BannedWordInALongOne", "Password-and-much-more-77", true},
};
INSTANTIATE_TEST_SUITE_P(Passwords, Password, testing::ValuesIn(passwords), [](const auto& info) {
    return std::string(info.param.name);
});

}  // namespace
}  // namespace uplift::sandbox
