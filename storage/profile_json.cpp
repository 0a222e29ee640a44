#include "storage/profile_json.hpp"

#include "core/json/json.hpp"

namespace uplift::storage {
namespace {

using json::Value;
using Texts = std::vector<std::string>;

// ---- writing ---------------------------------------------------------------------------------------

Value value(bool truth) { return Value(truth); }
Value value(const std::string& text) { return Value(text); }
Value value(std::int64_t number) { return Value(number); }
Value value(unsigned number) { return Value(static_cast<std::int64_t>(number)); }
template <class Enum>
requires std::is_enum_v<Enum> Value value(Enum word) { return Value(static_cast<std::int64_t>(word)); }
Value value(const Texts& texts) {
    json::Array items;
    items.reserve(texts.size());
    for (const auto& text : texts) items.emplace_back(text);
    return Value(std::move(items));
}
Value value(const LicenseWish& wish) {
    auto object = Value::object();
    object.set("sku", value(wish.sku));
    if (!wish.disabled_plans.empty()) object.set("disabled_plans", value(wish.disabled_plans));
    if (wish.enabled_plans) object.set("enabled_plans", value(*wish.enabled_plans));
    return object;
}
Value value(const std::vector<LicenseWish>& wishes) {
    json::Array items;
    for (const auto& wish : wishes) items.push_back(value(wish));
    return Value(std::move(items));
}
Value value(const LitigationHold& hold) {
    auto object = Value::object();
    if (hold.duration_days) object.set("duration_days", value(*hold.duration_days));
    object.set("comment", value(hold.comment));
    object.set("url", value(hold.url));
    return object;
}
template <class Pairs>
Value object_of(const Pairs& pairs) {
    json::Object members;
    for (const auto& [key, text] : pairs) members.push_back({key, Value(text)});
    return Value(std::move(members));
}

// Absent stays absent.
template <class T>
void set(Value& object, const char* key, const std::optional<T>& field) {
    if (field) object.set(key, value(*field));
}

// ---- reading ---------------------------------------------------------------------------------------

std::optional<Value> parse(std::string_view text) {
    // Rows came through intake's own bounds; here only damage is looked for.
    const json::Reading reading{
        .where = "queue", .code = FaultCode::queue_damaged, .max_bytes = 64 << 20, .max_depth = 32};
    auto parsed = json::parse(text, reading);
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

bool read(const Value& from, std::string& to) {
    const auto text = from.as_string();
    if (text) to = std::string(*text);
    return text.has_value();
}
bool read(const Value& from, bool& to) {
    const auto truth = from.as_bool();
    if (truth) to = *truth;
    return truth.has_value();
}
template <class Number>
requires((std::is_integral_v<Number> && !std::same_as<Number, bool>) ||
         std::is_enum_v<Number>) bool read(const Value& from, Number& to) {
    const auto number = from.as_int();
    if (number) to = static_cast<Number>(*number);
    return number.has_value();
}
bool read(const Value& from, Texts& to) {
    if (!from.is_array()) return false;
    to.resize(from.items().size());
    for (std::size_t i = 0; i < to.size(); ++i)
        if (!read(from.items()[i], to[i])) return false;
    return true;
}
bool read(const Value& from, LicenseWish& to);
bool read(const Value& from, std::vector<LicenseWish>& to) {
    if (!from.is_array()) return false;
    to.resize(from.items().size());
    for (std::size_t i = 0; i < to.size(); ++i)
        if (!read(from.items()[i], to[i])) return false;
    return true;
}

// A member that must be there; and one that may be absent.
template <class T>
bool need(const Value& object, std::string_view key, T& to) {
    const Value* member = object.find(key);
    return member != nullptr && read(*member, to);
}
template <class T>
bool may(const Value& object, std::string_view key, T& to) {
    const Value* member = object.find(key);
    return member == nullptr || read(*member, to);
}
template <class T>
bool may(const Value& object, std::string_view key, std::optional<T>& to) {
    const Value* member = object.find(key);
    if (member == nullptr) return true;
    to.emplace();
    return read(*member, *to);
}

bool read(const Value& from, LicenseWish& to) {
    return need(from, "sku", to.sku) && may(from, "disabled_plans", to.disabled_plans) &&
           may(from, "enabled_plans", to.enabled_plans);
}

// Absent is no hold; false where it is damaged.
bool read_hold(const Value& object, std::optional<LitigationHold>& to) {
    const Value* hold = object.find("litigation_hold");
    if (hold == nullptr) return true;
    auto& read = to.emplace();
    return may(*hold, "duration_days", read.duration_days) && need(*hold, "comment", read.comment) &&
           need(*hold, "url", read.url);
}

}  // namespace

std::string to_json(const Profile& profile) {
    auto password = Value::object();
    password.set("mode", value(profile.password.mode));
    password.set("length", value(profile.password.length));
    password.set("classes", value(profile.password.classes));
    password.set("exclude", value(profile.password.exclude));

    auto allow = Value::object();
    allow.set("columns", value(profile.allow.columns));
    allow.set("licenses", value(profile.allow.licenses));
    allow.set("groups", value(profile.allow.groups));
    allow.set("domains", value(profile.allow.domains));
    allow.set("ous", value(profile.allow.ous));

    auto object = Value::object();
    object.set("name", value(profile.name.value));
    object.set("directory", value(profile.directory.value));
    object.set("tenant", value(profile.tenant.value));
    object.set("domain", value(profile.domain));
    object.set("upn", value(profile.upn));
    object.set("usage_location", value(profile.usage_location));
    object.set("password", std::move(password));
    object.set("force_change", value(profile.force_change));
    object.set("licenses", value(profile.licenses));
    object.set("groups", value(profile.groups));
    object.set("disabled_accounts", value(profile.disabled_accounts));
    object.set("manager", value(profile.manager));
    object.set("existing", value(profile.existing));
    object.set("seats", value(profile.seats));
    object.set("aliases", value(profile.aliases));
    if (profile.litigation_hold) object.set("litigation_hold", value(*profile.litigation_hold));
    object.set("archive", value(profile.archive));
    object.set("attributes", object_of(profile.attributes));
    object.set("allow", std::move(allow));
    return json::dump(object);
}

std::optional<Profile> profile_from(std::string_view text) {
    const auto object = parse(text);
    if (!object) return std::nullopt;
    Profile profile;
    const Value* password = object->find("password");
    const Value* allow = object->find("allow");
    const Value* attributes = object->find("attributes");
    if (password == nullptr || allow == nullptr || attributes == nullptr) return std::nullopt;
    const bool whole =
        need(*object, "name", profile.name.value) && need(*object, "directory", profile.directory.value) &&
        need(*object, "tenant", profile.tenant.value) && need(*object, "domain", profile.domain) &&
        need(*object, "upn", profile.upn) && need(*object, "usage_location", profile.usage_location) &&
        need(*password, "mode", profile.password.mode) &&
        need(*password, "length", profile.password.length) &&
        need(*password, "classes", profile.password.classes) &&
        need(*password, "exclude", profile.password.exclude) &&
        need(*object, "force_change", profile.force_change) && need(*object, "licenses", profile.licenses) &&
        need(*object, "groups", profile.groups) &&
        need(*object, "disabled_accounts", profile.disabled_accounts) &&
        need(*object, "manager", profile.manager) && need(*object, "existing", profile.existing) &&
        need(*object, "seats", profile.seats) && need(*object, "aliases", profile.aliases) &&
        need(*object, "archive", profile.archive) && need(*allow, "columns", profile.allow.columns) &&
        need(*allow, "licenses", profile.allow.licenses) && need(*allow, "groups", profile.allow.groups) &&
        need(*allow, "domains", profile.allow.domains) && need(*allow, "ous", profile.allow.ous);
    if (!whole) return std::nullopt;
    if (!read_hold(*object, profile.litigation_hold)) return std::nullopt;
    for (const auto& member : attributes->members())
        if (!read(member.value, profile.attributes[member.key])) return std::nullopt;
    return profile;
}

std::string to_json(const Overrides& overrides) {
    auto object = Value::object();
    set(object, "domain", overrides.domain);
    set(object, "upn", overrides.upn);
    set(object, "usage_location", overrides.usage_location);
    set(object, "licenses", overrides.licenses);
    set(object, "groups", overrides.groups);
    set(object, "aliases", overrides.aliases);
    set(object, "litigation_hold", overrides.litigation_hold);
    set(object, "archive", overrides.archive);
    return json::dump(object);
}

std::optional<Overrides> overrides_from(std::string_view text) {
    const auto object = parse(text);
    if (!object || !object->is_object()) return std::nullopt;
    Overrides overrides;
    const bool whole = may(*object, "domain", overrides.domain) && may(*object, "upn", overrides.upn) &&
                       may(*object, "usage_location", overrides.usage_location) &&
                       may(*object, "licenses", overrides.licenses) &&
                       may(*object, "groups", overrides.groups) &&
                       may(*object, "aliases", overrides.aliases) &&
                       may(*object, "litigation_hold", overrides.litigation_hold) &&
                       may(*object, "archive", overrides.archive);
    if (!whole) return std::nullopt;
    return overrides;
}

std::string to_json(const PlannedAccount& plan) {
    auto object = Value::object();
    object.set("user_principal_name", value(plan.user_principal_name));
    object.set("mail_nickname", value(plan.mail_nickname));
    object.set("display_name", value(plan.display_name));
    object.set("usage_location", value(plan.usage_location));
    object.set("account_enabled", value(plan.account_enabled));
    object.set("force_change", value(plan.force_change));
    object.set("anchor", value(plan.anchor.text()));
    object.set("properties", object_of(plan.properties));
    object.set("licenses", value(plan.licenses));
    object.set("groups", value(plan.groups));
    if (plan.mailbox_on_premises) object.set("mailbox_on_premises", value(plan.mailbox_on_premises));
    if (!plan.manager.empty()) object.set("manager", value(plan.manager));
    if (!plan.aliases.empty()) object.set("aliases", value(plan.aliases));
    if (plan.litigation_hold) object.set("litigation_hold", value(*plan.litigation_hold));
    if (plan.archive) object.set("archive", value(plan.archive));
    return json::dump(object);
}

std::optional<PlannedAccount> plan_from(std::string_view text) {
    const auto object = parse(text);
    if (!object) return std::nullopt;
    PlannedAccount plan;
    std::string anchor;
    const Value* properties = object->find("properties");
    const bool whole = properties != nullptr &&
                       need(*object, "user_principal_name", plan.user_principal_name) &&
                       need(*object, "mail_nickname", plan.mail_nickname) &&
                       need(*object, "display_name", plan.display_name) &&
                       need(*object, "usage_location", plan.usage_location) &&
                       need(*object, "account_enabled", plan.account_enabled) &&
                       need(*object, "force_change", plan.force_change) && need(*object, "anchor", anchor) &&
                       need(*object, "licenses", plan.licenses) && need(*object, "groups", plan.groups) &&
                       may(*object, "mailbox_on_premises", plan.mailbox_on_premises) &&
                       may(*object, "manager", plan.manager) && may(*object, "aliases", plan.aliases) &&
                       may(*object, "archive", plan.archive) && read_hold(*object, plan.litigation_hold);
    if (!whole) return std::nullopt;
    for (const auto& member : properties->members()) {
        plan.properties.emplace_back(member.key, std::string());
        if (!read(member.value, plan.properties.back().second)) return std::nullopt;
    }
    plan.anchor = Anchor::from_text(std::move(anchor));
    return plan;
}

std::string to_json(const std::vector<Identity>& given) {
    json::Array items;
    for (const auto& identity : given) {
        items.push_back(value(identity.kind));
        items.push_back(value(identity.value));
    }
    return json::dump(Value(std::move(items)));
}

std::optional<std::vector<Identity>> given_from(std::string_view text) {
    const auto list = parse(text);
    if (!list || !list->is_array() || list->items().size() % 2 != 0) return std::nullopt;
    std::vector<Identity> given(list->items().size() / 2);
    for (std::size_t i = 0; i < given.size(); ++i)
        if (!read(list->items()[2 * i], given[i].kind) || !read(list->items()[2 * i + 1], given[i].value))
            return std::nullopt;
    return given;
}

std::string to_json(const std::vector<std::string>& texts) { return json::dump(value(texts)); }

std::optional<std::vector<std::string>> texts_from(std::string_view text) {
    const auto list = parse(text);
    std::vector<std::string> texts;
    if (!list || !read(*list, texts)) return std::nullopt;
    return texts;
}

}  // namespace uplift::storage
