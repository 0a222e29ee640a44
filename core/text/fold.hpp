// Names folded to ASCII, for addresses: Jürgen Łukasz-Øst → Jurgen Lukasz-Ost.
//
// Pure. Letters that no table knows (Cyrillic, Greek, CJK) are dropped: a template that is left with nothing
// is a fault of that person, and a person decides.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uplift::text {

enum class Folding : std::uint8_t {
    plain,  // ä → a
    german  // ä → ae, ö → oe, ü → ue
};
std::string ascii(std::string_view text, Folding folding = Folding::plain);

}  // namespace uplift::text
