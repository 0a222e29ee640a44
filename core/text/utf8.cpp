#include "core/text/utf8.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstring>

namespace uplift::text {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

bool is_ascii(std::string_view text) {
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, 8);
        if ((word & 0x8080808080808080U) != 0) return false;
    }
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
}

// White_Space of Unicode, and the byte order mark that editors leave behind.
bool is_blank(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000 || c == 0xFEFF;
}

template <class Map>
std::string mapped(std::string_view text, Map map) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto point = code_point_at(text, at);
        if (point.valid)
            map(out, point.value);
        else
            out += text[at];
        at += point.length;
    }
    return out;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return {first, 1, true};
    const CodePoint invalid{first, 1, false};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return invalid;
    char32_t value = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[at + i])) return invalid;
        value = value << 6 | (byte(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (overlong || surrogate || value > 0x10FFFF) return invalid;
    return {value, length, true};
}

void append_utf8(std::string& out, char32_t c) {
    const auto add = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) {
        add(c);
    } else if (c < 0x800) {
        add(0xC0U | c >> 6);
        add(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        add(0xE0U | c >> 12);
        add(0x80U | (c >> 6 & 0x3FU));
        add(0x80U | (c & 0x3FU));
    } else {
        add(0xF0U | c >> 18);
        add(0x80U | (c >> 12 & 0x3FU));
        add(0x80U | (c >> 6 & 0x3FU));
        add(0x80U | (c & 0x3FU));
    }
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
    if (is_ascii(text)) return std::nullopt;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = code_point_at(text, at);
        if (!point.valid) return at;
        at += point.length;
    }
    return std::nullopt;
}

bool is_utf8(std::string_view text) { return !first_invalid_utf8(text); }

std::string with_invalid_replaced(std::string_view text) {
    if (is_utf8(text)) return std::string(text);
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = code_point_at(text, at);
        out += point.valid ? text.substr(at, point.length) : replacement;
        at += point.length;
    }
    return out;
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) at += code_point_at(text, at).length;
    return count;
}

std::string lower(std::string_view text) {
    if (is_ascii(text)) {
        std::string out(text);
        for (char& c : out)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
        return out;
    }
    return mapped(text, [](std::string& out, char32_t c) {
        append_utf8(out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
    });
}

std::string upper(std::string_view text) {
    return mapped(text, [](std::string& out, char32_t c) {
        if (c == U'ß')
            out += "SS";  // utf8proc would give the capital sharp s, which no address has
        else
            append_utf8(out, static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))));
    });
}

std::string_view trim(std::string_view text) {
    while (!text.empty()) {
        const auto point = code_point_at(text, 0);
        if (!point.valid || !is_blank(point.value)) break;
        text.remove_prefix(point.length);
    }
    while (!text.empty()) {
        std::size_t at = text.size() - 1;
        while (at > 0 && text.size() - at < 4 && is_continuation(text[at])) --at;
        const auto point = code_point_at(text, at);
        if (!point.valid || at + point.length != text.size() || !is_blank(point.value)) break;
        text.remove_suffix(point.length);
    }
    return text;
}

bool same_ignoring_case(std::string_view a, std::string_view b) { return a == b || lower(a) == lower(b); }

bool is_unseen(char32_t c) {
    if (c < 0x7F) return c < 0x20;
    if (c == 0x200C || c == 0x200D) return false;
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return true;
        default:
            return false;
    }
}

bool Utf16Decoder::feed(std::string_view bytes, std::string& out) {
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (!half_) {
            half_ = byte;
            continue;
        }
        const unsigned unit = order_ == ByteOrder::little ? *half_ | static_cast<unsigned>(byte) << 8
                                                          : static_cast<unsigned>(*half_) << 8 | byte;
        half_.reset();
        const bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
        const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
        if ((high_ != 0) != is_low) return false;
        if (is_high) {
            high_ = unit;
        } else if (is_low) {
            append_utf8(out, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
            high_ = 0;
        } else {
            append_utf8(out, unit);
        }
    }
    return true;
}

}  // namespace uplift::text
