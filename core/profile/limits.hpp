// What Microsoft 365 takes for the properties of an account.
//
// Pure. Microsoft Graph, POST /users and resource type user; UPN characters and lengths: Entra, password and
// sign-in name policies. Lengths of text count UTF-16 units, as both AD and Entra do.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uplift::profile {

inline constexpr std::size_t max_upn = 113;
inline constexpr std::size_t max_upn_local = 64;   // before the @
inline constexpr std::size_t max_upn_domain = 48;  // after the @
inline constexpr std::size_t max_mail_nickname = 64;
inline constexpr std::size_t max_display_name = 256;

// Each says what is wrong in one clause ("it has no @"), nothing when all is well.
std::optional<std::string> what_is_wrong_with_upn(std::string_view upn);
std::optional<std::string> what_is_wrong_with_mail_nickname(std::string_view nickname);
std::optional<std::string> what_is_wrong_with_display_name(std::string_view name);

// A verified domain's shape: two labels or more of letters, digits and inner hyphens, at most 48 characters.
bool is_domain_name(std::string_view domain);

// May stand in a mailNickname: ASCII, no blank, no control, none of @ ( ) \ [ ] " ; : < > ,
bool fits_mail_nickname(char c);

}  // namespace uplift::profile
