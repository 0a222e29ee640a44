// What Entra accepts as values of a user's properties. Pure; each throws the Refusal that Graph would answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/user_properties.hpp"

namespace uplift::sandbox {

// Characters and lengths alone; whether the domain is the tenant's is for the caller to ask.
void check_user_principal_name(std::string_view value);
void check_mail_nickname(std::string_view value);
void check_usage_location(std::string_view value);
void check_immutable_id(std::string_view value);
void check_preferred_language(std::string_view value);
void check_password_policies(std::string_view value);
void check_mail(std::string_view value);

// Length, emptiness, control characters, and the rule of the property where it has one.
void check_text(TextProperty property, std::string_view value);

// 8..256 characters of the listed ASCII set, three of four classes.
bool is_complex_password(std::string_view password);
// Entra's password protection: names of the person never, banned words weigh one point, five points are
// needed.
bool is_banned_password(std::string_view password,
                        const std::vector<std::string>& banned_words,
                        const std::vector<std::string>& names);

}  // namespace uplift::sandbox
