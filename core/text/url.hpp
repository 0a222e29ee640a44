// Values inside of a URL and of an OData expression.
//
// Pure. Everything outside of RFC 3986's unreserved letters is percent-encoded: a + in a base64 anchor would
// else reach Graph as a space, and the look-up would never find the account.
#pragma once

#include <string>
#include <string_view>

namespace uplift::text {

std::string percent_encoded(std::string_view octets);

// 'O''Brien': a string of an OData expression, not yet percent-encoded.
std::string odata_literal(std::string_view value);

}  // namespace uplift::text
