// Objects of Microsoft Graph as values of the model.
//
// Pure. Nothing where a required member is missing or of another type: then the reply is not understood.
// Contract: graph.md sections 2, 4, 5 and 6.
#pragma once

#include <optional>
#include <vector>

#include "core/json/json.hpp"
#include "core/model/account.hpp"
#include "core/model/mailbox.hpp"

namespace uplift::graph {

// What is asked of an account.
inline constexpr std::string_view account_properties =
    "id,userPrincipalName,onPremisesImmutableId,usageLocation,accountEnabled,createdDateTime";
inline constexpr std::string_view group_properties =
    "id,displayName,mail,groupTypes,mailEnabled,securityEnabled,onPremisesSyncEnabled,isAssignableToRole";

inline constexpr std::string_view user_holder_properties = "id,userPrincipalName";
inline constexpr std::string_view other_holder_properties = "id,displayName,mail";
inline constexpr std::string_view license_properties = "id,assignedLicenses,licenseAssignmentStates";

std::optional<Account> account_in(const json::Value& user);
std::optional<std::vector<AssignedLicense>> licenses_in(const json::Value& user);
std::optional<Sku> sku_in(const json::Value& subscribed_sku);
std::optional<Domain> domain_in(const json::Value& domain);
std::optional<Group> group_in(const json::Value& group);
// Of a list of users, groups, contacts or users in the bin.
std::optional<Holder> holder_in(const json::Value& object, HolderKind kind);
std::optional<ObjectId> id_in(const json::Value& object);
// The latest of all that signInActivity tells; nothing where nobody ever signed in.
std::optional<TimePoint> sign_in_in(const json::Value& user);

}  // namespace uplift::graph
