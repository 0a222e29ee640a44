#include "tests/sandbox/group_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view group_properties[] = {
    "id",
    "createdDateTime",
    "deletedDateTime",
    "description",
    "displayName",
    "groupTypes",
    "isAssignableToRole",
    "mail",
    "mailEnabled",
    "mailNickname",
    "membershipRule",
    "membershipRuleProcessingState",
    "onPremisesLastSyncDateTime",
    "onPremisesSyncEnabled",
    "proxyAddresses",
    "securityEnabled",
    "visibility",
};
constexpr std::string_view contact_properties[] = {
    "id", "displayName", "mail", "mailNickname", "proxyAddresses"};

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json group_types(const Group& group) {
    if (group.kind == GroupKind::microsoft365) return json::array({"Unified"});
    if (group.kind == GroupKind::dynamic) return json::array({"DynamicMembership"});
    return json::array();
}

template <class Resource, class Reader>
json view_of(const Resource& resource,
             const std::vector<std::string>& names,
             std::span<const std::string_view> known,
             std::string_view type,
             Reader read) {
    json view = json::object();
    if (names.empty())
        for (const auto name : known) view[std::string(name)] = read(resource, name);
    for (const auto& name : names) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw malformed("Parsing OData Select and Expand failed: Could not find a property named '" +
                            name + "' on type '" + std::string(type) + "'.");
        view[name] = read(resource, name);
    }
    return view;
}

}  // namespace

json group_property(const Group& group, std::string_view name) {
    if (name == "id") return group.id;
    if (name == "createdDateTime") return utc(group.created_at);
    if (name == "description") return text_or_null(group.description);
    if (name == "displayName") return group.display_name;
    if (name == "groupTypes") return group_types(group);
    if (name == "isAssignableToRole")
        return group.kind == GroupKind::role_assignable ? json(true) : json(nullptr);
    if (name == "mail") return text_or_null(group.mail);
    if (name == "mailEnabled") return group.mail_enabled();
    if (name == "mailNickname") return group.mail_nickname;
    if (name == "membershipRule")
        return group.kind == GroupKind::dynamic ? json(group.membership_rule) : json(nullptr);
    if (name == "membershipRuleProcessingState")
        return group.kind == GroupKind::dynamic ? json("On") : json(nullptr);
    if (name == "onPremisesSyncEnabled") return group.kind == GroupKind::synced ? json(true) : json(nullptr);
    if (name == "onPremisesLastSyncDateTime")
        return group.kind == GroupKind::synced ? json(utc(group.created_at)) : json(nullptr);
    if (name == "proxyAddresses") return group.proxy_addresses;
    if (name == "securityEnabled") return group.security_enabled();
    return nullptr;
}

json group_view(const Group& group, const std::vector<std::string>& names) {
    return view_of(group, names, group_properties, "microsoft.graph.group", group_property);
}

json contact_property(const Contact& contact, std::string_view name) {
    if (name == "id") return contact.id;
    if (name == "displayName") return contact.display_name;
    if (name == "mail") return text_or_null(contact.mail);
    if (name == "mailNickname") return contact.mail.substr(0, contact.mail.find('@'));
    if (name == "proxyAddresses") return contact.proxy_addresses;
    return nullptr;
}

json contact_view(const Contact& contact, const std::vector<std::string>& names) {
    return view_of(contact, names, contact_properties, "microsoft.graph.orgContact", contact_property);
}

}  // namespace uplift::sandbox
