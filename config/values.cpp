#include "config/values.hpp"

#include <map>

#include "config/reference.hpp"
#include "core/profile/attribute_map.hpp"
#include "core/text/show.hpp"

namespace uplift::config {
namespace {

// The names of the tables that a key's NAME stands for.
std::vector<std::string> names_for(const Config& config, std::string_view key) {
    std::vector<std::string> names;
    const auto collect = [&](const auto& tables) {
        for (const auto& [name, _] : tables) names.push_back(name.value);
    };
    if (key.starts_with("directory.")) collect(config.directories);
    if (key.starts_with("tenant.")) collect(config.tenants);
    if (key.starts_with("profile.")) collect(config.profiles);
    return names;
}

// Whether the key, or a table around it, was written as a whole.
bool is_written(const Config& config, const std::string& key) {
    for (auto end = key.size(); end != std::string::npos;
         end = end == 0 ? std::string::npos : key.rfind('.', end - 1))
        if (config.written.contains(key.substr(0, end))) return true;
    const auto below = config.written.lower_bound(key + ".");
    return below != config.written.end() && below->first.starts_with(key + ".");
}

}  // namespace

std::vector<ValueInForce> values_in_force(const Config& config) {
    std::map<std::string, ValueInForce> values;
    for (const auto& [key, value] : config.written)
        values[key] = {.key = key, .text = value.text, .origin = value.place};
    const auto add_default = [&](const std::string& key, std::string text) {
        if (!is_written(config, key))
            values[key] = {.key = key, .text = std::move(text), .origin = "default"};
    };
    constexpr std::string_view any_name = ".NAME.";
    for (const auto& reference : key_references()) {
        if (reference.standard.empty()) continue;
        const std::string key(reference.key);
        const auto at = key.find(any_name);
        if (at == std::string::npos) {
            add_default(key, std::string(reference.standard));
            continue;
        }
        for (const auto& name : names_for(config, key))
            add_default(key.substr(0, at + 1) + name + key.substr(at + any_name.size() - 1),
                        std::string(reference.standard));
    }
    for (const auto& [name, profile] : config.profiles)
        for (const auto& property : profile::graph_properties())
            add_default("profile." + name.value + ".attributes." + std::string(property.name),
                        text::quoted(property.default_template));
    std::vector<ValueInForce> list;
    for (auto& [key, value] : values) list.push_back(std::move(value));
    return list;
}

}  // namespace uplift::config
