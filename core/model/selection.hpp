// Selection: whom a job asks for without naming each: everybody below some OUs who matches a filter.
//
// Pure. Users only: computers, contacts and groups are never meant.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace uplift {

enum class SelectionScope : std::uint8_t { subtree, onelevel };

struct Selection {
    std::vector<std::string> ous;          // DNs; empty: the directory's base
    std::vector<std::string> exclude_ous;  // DNs; nobody at or below them
    std::string filter;                    // RFC 4515; empty: everybody
    SelectionScope scope = SelectionScope::subtree;
    bool operator==(const Selection&) const = default;
};

}  // namespace uplift
