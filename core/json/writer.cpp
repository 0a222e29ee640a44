#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/json/json.hpp"
#include "core/text/utf8.hpp"

namespace uplift::json {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

struct Escape {
    std::array<char, 6> text{};  // \u001b
};

template <std::size_t n>
constexpr std::array<Escape, n> escapes_from(unsigned first) {
    std::array<Escape, n> table{};
    for (unsigned i = 0; i < n; ++i) {
        const unsigned c = first + i;
        table[i].text = {'\\', 'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15], hex[c & 15]};
    }
    return table;
}

// The ranges of characters that do not stand as they are, besides `"` and `\`.
constexpr auto controls = escapes_from<0x20>(0x00);
constexpr auto c1_controls = escapes_from<0x21>(0x7F);  // DEL too
constexpr auto arabic_mark = escapes_from<1>(0x061C);
constexpr auto directions = escapes_from<2>(0x200E);
constexpr auto separators = escapes_from<7>(0x2028);  // line, paragraph, bidi
constexpr auto isolates = escapes_from<4>(0x2066);
constexpr auto byte_order_mark = escapes_from<1>(0xFEFF);

template <std::size_t n>
std::optional<std::string_view> in(const std::array<Escape, n>& table, char32_t first, char32_t c) {
    if (c < first || c >= first + n) return std::nullopt;
    const auto& text = table[c - first].text;
    return std::string_view(text.data(), text.size());
}

std::optional<std::string_view> escape_of(char32_t c) {
    switch (c) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            break;
    }
    if (const auto text = in(controls, 0, c)) return text;
    if (c < 0x7F) return std::nullopt;
    if (const auto text = in(c1_controls, 0x7F, c)) return text;
    if (const auto text = in(arabic_mark, 0x061C, c)) return text;
    if (const auto text = in(directions, 0x200E, c)) return text;
    if (const auto text = in(separators, 0x2028, c)) return text;
    if (const auto text = in(isolates, 0x2066, c)) return text;
    return in(byte_order_mark, 0xFEFF, c);
}

bool stands_as_it_is(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

template <class Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), error == std::errc{} ? end : digits.data());
}

enum class Order { as_it_is, by_key };

void append_value(std::string& out, const Value& value, Order order);

void append_members(std::string& out, std::span<const Member> members, Order order) {
    std::vector<const Member*> sorted;
    sorted.reserve(members.size());
    for (const auto& member : members) sorted.push_back(&member);
    if (order == Order::by_key)
        std::stable_sort(
            sorted.begin(), sorted.end(), [](const Member* a, const Member* b) { return a->key < b->key; });
    out += '{';
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i > 0) out += ',';
        append_literal(out, sorted[i]->key);
        out += ':';
        append_value(out, sorted[i]->value, order);
    }
    out += '}';
}

void append_value(std::string& out, const Value& value, Order order) {
    if (value.is_null()) {
        out += "null";
    } else if (const auto truth = value.as_bool()) {
        out += *truth ? "true" : "false";
    } else if (const auto whole = value.as_int()) {
        append_number(out, *whole);
    } else if (const auto number = value.as_double()) {
        if (std::isfinite(*number))
            append_number(out, *number);
        else
            out += "null";
    } else if (const auto text = value.as_string()) {
        append_literal(out, *text);
    } else if (value.is_array()) {
        out += '[';
        bool first = true;
        for (const auto& item : value.items()) {
            if (!first) out += ',';
            first = false;
            append_value(out, item, order);
        }
        out += ']';
    } else {
        append_members(out, value.members(), order);
    }
}

}  // namespace

Piece next_piece(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size()) {
        if (stands_as_it_is(text[end])) {
            ++end;
            continue;
        }
        const auto point = text::code_point_at(text, end);
        const auto escape =
            point.valid ? escape_of(point.value) : std::optional<std::string_view>("\xEF\xBF\xBD");
        if (!escape) {
            end += point.length;
            continue;
        }
        if (end == at) return {*escape, point.length};
        break;
    }
    return {text.substr(at, end - at), end - at};
}

void append_literal(std::string& out, std::string_view text) {
    escape(text, [&](std::string_view piece) { out += piece; });
}

void append(std::string& out, const Value& value) { append_value(out, value, Order::as_it_is); }

std::string dump(const Value& value) {
    std::string out;
    append(out, value);
    return out;
}

std::string canonical(const Value& value) {
    std::string out;
    append_value(out, value, Order::by_key);
    return out;
}

}  // namespace uplift::json
