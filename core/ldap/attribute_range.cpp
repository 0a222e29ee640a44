#include "core/ldap/attribute_range.hpp"

#include <algorithm>
#include <charconv>

#include "core/text/utf8.hpp"

namespace uplift::ldap {
namespace {

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// `name` where there is no such option or it makes no sense.
AttributeRange parse_range(std::string_view name, std::string_view option) {
    AttributeRange range{.name = std::string(name), .first = 0, .last = {}};
    const auto bounds = option.substr(std::string_view("range=").size());
    const auto dash = bounds.find('-');
    if (dash == std::string_view::npos) return range;
    range.first = number(bounds.substr(0, dash)).value_or(0);
    range.last = number(bounds.substr(dash + 1));
    return range;
}

bool starts_ignoring_case(std::string_view text, std::string_view start) {
    return text.size() >= start.size() && text::same_ignoring_case(text.substr(0, start.size()), start);
}

}  // namespace

AttributeRange described(std::string_view description) {
    AttributeRange range;
    std::size_t at = 0;
    std::string_view option_of_range;
    while (at <= description.size()) {
        const auto end = std::min(description.find(';', at), description.size());
        const auto part = description.substr(at, end - at);
        if (at == 0)
            range.name = part;
        else if (starts_ignoring_case(part, "range="))
            option_of_range = part;
        else if (!text::same_ignoring_case(part, "binary"))
            range.name += ";" + std::string(part);
        at = end + 1;
    }
    return option_of_range.empty() ? range : parse_range(range.name, option_of_range);
}

std::string range_request(const std::string& name, std::size_t first) {
    return name + ";range=" + std::to_string(first) + "-*";
}

}  // namespace uplift::ldap
