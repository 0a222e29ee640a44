#include "daemon/upliftctl/schemas.hpp"

#include "config/reference.hpp"
#include "core/intake/columns.hpp"
#include "core/model/identity.hpp"

namespace uplift::upliftctl {
namespace {

using config::KeyKind;
using config::KeyReference;
using json::Array;
using json::Value;

constexpr auto dialect = "https://json-schema.org/draft/2020-12/schema";
constexpr auto rfc3339 =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$";

Value of_type(const char* type) { return Value::object({{"type", Value(type)}}); }
Value pattern(const char* expression) {
    return Value::object({{"type", Value("string")}, {"pattern", Value(expression)}});
}
Value list_of(Value items) { return Value::object({{"type", Value("array")}, {"items", std::move(items)}}); }
Value closed_object(Value properties) {
    return Value::object({{"type", Value("object")},
                          {"additionalProperties", Value(false)},
                          {"properties", std::move(properties)}});
}

// ---- a job -----------------------------------------------------------------------------------------

Value of_column(intake::ColumnKind kind) {
    using intake::ColumnKind;
    switch (kind) {
        case ColumnKind::licenses:
        case ColumnKind::groups:
        case ColumnKind::aliases:
            return list_of(of_type("string"));
        case ColumnKind::litigationHold:
        case ColumnKind::archive:
            return of_type("boolean");
        case ColumnKind::usageLocation:
            return pattern("^[A-Z]{2}$");
        default:
            return of_type("string");
    }
}

// What a person or a job chooses instead of the profile.
Value overrides() {
    auto properties = Value::object();
    const auto names = intake::known_columns();
    for (std::size_t at = 0; at < names.size(); ++at) {
        const auto kind = static_cast<intake::ColumnKind>(at);
        if (!intake::identity_of(kind)) properties.set(std::string(names[at]), of_column(kind));
    }
    return properties;
}

Value user() {
    auto properties = Value::object();
    Array one_of_them;
    for (const auto kind : all_identity_kinds) {
        properties.set(std::string(word(kind)), of_type("string"));
        one_of_them.push_back(Value::object({{"required", Array{Value(word(kind))}}}));
    }
    const auto chosen = overrides();
    for (const auto& member : chosen.members()) properties.set(member.key, member.value);
    auto user = closed_object(std::move(properties));
    user.set("anyOf", std::move(one_of_them));
    return user;
}

Value selection() {
    auto properties = Value::object();
    properties.set("ou", list_of(of_type("string")));
    properties.set("exclude_ou", list_of(of_type("string")));
    properties.set("filter", of_type("string"));
    properties.set("scope", Value::object({{"enum", Array{Value("subtree"), Value("onelevel")}}}));
    return closed_object(std::move(properties));
}

// ---- the configuration -----------------------------------------------------------------------------

Value words_of(std::string_view words) {
    Array list;
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        list.push_back(Value(words.substr(0, end)));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return Value::object({{"enum", std::move(list)}});
}

// { credential = "NAME" } or { file = "PATH" }
Value kept() {
    Array ways;
    for (const char* way : {"credential", "file"}) {
        auto one = closed_object(Value::object({{way, of_type("string")}}));
        one.set("required", Array{Value(way)});
        ways.push_back(std::move(one));
    }
    return Value::object({{"oneOf", std::move(ways)}});
}

Value of_kind(const KeyReference& key) {
    switch (key.kind) {
        case KeyKind::text:
        case KeyKind::template_:
            return of_type("string");
        case KeyKind::texts:
        case KeyKind::templates:
            return list_of(key.words.empty() ? of_type("string") : words_of(key.words));
        case KeyKind::flag:
            return of_type("boolean");
        case KeyKind::number:
            return of_type("integer");
        case KeyKind::decimal:
            return of_type("number");
        case KeyKind::duration:
            return pattern("^[0-9]+[smhd]$");
        case KeyKind::durations:
            return list_of(pattern("^[0-9]+[smhd]$"));
        case KeyKind::size:
            return pattern("^[0-9]+(KiB|MiB|GiB|B)$");
        case KeyKind::path:
            return pattern("^/");
        case KeyKind::secret:
        case KeyKind::file:
            return kept();
        case KeyKind::word:
            return words_of(key.words);
    }
    return Value(true);
}

// The keys with this beginning, as one object; a part in capitals stands for any name.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the keys
Value object_of(std::span<const KeyReference> keys, const std::string& path) {
    auto properties = Value::object();
    Array required;
    std::optional<Value> any_name;
    std::string last;
    for (const auto& key : keys) {
        if (!key.key.starts_with(path)) continue;
        const auto rest = key.key.substr(path.size());
        const auto dot = rest.find('.');
        const std::string part(rest.substr(0, dot));
        if (dot == std::string_view::npos) {
            auto schema = of_kind(key);
            schema.set("description", Value(key.meaning));
            if (config::is_any_name(part)) {
                any_name = std::move(schema);
                continue;
            }
            if (key.need == config::KeyNeed::required) required.push_back(Value(part));
            properties.set(part, std::move(schema));
        } else if (part != last) {
            last = part;
            auto inner = object_of(keys, path + part + ".");
            if (config::is_any_name(part))
                any_name = std::move(inner);
            else
                properties.set(part,
                               config::is_list_of_tables(path + part) ? list_of(std::move(inner)) : inner);
        }
    }
    auto object = closed_object(std::move(properties));
    if (any_name) object.set("additionalProperties", std::move(*any_name));
    if (!required.empty()) object.set("required", std::move(required));
    return object;
}

Value titled(const char* title, const char* id, Value schema) {
    auto value = Value::object({{"$schema", Value(dialect)}, {"$id", Value(id)}, {"title", Value(title)}});
    for (const auto& member : schema.members()) value.set(member.key, member.value);
    return value;
}

}  // namespace

Value job_schema() {
    auto properties = Value::object();
    properties.set("profile", of_type("string"));
    properties.set("select", selection());
    properties.set("users", list_of(user()));
    properties.set("overrides", closed_object(overrides()));
    properties.set("run_at", pattern(rfc3339));
    properties.set("label", Value::object({{"type", Value("string")}, {"maxLength", Value(200)}}));
    auto schema = closed_object(std::move(properties));
    schema.set("anyOf",
               Array{Value::object({{"required", Array{Value("select")}}}),
                     Value::object({{"required", Array{Value("users")}}})});
    return titled("A job of Uplift", "urn:uplift:job:1", std::move(schema));
}

Value config_schema() {
    auto schema = object_of(config::key_references(), "");
    schema.set("required", Array{Value("directory"), Value("tenant"), Value("profile"), Value("service")});
    return titled("The configuration of Uplift (TOML)", "urn:uplift:config:1", std::move(schema));
}

}  // namespace uplift::upliftctl
