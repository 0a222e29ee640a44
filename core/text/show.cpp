#include "core/text/show.hpp"

#include <utf8proc.h>

#include <algorithm>

#include "core/text/utf8.hpp"

namespace uplift::text {
namespace {

void append_hex(std::string& out, char32_t value, int digits) {
    constexpr std::string_view hex = "0123456789abcdef";
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += hex[value >> shift & 15];
}

void append_escaped(std::string& out, CodePoint point) {
    if (point.value == '\n') {
        out += "\\n";
    } else if (point.value == '\r') {
        out += "\\r";
    } else if (point.value == '\t') {
        out += "\\t";
    } else if (!point.valid || point.value < 0x80) {
        out += "\\x";
        append_hex(out, point.value, 2);
    } else if (point.value < 0x10000) {
        out += "\\u";
        append_hex(out, point.value, 4);
    } else {
        out += "\\U";
        append_hex(out, point.value, 8);
    }
}

bool is_plain(char c) { return c >= 0x20 && c < 0x7F; }

std::size_t width_of(char32_t c) {
    const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(c));
    return width > 0 ? static_cast<std::size_t>(width) : 0;
}

std::size_t width_of_shown(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = code_point_at(text, at);
        width += width_of(point.value);
        at += point.length;
    }
    return width;
}

}  // namespace

void append_quoted(std::string& out, std::string_view value) {
    out += '"';
    for (std::size_t at = 0; at < value.size();) {
        const char c = value[at];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
            ++at;
        } else if (is_plain(c)) {
            out += c;
            ++at;
        } else {
            const auto point = code_point_at(value, at);
            if (!point.valid || is_unseen(point.value))
                append_escaped(out, point);
            else
                out += value.substr(at, point.length);
            at += point.length;
        }
    }
    out += '"';
}

std::string quoted(std::string_view value) {
    std::string out;
    out.reserve(value.size() + 2);
    append_quoted(out, value);
    return out;
}

std::string shown(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    for (std::size_t at = 0; at < value.size();) {
        const auto point = code_point_at(value, at);
        if (!point.valid || is_unseen(point.value))
            append_escaped(out, point);
        else
            out += value.substr(at, point.length);
        at += point.length;
    }
    return out;
}

std::size_t display_width(std::string_view value) { return width_of_shown(shown(value)); }

std::string cut_to_width(std::string_view value, std::size_t width) {
    std::string text = shown(value);
    if (width_of_shown(text) <= width) return text;
    if (width == 0) return {};
    std::size_t used = 0, at = 0;
    while (at < text.size()) {
        const auto point = code_point_at(text, at);
        // Marks of no width stay with their letter.
        if (used + width_of(point.value) > width - 1) break;
        used += width_of(point.value);
        at += point.length;
    }
    text.resize(at);
    return text + "…";
}

std::string padded(std::string_view value, std::size_t width, Align align) {
    std::string text = cut_to_width(value, width);
    const std::string blanks(width - std::min(width, width_of_shown(text)), ' ');
    return align == Align::left ? text + blanks : blanks + text;
}

}  // namespace uplift::text
