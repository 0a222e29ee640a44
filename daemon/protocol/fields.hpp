// From a struct with fields() to a JSON object and back: one list of names for both ways.
//
// Pure. Absent optionals are null. Reading is strict about types; about unknown keys as the caller says.
#pragma once

#include <algorithm>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/json/json.hpp"
#include "core/model/step.hpp"
#include "core/model/time.hpp"
#include "daemon/protocol/reply.hpp"
#include "daemon/protocol/request.hpp"

namespace uplift::protocol {

// Requests refuse keys they do not know; a client reads the replies of a newer daemon.
enum class UnknownKeys : std::uint8_t { refused, ignored };

inline bool read_word(std::string_view text, StepState& state) {
    const auto parsed = parse_step_state(text);
    if (parsed) state = *parsed;
    return parsed.has_value();
}
inline bool read_word(std::string_view text, JobState& state) {
    const auto parsed = parse_job_state(text);
    if (parsed) state = *parsed;
    return parsed.has_value();
}

struct NoVisitor {
    template <class T>
    void operator()(std::string_view, T&) {}
};
template <class T>
concept HasFields = requires(T& value, NoVisitor& visit) {
    T::fields(value, visit);
};
template <class T>
concept HasWord = std::is_enum_v<T> && requires(T& value, std::string_view text) {
    { word(value) } -> std::convertible_to<std::string_view>;
    { read_word(text, value) } -> std::same_as<bool>;
};

// ---- writing ---------------------------------------------------------------------------------------

template <class T>
json::Value value_of(const T& value);

struct FieldWriter {
    json::Value object = json::Value::object();
    template <class T>
    void operator()(std::string_view name, const T& value) {
        object.set(std::string(name), value_of(value));
    }
};

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::map<std::string, T>> : std::true_type {};

template <class T>
json::Value value_of(const T& value) {
    if constexpr (std::same_as<T, bool> || std::same_as<T, std::int64_t> || std::same_as<T, std::string>) {
        return json::Value(value);
    } else if constexpr (std::same_as<T, TimePoint>) {
        return json::Value(to_rfc3339(value));
    } else if constexpr (HasWord<T>) {
        return json::Value(std::string(word(value)));
    } else if constexpr (is_optional<T>::value) {
        return value ? value_of(*value) : json::Value();
    } else if constexpr (is_vector<T>::value) {
        auto list = json::Value::array();
        for (const auto& item : value) list.push_back(value_of(item));
        return list;
    } else if constexpr (is_map<T>::value) {
        auto object = json::Value::object();
        for (const auto& [key, item] : value) object.set(key, value_of(item));
        return object;
    } else {
        static_assert(HasFields<T>);
        FieldWriter writer;
        T::fields(value, writer);
        return std::move(writer.object);
    }
}

// ---- reading ---------------------------------------------------------------------------------------

// The first thing that was wrong, in words: `"limit" is a text`.
struct ReadTrouble {
    std::string what;
};

template <class T>
bool read_value(const json::Value& json, T& value, UnknownKeys unknown, ReadTrouble& trouble);

struct FieldReader {
    const json::Value& object;
    UnknownKeys unknown;
    ReadTrouble& trouble;
    bool good = true;
    std::vector<std::string_view> known{};

    template <class T>
    void operator()(std::string_view name, T& value) {
        known.push_back(name);
        const auto* member = object.find(name);
        if (member == nullptr || !good) return;  // absent: as it is by default
        if (read_value(*member, value, unknown, trouble)) return;
        good = false;
        if (trouble.what.empty())
            trouble.what = "\"" + std::string(name) + "\" is " + std::string(member->kind());
    }
};

template <class T>
bool read_value(const json::Value& json, T& value, UnknownKeys unknown, ReadTrouble& trouble) {
    if constexpr (std::same_as<T, bool>) {
        const auto truth = json.as_bool();
        if (truth) value = *truth;
        return truth.has_value();
    } else if constexpr (std::same_as<T, std::int64_t>) {
        const auto number = json.as_int();
        if (number) value = *number;
        return number.has_value();
    } else if constexpr (std::same_as<T, std::string>) {
        const auto text = json.as_string();
        if (text) value = std::string(*text);
        return text.has_value();
    } else if constexpr (std::same_as<T, TimePoint>) {
        const auto text = json.as_string();
        const auto time = text ? parse_rfc3339(*text) : std::nullopt;
        if (time) value = *time;
        return time.has_value();
    } else if constexpr (HasWord<T>) {
        const auto text = json.as_string();
        return text && read_word(*text, value);
    } else if constexpr (is_optional<T>::value) {
        if (json.is_null()) {
            value.reset();
            return true;
        }
        value.emplace();
        return read_value(json, *value, unknown, trouble);
    } else if constexpr (is_vector<T>::value) {
        if (!json.is_array()) return false;
        value.clear();
        for (const auto& item : json.items())
            if (!read_value(item, value.emplace_back(), unknown, trouble)) return false;
        return true;
    } else if constexpr (is_map<T>::value) {
        if (!json.is_object()) return false;
        value.clear();
        for (const auto& member : json.members())
            if (!read_value(member.value, value[member.key], unknown, trouble)) return false;
        return true;
    } else {
        static_assert(HasFields<T>);
        if (!json.is_object()) return false;
        FieldReader reader{.object = json, .unknown = unknown, .trouble = trouble};
        T::fields(value, reader);
        if (!reader.good) return false;
        if (unknown == UnknownKeys::ignored) return true;
        for (const auto& member : json.members()) {
            if (std::find(reader.known.begin(), reader.known.end(), member.key) != reader.known.end())
                continue;
            trouble.what = "key \"" + member.key + "\" is not known";
            return false;
        }
        return true;
    }
}

}  // namespace uplift::protocol
