// From an identity to the search that finds who answers to it, and the requests a search is made of.
//
// Pure, free of libldap. Filters are RFC 4515; objectGUID stands in them octet by octet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/guid.hpp"
#include "core/model/identity.hpp"

namespace uplift::ldap {

enum class Reach : std::uint8_t { entry, children, subtree };

// Where to look, and for what.
struct PersonSearch {
    std::string base;
    Reach reach = Reach::subtree;
    std::string filter;
    bool operator==(const PersonSearch&) const = default;
};

// One search request as it goes out.
struct SearchRequest {
    PersonSearch search;
    std::vector<std::string> attributes;
    int page_size = 0;   // 0: not paged
    std::string cookie;  // of the page before; empty for the first
};

// Nothing where nobody can answer: not a GUID, not a DN, a DN outside of `base_dn`, another domain's
// backslash name, an empty value.
std::optional<PersonSearch> search_for(const Identity& identity,
                                       std::string_view base_dn,
                                       std::string_view netbios);

// (objectGUID=\c4\92…)
std::string guid_filter(const Guid& guid);
// (|(objectGUID=…)(objectGUID=…)…)
std::string guids_filter(const std::vector<Guid>& guids);

// An attribute description as a server understands it: member, member;range=0-1499.
bool is_attribute_description(std::string_view text);

}  // namespace uplift::ldap
