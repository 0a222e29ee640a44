#include "tests/sandbox/definition_keys.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/definition.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {

using nlohmann::json;

void check_keys(const json& object, std::initializer_list<std::string_view> known, const std::string& where) {
    if (!object.is_object()) throw DefinitionError(where + ": an object is needed");
    for (const auto& [key, value] : object.items()) {
        if (key.starts_with('#')) continue;
        if (std::find(known.begin(), known.end(), key) == known.end())
            throw DefinitionError(where + ": unknown key \"" + key + "\"");
    }
}

std::string needed_text(const json& object, const char* key, const std::string& where) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty())
        throw DefinitionError(where + ": \"" + key + "\" is needed");
    return found->get<std::string>();
}

const json& list_of(const json& object, const char* key) {
    static const json none = json::array();
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

AppSecret secret_of(const json& entry) {
    if (entry.is_string()) return {entry.get<std::string>(), std::nullopt};
    check_keys(entry, {"value", "expires"}, "apps.secrets");
    AppSecret secret{needed_text(entry, "value", "apps.secrets"), std::nullopt};
    if (entry.contains("expires")) {
        secret.expires = parse_utc(entry.at("expires").get<std::string>());
        if (!secret.expires) throw DefinitionError("apps.secrets: \"expires\" is no time");
    }
    return secret;
}

void read_exchange_access(const nlohmann::json& entry, exchange::Access& access) {
    access.roles = entry.value("exchange_access", access.roles);
    access.without = entry.value("exchange_without", access.without);
    for (const auto& role : access.roles)
        if (!exchange::is_known_role(role)) throw DefinitionError("exchange_access: unknown role " + role);
}

std::optional<UserPosition> user_named(const Tenant& tenant, std::string_view name) {
    const Key key = is_guid(name) ? Key::id : Key::user_principal_name;
    return tenant.directory.holder(key, name, Presence::active);
}

}  // namespace uplift::sandbox
