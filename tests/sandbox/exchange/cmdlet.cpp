#include "tests/sandbox/exchange/cmdlet.hpp"

#include "tests/sandbox/exchange/access.hpp"
#include "tests/sandbox/exchange/cmdlet_fault.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

constexpr auto reads = CmdletKind::reads;
constexpr auto writes = CmdletKind::writes;

constexpr Cmdlet cmdlets[] = {
    {"Get-Mailbox",
     reads,
     "Filter ResultSize SoftDeletedMailbox RecipientTypeDetails IncludeInactiveMailbox",
     "",
     get_mailbox},
    {"Set-Mailbox",
     writes,
     "EmailAddresses LitigationHoldEnabled LitigationHoldDuration RetentionComment RetentionUrl",
     "Identity",
     set_mailbox},
    {"Enable-Mailbox", writes, "Archive AutoExpandingArchive", "Identity", enable_mailbox},
    {"Get-Recipient", reads, "Filter ResultSize RecipientTypeDetails", "", get_recipient},
    {"Get-DistributionGroup", reads, "ResultSize", "", get_distribution_group},
    {"Get-DistributionGroupMember", reads, "ResultSize", "Identity", get_distribution_group_member},
    {"Add-DistributionGroupMember",
     writes,
     "Member BypassSecurityGroupManagerCheck",
     "Identity Member",
     add_distribution_group_member},
    {"Remove-DistributionGroupMember",
     writes,
     "Member BypassSecurityGroupManagerCheck",
     "Identity Member",
     remove_distribution_group_member},
    {"Get-AcceptedDomain", reads, "ResultSize", "", get_accepted_domain},
    {"Get-OrganizationConfig", reads, "", "", get_organization_config},
    {"Get-ManagementRoleAssignment", reads, "RoleAssignee", "", get_management_role_assignment},
};

constexpr std::string_view for_all[] = {
    "Identity", "Confirm", "ErrorAction", "WarningAction", "Verbose", "Debug", "WhatIf"};

std::optional<std::string> spelled(const Cmdlet& cmdlet, std::string_view parameter) {
    for (const auto name : for_all)
        if (same_ignoring_case(name, parameter)) return std::string(name);
    for (const auto& name : split(cmdlet.parameters, ' '))
        if (!name.empty() && same_ignoring_case(name, parameter)) return name;
    return std::nullopt;
}

}  // namespace

std::string Invocation::text(const char* parameter) const {
    const auto found = parameters.find(parameter);
    if (found == parameters.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number_integer()) return std::to_string(found->get<std::int64_t>());
    throw wrong_value(parameter, "Cannot convert value to type \"System.String\".");
}

bool Invocation::flag(const char* parameter) const {
    const auto found = parameters.find(parameter);
    if (found == parameters.end()) return false;
    if (found->is_boolean()) return found->get<bool>();
    if (found->is_string() && same_ignoring_case(found->get_ref<const std::string&>(), "$true")) return true;
    if (found->is_string() && same_ignoring_case(found->get_ref<const std::string&>(), "$false"))
        return false;
    throw wrong_value(parameter, "Cannot convert value to type \"System.Boolean\".");
}

NextRow rows_of(std::vector<json> rows) {
    return [rows = std::move(rows)](std::size_t& position) -> std::optional<json> {
        if (position >= rows.size()) return std::nullopt;
        return rows[position++];
    };
}

const Cmdlet* cmdlet_named(std::string_view name) {
    for (const auto& cmdlet : cmdlets)
        if (same_ignoring_case(cmdlet.name, name)) return &cmdlet;
    return nullptr;
}

std::string exported_cmdlets(const Access& access) {
    std::string list;
    for (const auto& cmdlet : cmdlets)
        if (access.may_run(cmdlet.name)) list += (list.empty() ? "" : ",") + std::string(cmdlet.name);
    return list;
}

json bound_parameters(const Cmdlet& cmdlet, const Access& access, const json& given) {
    json bound = json::object();
    for (const auto& [key, value] : given.items()) {
        if (key.find('@') != std::string::npos) continue;
        const auto name = spelled(cmdlet, key);
        // A parameter that the role lacks looks like a misspelled one.
        if (!name || !access.may_pass(cmdlet.name, *name)) throw no_such_parameter(key);
        if (!value.is_null()) bound[*name] = value;
    }
    for (const auto& name : split(cmdlet.mandatory, ' '))
        if (!name.empty() && !bound.contains(name)) throw missing_parameter(name);
    return bound;
}

}  // namespace uplift::sandbox::exchange
