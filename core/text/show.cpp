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
    // Vowels and final consonants that stand inside of a Hangul syllable.
    if ((c >= 0x1160 && c <= 0x11FF) || (c >= 0xD7B0 && c <= 0xD7FF)) return 0;
    const auto point = static_cast<utf8proc_int32_t>(c);
    // Marks that stand beside their letter (Devanagari, Tamil): glibc, and with it most terminals, gives them
    // a column of their own, utf8proc does not.
    if (utf8proc_category(point) == UTF8PROC_CATEGORY_MC) return 1;
    const int width = utf8proc_charwidth(point);
    return width > 0 ? static_cast<std::size_t>(width) : 0;
}

constexpr char32_t joiner = 0x200D;
constexpr char32_t shown_as_emoji = 0xFE0F;
bool is_skin_tone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }
bool is_flag_letter(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

// What people see as one character: it is never cut apart.
struct Cluster {
    std::size_t length = 0;  // bytes
    std::size_t width = 0;   // columns
};

Cluster cluster_at(std::string_view text, std::size_t at) {
    auto point = code_point_at(text, at);
    Cluster cluster{.length = point.length, .width = width_of(point.value)};
    const bool flag = is_flag_letter(point.value);
    utf8proc_int32_t state = 0;
    while (at + cluster.length < text.size()) {
        const auto next = code_point_at(text, at + cluster.length);
        if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(point.value),
                                             static_cast<utf8proc_int32_t>(next.value),
                                             &state))
            break;
        cluster.length += next.length;
        if (next.value == shown_as_emoji)
            cluster.width = std::max<std::size_t>(cluster.width, 2);
        else if (point.value != joiner && !is_skin_tone(next.value))
            cluster.width += width_of(next.value);
        point = next;
        if (flag) cluster.width = 2;
    }
    return cluster;
}

std::size_t width_of_shown(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto cluster = cluster_at(text, at);
        width += cluster.width;
        at += cluster.length;
    }
    return width;
}

bool runs_to_the_left(char32_t c) {
    const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
    return property->bidi_class == UTF8PROC_BIDI_CLASS_R || property->bidi_class == UTF8PROC_BIDI_CLASS_AL ||
           property->bidi_class == UTF8PROC_BIDI_CLASS_AN;
}

bool is_isolating(char32_t c) { return c == 0x2068 || c == 0x2069; }

std::string shown_but_for(std::string_view value, bool (*passes)(char32_t)) {
    std::string out;
    out.reserve(value.size());
    for (std::size_t at = 0; at < value.size();) {
        const auto point = code_point_at(value, at);
        if (!point.valid || (is_unseen(point.value) && !passes(point.value)))
            append_escaped(out, point);
        else
            out += value.substr(at, point.length);
        at += point.length;
    }
    return out;
}

// Bytes of `text` that fit in `width` columns; at least one character, so that work goes on.
std::size_t fitting(std::string_view text, std::size_t width) {
    std::size_t at = 0, used = 0;
    while (at < text.size()) {
        const auto cluster = cluster_at(text, at);
        if (at > 0 && used + cluster.width > width) break;
        used += cluster.width;
        at += cluster.length;
    }
    return at;
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
    return shown_but_for(value, [](char32_t) { return false; });
}

std::size_t display_width(std::string_view value) { return width_of_shown(shown(value)); }

std::string cut_to_width(std::string_view value, std::size_t width) {
    std::string text = shown(value);
    if (width_of_shown(text) <= width) return text;
    if (width == 0) return {};
    std::size_t used = 0, at = 0;
    while (at < text.size()) {
        const auto cluster = cluster_at(text, at);
        if (used + cluster.width > width - 1) break;
        used += cluster.width;
        at += cluster.length;
    }
    text.resize(at);
    return text + "…";
}

std::string padded(std::string_view value, std::size_t width, Align align) {
    std::string text = cut_to_width(value, width);
    const std::string blanks(width - std::min(width, width_of_shown(text)), ' ');
    return align == Align::left ? text + blanks : blanks + text;
}

std::string isolated(std::string shown_text) {
    for (std::size_t at = 0; at < shown_text.size();) {
        const auto point = code_point_at(shown_text, at);
        if (runs_to_the_left(point.value)) return "\u2068" + shown_text + "\u2069";
        at += point.length;
    }
    return shown_text;
}

std::string cell(std::string_view value, std::size_t width, Align align) {
    std::string text = cut_to_width(value, width);
    const std::string blanks(width - std::min(width, width_of_shown(text)), ' ');
    text = isolated(std::move(text));
    return align == Align::left ? text + blanks : blanks + text;
}

std::string wrapped(std::string_view value, std::size_t width, std::size_t indent, std::size_t used) {
    const auto text = shown_but_for(value, is_isolating);
    const std::string line_start = "\n" + std::string(indent, ' ');
    std::string out;
    bool fresh = used <= indent;  // no word stands on the line yet
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        std::string_view word = std::string_view(text).substr(at, end - at);
        at = end + 1;
        if (word.empty()) continue;
        const std::size_t blank = fresh ? 0 : 1;
        if (!fresh && used + blank + width_of_shown(word) > width) {
            out += line_start;
            used = indent;
            fresh = true;
        } else if (!fresh && !out.empty()) {
            out += ' ';
            ++used;
        }
        while (used + width_of_shown(word) > width && !word.empty()) {
            const auto part = fitting(word, width > used ? width - used : 1);
            out += word.substr(0, part);
            word.remove_prefix(part);
            if (word.empty()) break;
            out += line_start;
            used = indent;
        }
        out += word;
        used += width_of_shown(word);
        fresh = false;
    }
    return out;
}

}  // namespace uplift::text
