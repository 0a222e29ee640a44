// A user as JSON, the way reads of Graph show it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox {

nlohmann::json user_property(const Tenant& tenant, const User& user, std::string_view name);
// `names` empty: what Graph answers without $select.
nlohmann::json user_view(const Tenant& tenant, const User& user, const std::vector<std::string>& names);
// Every property there is.
nlohmann::json whole_user(const Tenant& tenant, const User& user);
// Throws Graph's refusal when $select names something that a user has not.
void check_user_selection(const std::vector<std::string>& names);

// What a user's licences show.
nlohmann::json assigned_licenses(const Tenant& tenant, const User& user);
nlohmann::json license_assignment_states(const Tenant& tenant, const User& user);
nlohmann::json assigned_plans(const Tenant& tenant, const User& user);
nlohmann::json provisioned_plans(const Tenant& tenant, const User& user);
nlohmann::json license_details(const Tenant& tenant, const User& user, const UserFacts& facts, TimePoint now);

}  // namespace uplift::sandbox
