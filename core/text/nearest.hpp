// The known word that a mistyped one probably meant.
//
// Pure. Letter case does not count; a swap of two neighbours is one error.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace uplift::text {

// Insertions, deletions, substitutions and swaps of neighbours between the two, over bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Nothing when no word is near: more than a third of the letters differ.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace uplift::text
