#include "config/reference.hpp"

#include <algorithm>

#include "config/reference_tables.hpp"
#include "core/text/utf8.hpp"

namespace uplift::config {
namespace {

// Whether the parts of `given` are those of `key`, where capitals in `key` stand for any; the rest of `key`.
enum class Fit : std::uint8_t { none, whole, beginning };
Fit fit_of(std::string_view key, std::string_view given) {
    while (!given.empty()) {
        if (key.empty()) return Fit::none;
        const auto key_end = std::min(key.find('.'), key.size());
        const auto given_end = std::min(given.find('.'), given.size());
        const auto part = key.substr(0, key_end);
        if (!is_any_name(part) && !text::same_ignoring_case(part, given.substr(0, given_end)))
            return Fit::none;
        key.remove_prefix(std::min(key_end + 1, key.size()));
        given.remove_prefix(std::min(given_end + 1, given.size()));
    }
    return key.empty() ? Fit::whole : Fit::beginning;
}

}  // namespace

std::string_view word(KeyKind kind) {
    using enum KeyKind;
    switch (kind) {
        case text:
            return "text";
        case texts:
            return "list of texts";
        case flag:
            return "true or false";
        case number:
            return "whole number";
        case decimal:
            return "number";
        case duration:
            return "duration (90s, 30m, 24h, 7d)";
        case durations:
            return "list of durations";
        case size:
            return "size (KiB, MiB, GiB)";
        case path:
            return "absolute path";
        case secret:
            return "where a secret is kept: { credential = \"NAME\" } or { file = \"PATH\" }";
        case file:
            return "where a file is kept: { file = \"PATH\" } or { credential = \"NAME\" }";
        case KeyKind::word:
            return "word";
        case template_:
            return "template";
        case templates:
            return "list of templates";
    }
    return "";
}

std::span<const KeyReference> key_references() {
    static const auto all = [] {
        std::vector<KeyReference> keys;
        for (const auto part : {door_references(), profile_references(), service_references()})
            keys.insert(keys.end(), part.begin(), part.end());
        return keys;
    }();
    return all;
}

std::vector<const KeyReference*> keys_named(std::string_view word) {
    std::vector<const KeyReference*> whole, below, ending;
    for (const auto& key : key_references()) {
        const auto fit = fit_of(key.key, word);
        if (fit == Fit::whole) whole.push_back(&key);
        if (fit == Fit::beginning) below.push_back(&key);
        // allow, allow.ous, domain: named by what stands further down.
        auto rest = key.key;
        for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
            rest.remove_prefix(dot + 1);
            const auto named = rest.substr(0, rest.find('.'));
            if (is_any_name(named) || fit_of(rest, word) == Fit::none) continue;
            ending.push_back(&key);
            break;
        }
    }
    return !whole.empty() ? whole : !below.empty() ? below : ending;
}

std::string_view last_part(std::string_view key) {
    const auto dot = key.rfind('.');
    return dot == std::string_view::npos ? key : key.substr(dot + 1);
}

bool is_any_name(std::string_view part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_list_of_tables(std::string_view table_key) { return table_key == "profile.NAME.licenses"; }

}  // namespace uplift::config
