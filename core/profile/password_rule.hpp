// What a password and a rule for passwords must be.
//
// Pure. Entra: 8 to 256 characters, three of lower case, capitals, digits and symbols, printable ASCII and
// the blank and nothing else. Its list of banned words is known to the service alone (fault password_refused
// then). No fault quotes any part of a password.
#pragma once

#include <span>
#include <string_view>

#include "core/model/account.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"

namespace uplift::profile {

inline constexpr unsigned min_typed_password = 8;
inline constexpr unsigned min_random_password = 12;
inline constexpr unsigned max_password = 256;

// A typed password. `not_containing`: words that would be guessed first, such as the name of the domain;
// those shorter than 4 letters are not looked for.
Result<void> check_password(std::string_view typed, std::span<const std::string_view> not_containing = {});

// Whether a password holds a part of the person's name (their user name, or a word of their display name) of
// three letters or more, in any letter case.
bool holds_name(std::string_view password, const PlannedAccount& plan);

// A rule whose passwords exist and are strong enough (at least 60 bits).
Result<void> check_rule(const PasswordRule& rule);

// How many bits a password drawn by `rule` has at least; see secrets/password_generator.hpp.
double bits_of(const PasswordRule& rule);

}  // namespace uplift::profile
