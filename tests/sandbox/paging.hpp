// $top, $skiptoken and @odata.nextLink: pages of a list that has positions.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "tests/sandbox/call.hpp"

namespace uplift::sandbox {

// Gives the next element at or after `position` and moves `position` behind it; nothing at the end.
using NextElement = std::function<std::optional<nlohmann::json>(std::size_t& position)>;

// The reply's value and nextLink. Throws when $top or $skiptoken is no good.
void write_page(const Call& call, const NextElement& next, nlohmann::json& body);

}  // namespace uplift::sandbox
