#include <algorithm>

#include "core/json/json.hpp"

namespace uplift::json {

Value::Value() = default;
Value::Value(std::nullptr_t) {}
Value::Value(double number) : data_(number) {}
Value::Value(std::string text) : data_(std::move(text)) {}
Value::Value(std::string_view text) : data_(std::string(text)) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(Array items) : data_(std::move(items)) {}
Value::Value(Object members) : data_(std::move(members)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;
// Not defaulted: clang 14 never ends instantiating a comparison of itself.
bool Value::operator==(const Value& other) const { return data_ == other.data_; }

Value Value::array() { return Value(Array{}); }
Value Value::object() { return Value(Object{}); }
Value Value::object(std::initializer_list<Member> members) { return Value(Object(members)); }

std::string_view Value::kind() const {
    constexpr std::string_view kinds[] = {
        "null", "true or false", "a whole number", "a number", "a text", "a list", "an object"};
    return kinds[data_.index()];
}

std::optional<bool> Value::as_bool() const {
    const auto* truth = std::get_if<bool>(&data_);
    return truth == nullptr ? std::nullopt : std::optional(*truth);
}

std::optional<std::int64_t> Value::as_int() const {
    const auto* number = std::get_if<std::int64_t>(&data_);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<double> Value::as_double() const {
    if (const auto number = as_int()) return static_cast<double>(*number);
    const auto* number = std::get_if<double>(&data_);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<std::string_view> Value::as_string() const {
    const auto* text = std::get_if<std::string>(&data_);
    return text == nullptr ? std::nullopt : std::optional(std::string_view(*text));
}

std::span<const Value> Value::items() const {
    const auto* items = std::get_if<Array>(&data_);
    return items == nullptr ? std::span<const Value>{} : std::span<const Value>(*items);
}

std::span<const Member> Value::members() const {
    const auto* members = std::get_if<Object>(&data_);
    return members == nullptr ? std::span<const Member>{} : std::span<const Member>(*members);
}

const Value* Value::find(std::string_view key) const {
    for (const auto& member : members())
        if (member.key == key) return &member.value;
    return nullptr;
}

std::optional<bool> Value::get_bool(std::string_view key) const {
    const Value* value = find(key);
    return value == nullptr ? std::nullopt : value->as_bool();
}

std::optional<std::int64_t> Value::get_int(std::string_view key) const {
    const Value* value = find(key);
    return value == nullptr ? std::nullopt : value->as_int();
}

std::optional<double> Value::get_double(std::string_view key) const {
    const Value* value = find(key);
    return value == nullptr ? std::nullopt : value->as_double();
}

std::optional<std::string_view> Value::get_string(std::string_view key) const {
    const Value* value = find(key);
    return value == nullptr ? std::nullopt : value->as_string();
}

Value& Value::set(std::string key, Value value) {
    if (is_null()) data_ = Object{};
    auto& members = std::get<Object>(data_);
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const Member& member) { return member.key == key; });
    if (found != members.end())
        found->value = std::move(value);
    else
        members.push_back(Member{std::move(key), std::move(value)});
    return *this;
}

Value& Value::push_back(Value value) {
    if (is_null()) data_ = Array{};
    std::get<Array>(data_).push_back(std::move(value));
    return *this;
}

}  // namespace uplift::json
