// JSON for people to read: a member a line, two spaces a level.
//
// Pure.
#pragma once

#include <string>

#include "core/json/json.hpp"

namespace uplift::upliftctl {

std::string pretty(const json::Value& value);

}  // namespace uplift::upliftctl
