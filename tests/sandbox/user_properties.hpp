// The properties of the Graph resource `user` that the sandbox knows: name, limit, who may write, how
// filterable.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace uplift::sandbox {

// Properties that are plain text; the word is Graph's name.
enum class TextProperty : std::uint8_t {
    userPrincipalName,
    displayName,
    givenName,
    surname,
    mail,
    mailNickname,
    jobTitle,
    department,
    companyName,
    mobilePhone,
    faxNumber,
    officeLocation,
    streetAddress,
    city,
    state,
    postalCode,
    country,
    usageLocation,
    preferredLanguage,
    employeeId,
    employeeType,
    onPremisesImmutableId,
    passwordPolicies,
    userType,
    ageGroup,
    consentProvidedForMinor,
    onPremisesSamAccountName,
    onPremisesDistinguishedName,
    onPremisesDomainName,
    onPremisesUserPrincipalName,
    onPremisesSecurityIdentifier,
};

enum class Access : std::uint8_t { writable, read_only };

struct TextPropertyRow {
    TextProperty property;
    std::string_view name;
    std::uint16_t longest;  // UTF-16 units; 0: no limit published
    Access access;
};

std::span<const TextPropertyRow> text_properties();
const TextPropertyRow& row_of(TextProperty property);
const TextPropertyRow* text_property_named(std::string_view name);

// Properties that are no plain text and can be read; those among them that can also be written.
bool is_other_property(std::string_view name);
bool is_other_writable(std::string_view name);
inline bool is_user_property(std::string_view name) {
    return text_property_named(name) != nullptr || is_other_property(name);
}

// What Graph answers without $select.
std::span<const std::string_view> default_user_properties();

}  // namespace uplift::sandbox
