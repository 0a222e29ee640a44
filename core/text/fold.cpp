#include "core/text/fold.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "core/text/utf8.hpp"

namespace uplift::text {
namespace {

struct Replacement {
    char32_t letter;
    std::string_view text;
};

// Letters that Unicode does not take apart, sorted.
constexpr std::array letters{
    Replacement{U'Æ', "AE"}, Replacement{U'Ð', "D"},  Replacement{U'Ø', "O"},  Replacement{U'Þ', "Th"},
    Replacement{U'ß', "ss"}, Replacement{U'æ', "ae"}, Replacement{U'ð', "d"},  Replacement{U'ø', "o"},
    Replacement{U'þ', "th"}, Replacement{U'Đ', "D"},  Replacement{U'đ', "d"},  Replacement{U'Ħ', "H"},
    Replacement{U'ħ', "h"},  Replacement{U'ı', "i"},  Replacement{U'ĸ', "k"},  Replacement{U'Ł', "L"},
    Replacement{U'ł', "l"},  Replacement{U'Ŋ', "N"},  Replacement{U'ŋ', "n"},  Replacement{U'Œ', "OE"},
    Replacement{U'œ', "oe"}, Replacement{U'Ŧ', "T"},  Replacement{U'ŧ', "t"},  Replacement{U'ƒ', "f"},
    Replacement{U'ʻ', "'"},  Replacement{U'ʼ', "'"},  Replacement{U'ẞ', "SS"}, Replacement{U'‐', "-"},
    Replacement{U'‑', "-"},  Replacement{U'–', "-"},  Replacement{U'—', "-"},  Replacement{U'‘', "'"},
    Replacement{U'’', "'"},  Replacement{U'“', "\""}, Replacement{U'”', "\""}, Replacement{U'−', "-"}};

constexpr std::array german_letters{Replacement{U'Ä', "Ae"},
                                    Replacement{U'Ö', "Oe"},
                                    Replacement{U'Ü', "Ue"},
                                    Replacement{U'ä', "ae"},
                                    Replacement{U'ö', "oe"},
                                    Replacement{U'ü', "ue"}};

template <std::size_t n>
const Replacement* find(const std::array<Replacement, n>& table, char32_t letter) {
    const auto found =
        std::lower_bound(table.begin(), table.end(), letter, [](const Replacement& entry, char32_t c) {
            return entry.letter < c;
        });
    return found == table.end() || found->letter != letter ? nullptr : &*found;
}

std::string normalized(std::string_view text, int options) {
    utf8proc_uint8_t* raw = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()),
                                   &raw,
                                   static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
    if (size < 0) return std::string(text);
    return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
}

}  // namespace

std::string ascii(std::string_view text, Folding folding) {
    std::string source = with_invalid_replaced(text);
    if (folding == Folding::german) {
        // Composed first: an ä may come as a and two dots.
        const std::string composed = normalized(source, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
        source.clear();
        for (std::size_t at = 0; at < composed.size();) {
            const auto point = code_point_at(composed, at);
            if (const auto* umlaut = find(german_letters, point.value))
                source += umlaut->text;
            else
                source += composed.substr(at, point.length);
            at += point.length;
        }
    }
    const std::string taken_apart =
        normalized(source, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
    std::string out;
    for (std::size_t at = 0; at < taken_apart.size();) {
        const auto point = code_point_at(taken_apart, at);
        if (point.value < 0x80)
            out += static_cast<char>(point.value);
        else if (const auto* letter = find(letters, point.value))
            out += letter->text;
        at += point.length;
    }
    return out;
}

}  // namespace uplift::text
