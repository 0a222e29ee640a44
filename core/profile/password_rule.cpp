#include "core/profile/password_rule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/model/password_alphabet.hpp"

namespace uplift::profile {
namespace {

constexpr double min_bits = 60;
constexpr std::size_t shortest_name = 3;

Fault refused(std::string what, std::string cure) {
    return {FaultCode::password_rule, "", std::move(what), std::move(cure)};
}

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Without a copy: the password must not leave the arena, not even in lower case.
bool contains(std::string_view text, std::string_view word) {
    const auto found = std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
        return lowered(a) == lowered(b);
    });
    return found != text.end();
}

}  // namespace

Result<void> check_password(std::string_view typed, std::span<const std::string_view> not_containing) {
    if (typed.size() < min_typed_password || typed.size() > max_password)
        return refused("the password has " + std::to_string(typed.size()) + " characters, not 8 to 256",
                       "Choose one of 8 to 256 characters.");
    std::array<bool, 4> seen{};
    for (const char c : typed) {
        if (c < 0x20 || c > 0x7E)
            return refused("the password has a character that Microsoft 365 does not take",
                           "Use letters without marks, digits, symbols and blanks of ASCII.");
        if (c >= 'a' && c <= 'z')
            seen[0] = true;
        else if (c >= 'A' && c <= 'Z')
            seen[1] = true;
        else if (c >= '0' && c <= '9')
            seen[2] = true;
        else if (c != ' ')
            seen[3] = true;
    }
    if (std::count(seen.begin(), seen.end(), true) < 3)
        return refused("the password has fewer than three classes of characters",
                       "Use three of lower case, capitals, digits and symbols.");
    for (const auto word : not_containing)
        if (word.size() >= 4 && contains(typed, word))
            return refused("the password contains the name \"" + std::string(word) + "\"",
                           "Leave out names of the house: they are guessed first.");
    return {};
}

bool holds_name(std::string_view password, const PlannedAccount& plan) {
    const auto is_in = [&](std::string_view name) {
        for (std::size_t at = 0; at < name.size();) {
            const auto end = std::min(name.find_first_of(" .,-_'@", at), name.size());
            const auto word = name.substr(at, end - at);
            if (word.size() >= shortest_name && contains(password, word)) return true;
            at = end + 1;
        }
        return false;
    };
    const std::string_view upn = plan.user_principal_name;
    return is_in(upn.substr(0, upn.find('@'))) || is_in(plan.mail_nickname) || is_in(plan.display_name);
}

double bits_of(const PasswordRule& rule) {
    const auto classes = password_classes_without(rule.exclude);
    std::size_t letters = 0, all = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (i < password_letter_classes) letters += classes[i].size();
        all += classes[i].size();
    }
    if (letters == 0) return 0;
    double bits = std::log2(static_cast<double>(letters));
    unsigned forced = 0;
    for (const auto& one_class : classes) {
        if (one_class.empty() || forced == rule.classes) continue;
        bits += std::log2(static_cast<double>(one_class.size()));
        ++forced;
    }
    if (forced < rule.classes || rule.length < 1 + forced) return 0;
    return bits + (rule.length - 1 - forced) * std::log2(static_cast<double>(all));
}

Result<void> check_rule(const PasswordRule& rule) {
    if (rule.length < min_random_password || rule.length > max_password)
        return refused("length is " + std::to_string(rule.length) + ", not 12 to 256",
                       "Choose 12 to 256; 20 is the default.");
    if (rule.classes < 3 || rule.classes > 4)
        return refused("classes is " + std::to_string(rule.classes) + ", not 3 or 4",
                       "Choose 3 or 4: Microsoft 365 wants three at least.");
    if (std::any_of(rule.exclude.begin(), rule.exclude.end(), [](char c) { return c < 0x21 || c > 0x7E; }))
        return refused("exclude has a character that passwords never have",
                       "Name letters without marks, digits and symbols of ASCII only.");
    const double bits = bits_of(rule);
    if (bits == 0)
        return refused("exclude leaves no letter, or fewer than " + std::to_string(rule.classes) +
                           " classes of characters",
                       "Exclude fewer characters.");
    if (bits < min_bits)
        return refused("length and exclude leave only " + std::to_string(static_cast<int>(bits)) +
                           " bits, not 60 or more",
                       "Exclude fewer characters, or choose a greater length.");
    return {};
}

}  // namespace uplift::profile
