// Country codes: ISO 3166-1 alpha-2, as officially assigned.
//
// Pure. What Microsoft takes as usageLocation. UK is not among them: the United Kingdom is GB.
#pragma once

#include <span>
#include <string_view>

namespace uplift::text {

// Two capitals; "de" is not a code.
bool is_country_code(std::string_view code);

// All 249, sorted.
std::span<const std::string_view> country_codes();

}  // namespace uplift::text
