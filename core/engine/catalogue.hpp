// What a plan asks of a tenant's catalogue: its licences, groups and domain found by name, or the fault.
//
// Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/result.hpp"

namespace uplift::engine {

// By part number, GUID or product name; plans by name or GUID. `enabled_plans` disables every other plan
// that can be given to people (a Company plan must not stand in disabledPlans).
Result<AssignedLicense> find_license(const LicenseWish& wish, std::span<const Sku> skus);
Result<std::vector<AssignedLicense>> find_licenses(std::span<const LicenseWish> wishes,
                                                   std::span<const Sku> skus);

// Distribution lists and mail-enabled security groups: only Exchange adds members to them, as a delayed task.
bool is_exchange_group(GroupKind kind);

// The one group of this name that members can be added to.
Result<Group> only_group(std::string_view name, std::span<const Group> found);

// The domain of the planned userPrincipalName is verified and managed.
Result<void> check_domain(std::string_view user_principal_name, std::span<const Domain> domains);

// Compared as Microsoft does: ASCII letter case does not matter.
bool same_name(std::string_view a, std::string_view b);

}  // namespace uplift::engine
