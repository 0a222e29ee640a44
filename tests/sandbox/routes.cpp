#include "tests/sandbox/routes.hpp"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "tests/sandbox/calls.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using Roles = std::string_view[];

constexpr Roles read_users = {
    "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"};
constexpr Roles write_users = {"User.ReadWrite.All", "Directory.ReadWrite.All"};
constexpr Roles create_users = {"User.ReadWrite.All", "User.Create", "Directory.ReadWrite.All"};
constexpr Roles restore_users = {"User.DeleteRestore.All", "User.ReadWrite.All", "Directory.ReadWrite.All"};
constexpr Roles write_licences = {
    "LicenseAssignment.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"};
constexpr Roles read_licences = {"LicenseAssignment.Read.All",
                                 "LicenseAssignment.ReadWrite.All",
                                 "User.Read.All",
                                 "User.ReadWrite.All",
                                 "Directory.Read.All",
                                 "Directory.ReadWrite.All"};
constexpr Roles read_skus = {"LicenseAssignment.Read.All",
                             "Organization.Read.All",
                             "Organization.ReadWrite.All",
                             "Directory.Read.All",
                             "Directory.ReadWrite.All"};
constexpr Roles read_organization = {
    "Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"};
constexpr Roles read_domains = {
    "Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"};
constexpr Roles read_groups = {"GroupMember.Read.All",
                               "GroupMember.ReadWrite.All",
                               "Group.Read.All",
                               "Group.ReadWrite.All",
                               "Directory.Read.All",
                               "Directory.ReadWrite.All"};
constexpr Roles write_members = {
    "GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"};
constexpr Roles read_contacts = {"OrgContact.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"};
constexpr Roles read_objects = {"User.Read.All",
                                "User.ReadWrite.All",
                                "GroupMember.Read.All",
                                "GroupMember.ReadWrite.All",
                                "Group.Read.All",
                                "Group.ReadWrite.All",
                                "Directory.Read.All",
                                "Directory.ReadWrite.All"};

constexpr int by_bound_members = -1;  // ceil(n / 3), see cost_of

const Route routes[] = {
    {"POST", "users", 1, 1, create_users, create_user},
    {"GET", "users", 2, 0, read_users, list_users},
    {"GET", "users/$count", 2, 0, read_users, count_users},
    {"GET", "users/{}", 1, 0, read_users, get_user},
    {"PATCH", "users/{}", 1, 1, write_users, update_user},
    {"DELETE", "users/{}", 1, 1, write_users, delete_user},
    {"GET", "users/{}/manager", 1, 0, read_users, get_manager},
    {"GET", "users/{}/manager/$ref", 1, 0, read_users, get_manager_reference},
    {"PUT", "users/{}/manager/$ref", 1, 1, write_users, put_manager},
    {"DELETE", "users/{}/manager/$ref", 1, 1, write_users, delete_manager},
    {"POST", "users/{}/assignLicense", 1, 1, write_licences, assign_license},
    {"GET", "users/{}/licenseDetails", 2, 0, read_licences, list_license_details},
    {"GET", "users/{}/memberOf", 2, 0, read_groups, list_member_of},
    {"GET", "users/{}/memberOf/microsoft.graph.group", 2, 0, read_groups, list_groups_of},
    {"GET", "users/{}/memberOf/microsoft.graph.directoryRole", 2, 0, read_groups, list_roles_of},
    {"GET", "users/{}/transitiveMemberOf", 2, 0, read_groups, list_member_of},
    {"GET", "users/{}/transitiveMemberOf/microsoft.graph.group", 2, 0, read_groups, list_groups_of},
    {"GET", "users/{}/transitiveMemberOf/microsoft.graph.directoryRole", 2, 0, read_groups, list_roles_of},
    {"POST", "users/{}/checkMemberGroups", 4, 0, read_groups, check_member_groups},
    {"GET", "directory/deletedItems/microsoft.graph.user", 1, 0, read_users, list_deleted_users},
    {"GET", "directory/deletedItems/{}", 1, 0, read_users, get_deleted_item},
    {"POST", "directory/deletedItems/{}/restore", 1, 1, restore_users, restore_deleted_item},
    {"DELETE", "directory/deletedItems/{}", 1, 1, restore_users, purge_deleted_item},
    {"GET", "subscribedSkus", 3, 0, read_skus, list_subscribed_skus},
    {"GET", "subscribedSkus/{}", 3, 0, read_skus, get_subscribed_sku},
    {"GET", "domains", 1, 0, read_domains, list_domains},
    {"GET", "organization", 1, 0, read_organization, list_organization},
    {"GET", "contacts", 1, 0, read_contacts, list_contacts},
    {"GET", "groups", 1, 0, read_groups, list_groups},
    {"GET", "groups/{}", 1, 0, read_groups, get_group},
    {"PATCH", "groups/{}", 1, by_bound_members, write_members, update_group},
    {"GET", "groups/{}/members", 3, 0, read_groups, list_members},
    {"GET", "groups/{}/members/microsoft.graph.user", 3, 0, read_groups, list_members},
    {"GET", "groups/{}/transitiveMembers", 5, 0, read_groups, list_members},
    {"POST", "groups/{}/members/$ref", 1, 1, write_members, add_member},
    {"DELETE", "groups/{}/members/{}/$ref", 1, 1, write_members, remove_member},
    {"DELETE", "groups/{}/members/{}", 1, 1, write_users, delete_member_object},
    {"POST", "directoryObjects/getByIds", 3, 0, read_objects, get_objects_by_ids},
};

const std::vector<std::vector<std::string>>& pattern_parts() {
    static const auto parts = [] {
        std::vector<std::vector<std::string>> all;
        for (const auto& route : routes) all.push_back(split(route.pattern, '/'));
        return all;
    }();
    return parts;
}

bool fits(const std::vector<std::string>& pattern, std::span<const std::string> segments) {
    if (pattern.size() != segments.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] != "{}" && pattern[i] != segments[i]) return false;
    return true;
}

}  // namespace

RouteMatch find_route(std::string_view method, std::span<const std::string> segments) {
    RouteMatch match;
    for (std::size_t i = 0; i < std::size(routes); ++i) {
        const auto& pattern = pattern_parts()[i];
        if (!fits(pattern, segments)) continue;
        if (routes[i].method != method) {
            match.other_method = true;
            continue;
        }
        match.route = &routes[i];
        for (std::size_t k = 0; k < pattern.size(); ++k)
            if (pattern[k] == "{}") match.ids.push_back(segments[k]);
        return match;
    }
    return match;
}

Cost cost_of(const Route& route, const Url& url, const nlohmann::json& body) {
    Cost cost{route.resource_units, route.writes};
    if (url.option("$select") != nullptr) --cost.resource_units;
    if (url.option("$expand") != nullptr) ++cost.resource_units;
    if (const auto* top = url.option("$top"); top != nullptr && !top->empty() && std::atoi(top->c_str()) < 20)
        --cost.resource_units;
    cost.resource_units = std::max(1, cost.resource_units);
    if (route.writes == by_bound_members) {
        // Not in the public table: Microsoft told the authors of a public client that it is a third, rounded
        // up.
        const auto bound = body.is_object() ? body.find("members@odata.bind") : body.end();
        const std::size_t members = bound != body.end() && bound->is_array() ? bound->size() : 1;
        cost.writes = static_cast<int>((std::max<std::size_t>(members, 1) + 2) / 3);
    }
    return cost;
}

}  // namespace uplift::sandbox
