#include <algorithm>

#include "config/reference.hpp"
#include "core/profile/attribute_map.hpp"
#include "core/text/show.hpp"

namespace uplift::config {
namespace {

constexpr std::size_t line_width = 100;

constexpr auto head =
    "# Uplift: people of an Active Directory get Microsoft 365 accounts.\n"
    "#\n"
    "# Check a change with  upliftd --check-config ; apply it with  upliftctl reload.\n"
    "# No secret stands here: it is { credential = \"NAME\" }, loaded by the unit, or { file = \"/PATH\" }, "
    "which\n"
    "# only root or the daemon's user may read. Lines that begin with # and a key show its default, or an\n"
    "# example where there is none.\n";

// The names that the sample gives its tables.
std::string with_names(std::string_view path) {
    std::string out(path);
    const auto name = out.starts_with("directory") ? "corp" : out.starts_with("tenant") ? "contoso" : "staff";
    if (const auto at = out.find(".NAME"); at != std::string::npos)
        out.replace(at, 5, std::string(".") + name);
    return out;
}

// What works without being required by itself: one way of the several to connect and to sign in.
bool stands_there(const KeyReference& key) {
    constexpr std::string_view chosen[] = {"directory.NAME.uris",
                                           "directory.NAME.bind_dn",
                                           "directory.NAME.password",
                                           "tenant.NAME.certificate",
                                           "tenant.NAME.private_key",
                                           "profile.NAME.licenses.sku",
                                           "service.default_profile"};
    return std::find(std::begin(chosen), std::end(chosen), key.key) != std::end(chosen) ||
           (key.need == KeyNeed::required && key.key.find(".litigation_hold.") == std::string_view::npos);
}

std::string comment(std::string_view text) {
    auto lines = text::wrapped(text, line_width - 2);
    std::string out = "# ";
    for (const char c : lines) out += c == '\n' ? std::string("\n# ") : std::string(1, c);
    return out + "\n";
}

std::string line_of(const KeyReference& key) {
    const bool live = stands_there(key);
    const auto name = is_any_name(last_part(key.key)) ? "jobTitle" : last_part(key.key);
    const auto value = !live && !key.standard.empty() ? key.standard : key.example;
    auto text = std::string(key.meaning);
    if (!key.words.empty()) {
        std::string words(key.words);
        for (std::size_t at = words.find(' '); at != std::string::npos; at = words.find(' ', at + 3))
            words.replace(at, 1, " | ");
        text += " One of: " + words;
    }
    return comment(text) + (live ? "" : "#") + std::string(name) + " = " + std::string(value) + "\n";
}

std::string table_of(const KeyReference& key) {
    return std::string(key.key.substr(0, key.key.size() - last_part(key.key).size() - 1));
}

// A table whose being there says something already is a comment too.
std::string title_of(const std::string& table) {
    const std::size_t brackets = is_list_of_tables(table) ? 2 : 1;
    const bool says_something = table.ends_with(".litigation_hold") || table.ends_with(".attributes");
    return std::string(says_something ? "#" : "") + std::string(brackets, '[') + with_names(table) +
           std::string(brackets, ']');
}

// Each property with its default template.
std::string default_map() {
    std::string lines;
    for (const auto& property : profile::graph_properties())
        lines += "#" + std::string(property.name) + " = \"" + std::string(property.default_template) + "\"\n";
    return lines;
}

}  // namespace

std::string sample_config() {
    std::string out = head;
    std::vector<std::string> begun;
    for (const auto& key : key_references()) {
        const auto here = table_of(key);
        if (std::find(begun.begin(), begun.end(), here) != begun.end()) continue;
        begun.push_back(here);
        out += "\n" + title_of(here) + "\n";
        // All keys of a table come before its sub-tables: TOML knows no way back.
        for (const auto& one : key_references())
            if (table_of(one) == here) out += line_of(one);
        if (here.ends_with(".attributes")) out += default_map();
    }
    return out;
}

}  // namespace uplift::config
