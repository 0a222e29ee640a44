#include "core/secrets/password_generator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "core/model/password_alphabet.hpp"
#include "core/secrets/system_entropy.hpp"
#include "tests/unit/secrets/seeded_entropy.hpp"

namespace uplift::secrets {
namespace {

#ifdef NDEBUG
constexpr int passwords_to_draw = 1'000'000;
#else
constexpr int passwords_to_draw = 100'000;
#endif

unsigned classes_in(std::string_view password) {
    unsigned found = 0;
    for (const auto one_class : password_classes)
        if (password.find_first_of(one_class) != std::string_view::npos) ++found;
    return found;
}

// What every password must be, whatever the rule; empty when it is.
std::string what_is_wrong(const PasswordRule& rule, std::string_view password) {
    if (password.size() != rule.length) return "length";
    if (std::isalpha(static_cast<unsigned char>(password.front())) == 0) return "first is no letter";
    if (password.find_first_of(rule.exclude) != std::string_view::npos) return "an excluded character";
    if (password.find_first_of("'\"`\\ ") != std::string_view::npos) return "a quote or blank";
    if (classes_in(password) < rule.classes) return "too few classes";
    return {};
}

TEST(PasswordGenerator, EveryPasswordFitsItsRule) {
    const std::array rules{PasswordRule{},
                           PasswordRule{.length = 12, .classes = 4},
                           PasswordRule{.length = 12, .classes = 3, .exclude = "0123456789"},
                           PasswordRule{.length = 16, .classes = 4, .exclude = "012345678O"},
                           PasswordRule{.length = 40, .classes = 3, .exclude = ""}};
    SeededEntropy entropy{20261123};

    std::string wrong;
    std::set<std::string> seen;
    for (int i = 0; i < passwords_to_draw && wrong.empty(); ++i) {
        const auto& rule = rules[static_cast<std::size_t>(i) % rules.size()];
        const Secret password = draw_password(rule, entropy);
        wrong = what_is_wrong(rule, password.view());
        if (i < 20'000) seen.emplace(password.view());
    }

    EXPECT_EQ(wrong, "");
    EXPECT_EQ(seen.size(), 20'000u) << "a password came twice";
}

TEST(PasswordGenerator, SystemEntropyGivesFittingAndDifferentPasswords) {
    SystemEntropy entropy;
    std::set<std::string> seen;

    for (int i = 0; i < 200; ++i) {
        const Secret password = draw_password({}, entropy);
        EXPECT_EQ(what_is_wrong({}, password.view()), "");
        seen.emplace(password.view());
    }

    EXPECT_EQ(seen.size(), 200u);
}

// The calculation of password_generator.hpp, from the alphabet itself.
TEST(PasswordGenerator, DefaultRuleHasAtLeast110Bits) {
    const PasswordRule rule;
    const auto classes = password_classes_without(rule.exclude);

    const auto letters = classes[0].size() + classes[1].size();
    const auto all = letters + classes[2].size() + classes[3].size();
    double bits = std::log2(letters);
    for (unsigned i = 0; i < rule.classes; ++i) bits += std::log2(classes[i].size());
    bits += (rule.length - 1 - rule.classes) * std::log2(all);

    EXPECT_EQ(all, 80u);
    EXPECT_NEAR(bits, 118.99, 0.01);
    EXPECT_GE(bits, 110.0);
}

// A modulo of a byte by 80 would draw the first 16 characters a third more often than the others.
TEST(PasswordGenerator, EveryNumberBelowTheBoundIsEquallyLikely) {
    SeededEntropy entropy{7};
    constexpr unsigned bound = 80;
    constexpr int draws = 400'000;
    std::array<int, bound> count{};

    for (int i = 0; i < draws; ++i) ++count[draw_below(bound, entropy)];

    double chi_squared = 0;
    const double expected = double{draws} / bound;
    for (const int seen : count) chi_squared += (seen - expected) * (seen - expected) / expected;
    // 79 degrees of freedom: 99.99 % of honest draws stay below 133.
    EXPECT_LT(chi_squared, 133.0);
}

TEST(PasswordGenerator, NoPlaceAfterTheFirstIsBoundToAClass) {
    SeededEntropy entropy{11};
    std::array<int, 20> digits{};

    for (int i = 0; i < 20'000; ++i) {
        const Secret password = draw_password({}, entropy);
        for (std::size_t at = 0; at < digits.size(); ++at)
            if (password_classes[2].find(password.view()[at]) != std::string_view::npos) ++digits[at];
    }

    EXPECT_EQ(digits[0], 0);
    for (std::size_t at = 1; at < digits.size(); ++at)
        EXPECT_NEAR(digits[at], digits[1], 500) << "place " << at;
}

}  // namespace
}  // namespace uplift::secrets
