#include "tests/sandbox/exchange/access.hpp"

#include <algorithm>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {
namespace {

// `parameters`: blanks between; `*` is all of them. Identity and the common ones go with every cmdlet.
struct Grant {
    std::string_view role;
    std::string_view cmdlet;
    std::string_view parameters;
};
constexpr Grant grants[] = {
    {"Mail Recipients", "Get-Mailbox", "*"},
    {"Mail Recipients", "Get-Recipient", "*"},
    {"Mail Recipients", "Set-Mailbox", "EmailAddresses"},
    {"Mail Recipients", "Enable-Mailbox", "*"},
    {"Mail Recipients", "Get-DistributionGroup", "*"},
    {"Mail Recipients", "Get-DistributionGroupMember", "*"},
    {"Mail Recipients", "Get-AcceptedDomain", "*"},
    {"Legal Hold", "Get-Mailbox", "*"},
    {"Legal Hold",
     "Set-Mailbox",
     "LitigationHoldEnabled LitigationHoldDuration RetentionComment RetentionUrl"},
    {"Distribution Groups", "Get-DistributionGroup", "*"},
    {"Distribution Groups", "Get-DistributionGroupMember", "*"},
    {"Distribution Groups", "Add-DistributionGroupMember", "Member"},
    {"Distribution Groups", "Remove-DistributionGroupMember", "Member"},
    {"Security Group Creation and Membership", "Get-DistributionGroup", "*"},
    {"Security Group Creation and Membership", "Get-DistributionGroupMember", "*"},
    {"Security Group Creation and Membership", "Add-DistributionGroupMember", "*"},
    {"Security Group Creation and Membership", "Remove-DistributionGroupMember", "*"},
    {"View-Only Recipients", "Get-Mailbox", "*"},
    {"View-Only Recipients", "Get-Recipient", "*"},
    {"View-Only Recipients", "Get-DistributionGroup", "*"},
    {"View-Only Recipients", "Get-DistributionGroupMember", "*"},
    {"View-Only Configuration", "Get-AcceptedDomain", "*"},
    {"View-Only Configuration", "Get-OrganizationConfig", "*"},
    {"Role Management", "Get-ManagementRoleAssignment", "*"},
};

// Entra's roles and what they come to in Exchange; Legal Hold is not in Recipient Management.
struct Group {
    std::string_view name;
    std::string_view roles;  // commas between
};
constexpr Group groups[] = {
    {"Exchange Administrator",
     "Mail Recipients,Legal Hold,Distribution Groups,Security Group Creation and Membership,View-Only "
     "Recipients,View-Only Configuration,Role Management"},
    {"Exchange Recipient Administrator", "Mail Recipients,Distribution Groups,View-Only Configuration"},
    {"Compliance Administrator", "Legal Hold,View-Only Recipients,View-Only Configuration"},
    {"Global Reader", "View-Only Recipients,View-Only Configuration"},
};

constexpr std::string_view for_all[] = {
    "Identity", "Confirm", "ErrorAction", "WarningAction", "Verbose", "Debug", "WhatIf"};

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
    return std::any_of(
        list.begin(), list.end(), [&](const auto& one) { return same_ignoring_case(one, wanted); });
}

bool holds(const std::vector<std::string>& roles, std::string_view role) {
    if (contains(roles, role)) return true;
    return std::any_of(std::begin(groups), std::end(groups), [&](const Group& group) {
        return contains(roles, group.name) && contains(split(group.roles, ','), role);
    });
}

}  // namespace

bool is_known_role(std::string_view role) {
    const auto fits = [&](std::string_view name) { return same_ignoring_case(name, role); };
    return std::any_of(std::begin(groups), std::end(groups), [&](auto& group) { return fits(group.name); }) ||
           std::any_of(std::begin(grants), std::end(grants), [&](auto& grant) { return fits(grant.role); });
}

bool Access::any() const { return !roles.empty(); }

bool Access::may_run(std::string_view cmdlet) const {
    if (contains(without, cmdlet)) return false;
    return std::any_of(std::begin(grants), std::end(grants), [&](const Grant& grant) {
        return same_ignoring_case(grant.cmdlet, cmdlet) && holds(roles, grant.role);
    });
}

bool Access::may_pass(std::string_view cmdlet, std::string_view parameter) const {
    if (contains(without, std::string(cmdlet) + ":" + std::string(parameter))) return false;
    for (const auto name : for_all)
        if (same_ignoring_case(name, parameter)) return true;
    return std::any_of(std::begin(grants), std::end(grants), [&](const Grant& grant) {
        return same_ignoring_case(grant.cmdlet, cmdlet) && holds(roles, grant.role) &&
               (grant.parameters == "*" || contains(split(grant.parameters, ' '), parameter));
    });
}

}  // namespace uplift::sandbox::exchange
