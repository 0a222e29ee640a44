#include "tests/sandbox/url.hpp"

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

// Graph takes both spellings: /users/x and /users('x'), the second for names that start with $.
void append_segment(std::string_view raw, std::vector<std::string>& segments) {
    const std::string segment = percent_decoded(raw, Plus::literal);
    const auto open = segment.find("('");
    if (open == std::string::npos || open == 0 || !segment.ends_with("')")) {
        segments.push_back(segment);
        return;
    }
    segments.push_back(segment.substr(0, open));
    std::string key = segment.substr(open + 2, segment.size() - open - 4);
    for (auto at = key.find("''"); at != std::string::npos; at = key.find("''", at + 1)) key.erase(at, 1);
    segments.push_back(key);
}

}  // namespace

const std::string* Url::option(std::string_view name) const {
    for (const auto& [key, value] : options)
        if (key == name) return &value;
    return nullptr;
}

std::vector<std::pair<std::string, std::string>> parse_form(std::string_view form) {
    std::vector<std::pair<std::string, std::string>> fields;
    if (form.empty()) return fields;
    for (const auto& pair : split(form, '&')) {
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const std::string_view view = pair;
        fields.emplace_back(percent_decoded(view.substr(0, equals), Plus::blank),
                            equals == std::string::npos
                                ? std::string()
                                : percent_decoded(view.substr(equals + 1), Plus::blank));
    }
    return fields;
}

std::optional<Url> parse_target(std::string_view target) {
    if (!target.starts_with('/')) return std::nullopt;
    Url url;
    const auto question = target.find('?');
    url.path = std::string(target.substr(0, question));
    for (const auto& part : split(std::string_view(url.path).substr(1), '/'))
        if (!part.empty()) append_segment(part, url.segments);
    if (question != std::string_view::npos) url.options = parse_form(target.substr(question + 1));
    return url;
}

std::string with_option(std::string_view target, std::string_view name, std::string_view encoded_value) {
    const auto question = target.find('?');
    std::string result(target.substr(0, question));
    char joint = '?';
    if (question != std::string_view::npos) {
        for (const auto& pair : split(target.substr(question + 1), '&')) {
            const auto key = percent_decoded(std::string_view(pair).substr(0, pair.find('=')), Plus::blank);
            if (pair.empty() || key == name) continue;
            result.push_back(joint);
            result += pair;
            joint = '&';
        }
    }
    result.push_back(joint);
    result += name;
    result.push_back('=');
    result += encoded_value;
    return result;
}

}  // namespace uplift::sandbox
