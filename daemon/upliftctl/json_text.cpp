#include "daemon/upliftctl/json_text.hpp"

#include <optional>

namespace uplift::upliftctl {
namespace {

constexpr std::size_t longest_line = 80;

bool is_container(const json::Value& value) { return value.is_array() || value.is_object(); }

// [1, 2] and {"a": 1}: on one line, where nothing deeper is in it.
std::optional<std::string> on_one_line(const json::Value& value) {
    std::string out;
    const auto between = [&] { return out.size() > 1 ? ", " : ""; };
    if (value.is_array()) {
        out = "[";
        for (const auto& item : value.items()) {
            if (is_container(item)) return std::nullopt;
            out += between() + json::dump(item);
        }
        return out + "]";
    }
    if (!value.is_object()) return json::dump(value);
    out = "{";
    for (const auto& member : value.members()) {
        if (is_container(member.value)) return std::nullopt;
        out += between();
        json::append_literal(out, member.key);
        out += ": " + json::dump(member.value);
    }
    return out + "}";
}

// What stands between the brackets, one below the other.
template <class Items, class Each>
void append_items(std::string& out, const Items& items, std::size_t level, char close, const Each& each) {
    const std::string indent((level + 1) * 2, ' ');
    for (const auto& item : items) {
        out += (&item == &items.front() ? "\n" : ",\n") + indent;
        each(item);
    }
    out += "\n" + std::string(level * 2, ' ') + close;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the schema, which is ours
void append(std::string& out, const json::Value& value, std::size_t level) {
    const auto used = out.size() - (out.rfind('\n') == std::string::npos ? 0 : out.rfind('\n') + 1);
    const auto line = on_one_line(value);
    if (line && (!is_container(value) || used + line->size() < longest_line)) {
        out += *line;
    } else if (value.is_array()) {
        out += '[';
        append_items(
            out, value.items(), level, ']', [&](const json::Value& item) { append(out, item, level + 1); });
    } else {
        out += '{';
        append_items(out, value.members(), level, '}', [&](const json::Member& member) {
            json::append_literal(out, member.key);
            out += ": ";
            append(out, member.value, level + 1);
        });
    }
}

}  // namespace

std::string pretty(const json::Value& value) {
    std::string out;
    append(out, value, 0);
    return out;
}

}  // namespace uplift::upliftctl
