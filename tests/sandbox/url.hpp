// A request target in its parts: decoded path segments and decoded query options. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplift::sandbox {

struct Url {
    std::string path;                   // as sent, without the query
    std::vector<std::string> segments;  // decoded; users('x') counts as users, x
    std::vector<std::pair<std::string, std::string>> options;

    const std::string* option(std::string_view name) const;
};

// Nothing when the target is no absolute path.
std::optional<Url> parse_target(std::string_view target);

// `application/x-www-form-urlencoded`, also the query of a URL.
std::vector<std::pair<std::string, std::string>> parse_form(std::string_view form);

// The target again, with one option replaced or added; other bytes stay as they were sent.
std::string with_option(std::string_view target, std::string_view name, std::string_view encoded_value);

}  // namespace uplift::sandbox
