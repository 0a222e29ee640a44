// Where values stand in a JSON text: for faults that name line and column.
//
// Pure. For texts that parse() has accepted: it takes their syntax as given. A value is named by the way to
// it from the whole: the position of the member or item at each level. One pass, however many are asked for.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace uplift::json {

using Way = std::vector<std::size_t>;  // {2, 0}: the first item of the third member

// Counted from 1, the column in characters.
struct TextPlace {
    std::size_t line = 1;
    std::size_t column = 1;
    bool operator==(const TextPlace&) const = default;
};

// Of each value that is in `ways`: where its key stands (a member), or itself (an item, the whole).
std::map<Way, TextPlace> places_of(std::string_view text, const std::set<Way>& ways);

}  // namespace uplift::json
