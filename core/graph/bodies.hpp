// What writes send to Microsoft Graph.
//
// Pure. The body of a create holds the password, so it is put together once, in the arena; nothing of it is
// copied elsewhere. Contract: graph.md sections 1, 5 and 6.
#pragma once

#include <string>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/secret.hpp"

namespace uplift::graph {

Secret create_body(const PlannedAccount& plan, const Secret& password);
std::string usage_location_body(std::string_view usage_location);
std::string license_body(const std::vector<AssignedLicense>& licenses);
// `directory` is the service's base, https://graph.microsoft.com/v1.0.
std::string member_body(std::string_view directory, const ObjectId& id);

}  // namespace uplift::graph
