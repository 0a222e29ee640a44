// Attribute descriptions as servers write them: with the options that say how values came.
//
// Pure. AD gives long lists of values in ranges: member;range=0-1499 ([MS-ADTS] 3.1.1.3.1.3.3).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uplift::ldap {

// member;range=0-1499 → member, 0, 1499; the last part ends in *.
struct AttributeRange {
    std::string name;
    std::size_t first = 0;
    std::optional<std::size_t> last;  // nothing: that was all
};

// The attribute without ;range= and ;binary, which say how values came and not whose they are; other options
// (;lang-de) make another attribute and stay.
AttributeRange described(std::string_view description);

// member;range=1500-*
std::string range_request(const std::string& name, std::size_t first);

}  // namespace uplift::ldap
