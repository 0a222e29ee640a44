// Groups and contacts as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox {

nlohmann::json group_property(const Group& group, std::string_view name);
// `names` empty: everything the sandbox knows. Throws for a name that a group has not.
nlohmann::json group_view(const Group& group, const std::vector<std::string>& names);

nlohmann::json contact_property(const Contact& contact, std::string_view name);
nlohmann::json contact_view(const Contact& contact, const std::vector<std::string>& names);

}  // namespace uplift::sandbox
