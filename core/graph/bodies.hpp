// What writes send to Microsoft Graph.
//
// Pure. The body of a create holds the password, so it is put together once, in the arena; nothing of it is
// copied elsewhere. Contract: graph.md sections 1, 5 and 6.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/secret.hpp"

namespace uplift::graph {

Secret create_body(const PlannedAccount& plan, const Secret& password);
std::string usage_location_body(std::string_view usage_location);
// Null where it is empty: the account has none then.
std::string anchor_body(const Anchor& anchor);
// An empty value clears its property. Nothing where none of them may be written so: names, anchor, password
// and whether the account is enabled have their own ways or none.
std::optional<std::string> properties_body(
    const std::vector<std::pair<std::string, std::string>>& properties);
std::string license_body(const std::vector<AssignedLicense>& licenses);
std::string license_removal_body(const std::vector<SkuId>& skus);
// `directory` is the service's base, https://graph.microsoft.com/v1.0.
std::string member_body(std::string_view directory, const ObjectId& id);
std::string manager_body(std::string_view directory, const ObjectId& manager);

}  // namespace uplift::graph
