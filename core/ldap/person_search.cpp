#include "core/ldap/person_search.hpp"

#include <algorithm>

#include "core/text/ldap.hpp"
#include "core/text/utf8.hpp"

namespace uplift::ldap {
namespace {

std::string equals(std::string_view attribute, std::string_view value) {
    std::string filter = "(";
    filter += attribute;
    filter += '=';
    filter += text::ldap_filter_value(value);
    filter += ')';
    return filter;
}

// jdoe or CORP\jdoe; nothing when it is another domain's.
std::optional<std::string_view> account_name(std::string_view value, std::string_view netbios) {
    const auto backslash = value.find('\\');
    if (backslash == std::string_view::npos) return value;
    if (netbios.empty() || !text::same_ignoring_case(value.substr(0, backslash), netbios))
        return std::nullopt;
    return value.substr(backslash + 1);
}

}  // namespace

std::optional<PersonSearch> search_for(const Identity& identity,
                                       std::string_view base_dn,
                                       std::string_view netbios) {
    // A DN goes out as text that libldap cuts at a zero octet: it would name somebody else.
    if (identity.value.empty() || identity.value.find('\0') != std::string::npos) return std::nullopt;
    PersonSearch search{.base = std::string(base_dn), .reach = Reach::subtree, .filter = {}};
    switch (identity.kind) {
        case IdentityKind::objectGUID: {
            const auto guid = parse_guid(identity.value);
            if (!guid) return std::nullopt;
            search.filter = guid_filter(*guid);
            return search;
        }
        case IdentityKind::userPrincipalName:
            search.filter = equals("userPrincipalName", identity.value);
            return search;
        case IdentityKind::sAMAccountName: {
            const auto name = account_name(identity.value, netbios);
            if (!name || name->empty()) return std::nullopt;
            search.filter = equals("sAMAccountName", *name);
            return search;
        }
        case IdentityKind::distinguishedName:
            if (!text::dn_below(identity.value, base_dn)) return std::nullopt;
            search.base = identity.value;
            search.reach = Reach::entry;
            search.filter = "(objectClass=*)";
            return search;
    }
    return std::nullopt;
}

std::string guid_filter(const Guid& guid) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string filter = "(objectGUID=";
    for (const auto octet : guid.octets) {
        filter += '\\';
        filter += hex[octet >> 4];
        filter += hex[octet & 15];
    }
    filter += ')';
    return filter;
}

std::string guids_filter(const std::vector<Guid>& guids) {
    std::string filter = "(|";
    for (const auto& guid : guids) filter += guid_filter(guid);
    return filter + ")";
}

bool is_attribute_description(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == ';' || c == '=' || c == '*' || c == '_';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace uplift::ldap
