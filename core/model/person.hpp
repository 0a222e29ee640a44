// A person as the directory shows them.
//
// Pure. Attribute names keep LDAP's spelling; their letter case does not matter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/guid.hpp"

namespace uplift {

struct AttributeNameLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
            const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
            return lower(x) < lower(y);
        });
    }
};
// Values as LDAP returns them: UTF-8 text or octets.
using Attributes = std::map<std::string, std::vector<std::string>, AttributeNameLess>;

struct Person {
    Guid object_guid;
    std::string distinguished_name;
    Attributes attributes;
    std::string read_from;  // the domain controller that answered

    // First value, or empty where the person has none.
    [[nodiscard]] std::string_view first(std::string_view attribute) const {
        const auto found = attributes.find(attribute);
        if (found == attributes.end() || found->second.empty()) return {};
        return found->second.front();
    }
};

// userAccountControl bits (MS-ADTS).
inline constexpr std::uint32_t account_disabled_bit = 0x0002;
inline constexpr std::uint32_t normal_account_bit = 0x0200;

}  // namespace uplift
