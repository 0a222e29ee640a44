#include "core/profile/password_rule.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace uplift::profile {
namespace {

struct TypedCase {
    const char* name;
    std::string password;
    bool good;
};
class TypedPassword : public testing::TestWithParam<TypedCase> {};

TEST_P(TypedPassword, IsJudgedAsEntraDoes) {
    constexpr std::array<std::string_view, 2> house{"contoso", "it"};

    const auto checked = check_password(GetParam().password, house);

    EXPECT_EQ(bool(checked), GetParam().good);
    if (checked) return;
    EXPECT_EQ(checked.error().code, FaultCode::password_rule);
    EXPECT_EQ(to_line(checked.error()).find(GetParam().password), std::string::npos) << "quotes the password";
}

const TypedCase typed[] = {
    {"ThreeClasses", "Autumn26", true},
    {"WithSymbol", "autumn-26", true},
    {"AllFour", "xWwvJ]6NMw+bWH-d", true},
    {"WithBlank", "Autumn leaves 26", true},
    {"WithAQuote", "Autumn\"26'", true},
    {"Longest", "Aa1" + std::string(253, 'x'), true},
    {"ShortNameIsNotLookedFor", "Itinerary26", true},
    {"TooShort", "Autum26", false},
    {"TooLong", "Aa1" + std::string(254, 'x'), false},
    {"TwoClasses", "autumn26", false},
    {"BlankIsNoClass", "autumn 26", false},
    {"Umlaut", "Herbst-Bäume26", false},
    {"Control", "Autumn\t26", false},
    {"NameOfTheHouse", "myConToso26", false},
};
INSTANTIATE_TEST_SUITE_P(All, TypedPassword, testing::ValuesIn(typed), [](const auto& info) {
    return info.param.name;
});

struct RuleCase {
    const char* name;
    PasswordRule rule;
    bool good;
};
class Rule : public testing::TestWithParam<RuleCase> {};

TEST_P(Rule, IsPossibleAndStrongEnough) { EXPECT_EQ(bool(check_rule(GetParam().rule)), GetParam().good); }

PasswordRule rule_of(unsigned length, unsigned classes, std::string exclude) {
    return {
        .mode = PasswordMode::random, .length = length, .classes = classes, .exclude = std::move(exclude)};
}
const std::string lower = "abcdefghijklmnopqrstuvwxyz", upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                  digits = "0123456789";
const RuleCase rules[] = {
    {"Default", {}, true},
    {"Shortest", rule_of(12, 3, "O0Il1"), true},
    {"FourClasses", rule_of(12, 4, ""), true},
    {"NoDigits", rule_of(20, 3, digits), true},
    {"Longest", rule_of(256, 3, ""), true},
    {"TooShort", rule_of(11, 3, ""), false},
    {"TooLong", rule_of(257, 3, ""), false},
    {"TwoClasses", rule_of(20, 2, ""), false},
    {"FiveClasses", rule_of(20, 5, ""), false},
    {"NoDigitsButFourClasses", rule_of(20, 4, digits), false},
    {"NoLetters", rule_of(20, 3, lower + upper), false},
    {"TwoClassesLeft", rule_of(20, 3, upper + digits), false},
    {"TooFewCharactersLeft", rule_of(12, 3, lower.substr(3) + upper.substr(3) + digits.substr(2)), false},
    {"ExcludesAnUmlaut", rule_of(20, 3, "ä"), false},
};
INSTANTIATE_TEST_SUITE_P(All, Rule, testing::ValuesIn(rules), [](const auto& info) {
    return info.param.name;
});

TEST(PasswordRule, DefaultHasAtLeast110Bits) { EXPECT_NEAR(bits_of({}), 118.99, 0.01); }

TEST(HoldsName, FindsEachPartOfAPersonsNameOfThreeLettersOrMore) {
    PlannedAccount plan;
    plan.user_principal_name = "jane.doe@contoso.com";
    plan.mail_nickname = "jdoe7";
    plan.display_name = "Li O'Hara-Müller";

    for (const auto* named : {"xxJaNe9!", "9doeX", "aJDOE7b", "oharaHARA", "müllerMüLLER"})
        EXPECT_TRUE(holds_name(named, plan)) << named;
    for (const auto* other : {"Li-contoso-com-1", "Jan-do-jdo", "", "kX7#pQ2m"})
        EXPECT_FALSE(holds_name(other, plan)) << other;
}

}  // namespace
}  // namespace uplift::profile
