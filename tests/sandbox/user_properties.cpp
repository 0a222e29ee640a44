#include "tests/sandbox/user_properties.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace uplift::sandbox {
namespace {

using enum TextProperty;

// Limits: Graph's user resource; where it publishes none, the Active Directory bound.
constexpr TextPropertyRow rows[] = {
    {userPrincipalName, "userPrincipalName", 113, Access::writable},
    {displayName, "displayName", 256, Access::writable},
    {givenName, "givenName", 64, Access::writable},
    {surname, "surname", 64, Access::writable},
    {mail, "mail", 256, Access::writable},
    {mailNickname, "mailNickname", 64, Access::writable},
    {jobTitle, "jobTitle", 128, Access::writable},
    {department, "department", 64, Access::writable},
    {companyName, "companyName", 64, Access::writable},
    {mobilePhone, "mobilePhone", 64, Access::writable},
    {faxNumber, "faxNumber", 64, Access::writable},
    {officeLocation, "officeLocation", 128, Access::writable},
    {streetAddress, "streetAddress", 1024, Access::writable},
    {city, "city", 128, Access::writable},
    {state, "state", 128, Access::writable},
    {postalCode, "postalCode", 40, Access::writable},
    {country, "country", 128, Access::writable},
    {usageLocation, "usageLocation", 2, Access::writable},
    {preferredLanguage, "preferredLanguage", 0, Access::writable},
    {employeeId, "employeeId", 16, Access::writable},
    {employeeType, "employeeType", 0, Access::writable},
    {onPremisesImmutableId, "onPremisesImmutableId", 60, Access::writable},
    {passwordPolicies, "passwordPolicies", 0, Access::writable},
    {userType, "userType", 0, Access::writable},
    {ageGroup, "ageGroup", 0, Access::writable},
    {consentProvidedForMinor, "consentProvidedForMinor", 0, Access::writable},
    {onPremisesSamAccountName, "onPremisesSamAccountName", 0, Access::read_only},
    {onPremisesDistinguishedName, "onPremisesDistinguishedName", 0, Access::read_only},
    {onPremisesDomainName, "onPremisesDomainName", 0, Access::read_only},
    {onPremisesUserPrincipalName, "onPremisesUserPrincipalName", 0, Access::read_only},
    {onPremisesSecurityIdentifier, "onPremisesSecurityIdentifier", 0, Access::read_only},
};

constexpr std::string_view other_writable[] = {
    "accountEnabled",
    "businessPhones",
    "onPremisesExtensionAttributes",
    "otherMails",
    "passwordProfile",
};

constexpr std::string_view other_read_only[] = {
    "assignedLicenses",
    "assignedPlans",
    "createdDateTime",
    "creationType",
    "deletedDateTime",
    "externalUserState",
    "id",
    "identities",
    "imAddresses",
    "lastPasswordChangeDateTime",
    "licenseAssignmentStates",
    "onPremisesLastSyncDateTime",
    "onPremisesProvisioningErrors",
    "onPremisesSyncEnabled",
    "provisionedPlans",
    "proxyAddresses",
    "refreshTokensValidFromDateTime",
    "signInActivity",
    "signInSessionsValidFromDateTime",
};

constexpr std::string_view by_default[] = {
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
};

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::span<const TextPropertyRow> text_properties() { return rows; }

const TextPropertyRow& row_of(TextProperty property) { return rows[static_cast<std::size_t>(property)]; }

const TextPropertyRow* text_property_named(std::string_view name) {
    static const auto by_name = [] {
        std::unordered_map<std::string_view, const TextPropertyRow*> map;
        for (const auto& row : rows) map.emplace(row.name, &row);
        return map;
    }();
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
}

bool is_other_property(std::string_view name) {
    return contains(other_writable, name) || contains(other_read_only, name);
}

bool is_other_writable(std::string_view name) { return contains(other_writable, name); }

std::span<const std::string_view> default_user_properties() { return by_default; }

}  // namespace uplift::sandbox
