// The small readers that the definition's parts share.
#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox {

// Throws DefinitionError, naming the first key that is none of `known`. Keys that start with # are comments.
void check_keys(const nlohmann::json& object,
                std::initializer_list<std::string_view> known,
                const std::string& where);
std::string needed_text(const nlohmann::json& object, const char* key, const std::string& where);
// The array under `key`; an empty one when it is absent.
const nlohmann::json& list_of(const nlohmann::json& object, const char* key);

// "value", or {"value": …, "expires": "2026-11-23T10:00:00Z"}.
AppSecret secret_of(const nlohmann::json& entry);
// "SKU" or {sku, disabled_plans, by_group}; takes no seat.
Licence defined_licence(const Tenant& tenant, const nlohmann::json& entry, TimePoint now);
// exchange_access and exchange_without of an app, where they are given.
void read_exchange_access(const nlohmann::json& entry, exchange::Access& access);
// By object id or by user principal name.
std::optional<UserPosition> user_named(const Tenant& tenant, std::string_view name);

}  // namespace uplift::sandbox
