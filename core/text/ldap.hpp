// LDAP text: values inside of a search filter, and distinguished names compared by their parts.
//
// Pure. RFC 4515 for filters, RFC 4514 for names. Servers write the same name in several ways (slapd
// cn=Doe\2C Jane, AD CN=Doe\, Jane), so names are never compared as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uplift::text {

// Any octets, as the assertion value of a filter: everything but letters, digits and a few harmless marks is
// written \xx.
std::string ldap_filter_value(std::string_view octets);

struct DnAttribute {
    std::string type;   // as written
    std::string value;  // unescaped
    bool operator==(const DnAttribute&) const = default;
};
using Rdn = std::vector<DnAttribute>;  // several with +
// From the entry to the root. Nothing when `text` is not a distinguished name; the empty name has no parts.
std::optional<std::vector<Rdn>> parse_dn(std::string_view text);

// One text for all spellings of a name: for comparing and hashing, not for sending.
std::optional<std::string> canonical_dn(std::string_view text);

// False where one of the two is no name.
bool same_dn(std::string_view a, std::string_view b);
// `dn` is `base` or stands below it.
bool dn_below(std::string_view dn, std::string_view base);

// A value as it stands in a distinguished name.
std::string dn_value(std::string_view value);

}  // namespace uplift::text
