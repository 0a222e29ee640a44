#include "tests/sandbox/user_view.hpp"

#include <nlohmann/json.hpp>

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

json extension_attributes(const User& user) {
    json object = json::object();
    for (int place = 1; place <= 15; ++place) object["extensionAttribute" + std::to_string(place)] = nullptr;
    for (const auto& [place, value] : user.extension_attributes)
        object["extensionAttribute" + std::to_string(place)] = value;
    return object;
}

json identities(const Tenant& tenant, const User& user) {
    std::string issuer = tenant.name;
    for (const auto& domain : tenant.domains)
        if (domain.initial) issuer = domain.name;
    return json::array({{{"signInType", "userPrincipalName"},
                         {"issuer", issuer},
                         {"issuerAssignedId", user.value(TextProperty::userPrincipalName)}}});
}

}  // namespace

json user_property(const Tenant& tenant, const User& user, std::string_view name) {
    if (const auto* row = text_property_named(name)) {
        const std::string* value = user.get(row->property);
        return value == nullptr ? json(nullptr) : json(*value);
    }
    if (name == "id") return user.id;
    if (name == "accountEnabled") return user.account_enabled;
    if (name == "businessPhones") return user.business_phones;
    if (name == "otherMails") return user.other_mails;
    if (name == "proxyAddresses") return user.proxy_addresses;
    if (name == "onPremisesExtensionAttributes") return extension_attributes(user);
    if (name == "passwordProfile") return nullptr;
    if (name == "assignedLicenses") return assigned_licenses(tenant, user);
    if (name == "licenseAssignmentStates") return license_assignment_states(tenant, user);
    if (name == "assignedPlans") return assigned_plans(tenant, user);
    if (name == "provisionedPlans") return provisioned_plans(tenant, user);
    if (name == "createdDateTime") return utc(user.created_at);
    if (name == "deletedDateTime")
        return user.presence == Presence::active ? json(nullptr) : json(utc(user.deleted_at));
    if (name == "lastPasswordChangeDateTime" || name == "signInSessionsValidFromDateTime" ||
        name == "refreshTokensValidFromDateTime")
        return utc(user.password_changed_at);
    if (name == "onPremisesSyncEnabled") return user.synced ? json(true) : json(nullptr);
    if (name == "onPremisesLastSyncDateTime") return user.synced ? json(utc(user.created_at)) : json(nullptr);
    if (name == "signInActivity" && user.last_sign_in)
        return {{"lastSignInDateTime", utc(*user.last_sign_in)},
                {"lastSignInRequestId", user.id},
                {"lastNonInteractiveSignInDateTime", nullptr},
                {"lastNonInteractiveSignInRequestId", nullptr}};
    if (name == "identities") return identities(tenant, user);
    if (name == "imAddresses" || name == "onPremisesProvisioningErrors") return json::array();
    return nullptr;
}

json user_view(const Tenant& tenant, const User& user, const std::vector<std::string>& names) {
    json view = json::object();
    if (names.empty()) {
        for (const auto name : default_user_properties())
            view[std::string(name)] = user_property(tenant, user, name);
    }
    for (const auto& name : names) {
        // Never signed in: Graph leaves the property out.
        if (name == "signInActivity" && !user.last_sign_in) continue;
        view[name] = user_property(tenant, user, name);
    }
    return view;
}

json whole_user(const Tenant& tenant, const User& user) {
    json view = json::object();
    for (const auto& row : text_properties())
        view[std::string(row.name)] = user_property(tenant, user, row.name);
    for (const char* name : {"id",
                             "accountEnabled",
                             "businessPhones",
                             "otherMails",
                             "proxyAddresses",
                             "onPremisesExtensionAttributes",
                             "assignedLicenses",
                             "createdDateTime",
                             "deletedDateTime",
                             "onPremisesSyncEnabled"})
        view[name] = user_property(tenant, user, name);
    return view;
}

void check_user_selection(const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (!is_user_property(name))
            throw malformed("Parsing OData Select and Expand failed: Could not find a property named '" +
                            name + "' on type 'microsoft.graph.user'.");
}

}  // namespace uplift::sandbox
