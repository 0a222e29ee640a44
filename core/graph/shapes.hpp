// Objects of Microsoft Graph as values of the model.
//
// Pure. Nothing where a required member is missing or of another type: then the reply is not understood.
// Contract: graph.md sections 2, 4, 5 and 6.
#pragma once

#include <optional>
#include <vector>

#include "core/json/json.hpp"
#include "core/model/account.hpp"

namespace uplift::graph {

// What is asked of an account.
inline constexpr std::string_view account_properties =
    "id,userPrincipalName,onPremisesImmutableId,usageLocation,accountEnabled,createdDateTime";
inline constexpr std::string_view group_properties =
    "id,displayName,mail,groupTypes,mailEnabled,securityEnabled,onPremisesSyncEnabled,isAssignableToRole";

std::optional<Account> account_in(const json::Value& user);
std::optional<std::vector<AssignedLicense>> licenses_in(const json::Value& user);
std::optional<Sku> sku_in(const json::Value& subscribed_sku);
std::optional<Domain> domain_in(const json::Value& domain);
std::optional<Group> group_in(const json::Value& group);

}  // namespace uplift::graph
