// The one JSON of the project: a value, the strict reader and the writer.
//
// Pure. Reading is strict (RFC 8259 and more): no duplicate keys, no byte order mark, no NUL in strings, at
// most 32 levels, nothing behind the value. Numbers keep their type: an integer that does not fit is no
// integer, 3.0 is none either. Objects keep their order. The parser inside is nlohmann's, by its SAX
// interface.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/model/result.hpp"

namespace uplift::json {

class Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>;  // in order; keys are unique where the reader made it

class Value {
    using Data = std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object>;

 public:
    // null
    Value();
    Value(std::nullptr_t);
    Value(std::same_as<bool> auto truth) : data_(truth) {}
    Value(std::integral auto number) requires(!std::same_as<decltype(number), bool> &&
                                              !std::same_as<decltype(number), char>)
        : data_(std::in_range<std::int64_t>(number) ? Data(static_cast<std::int64_t>(number))
                                                    : Data(static_cast<double>(number))) {}
    Value(double number);
    Value(std::string text);
    Value(std::string_view text);
    Value(const char* text);
    Value(Array items);
    Value(Object members);
    Value(const Value&);
    Value(Value&&) noexcept;
    Value& operator=(const Value&);
    Value& operator=(Value&&) noexcept;
    ~Value();

    static Value array();
    static Value object();
    static Value object(std::initializer_list<Member> members);

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(data_); }
    [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(data_); }
    [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(data_); }
    // "null", "true or false", "a whole number", "a number", "a text", "a list", "an object": for faults.
    [[nodiscard]] std::string_view kind() const;

    // Nothing when it is of another type. A whole number is also a double.
    [[nodiscard]] std::optional<bool> as_bool() const;
    [[nodiscard]] std::optional<std::int64_t> as_int() const;
    [[nodiscard]] std::optional<double> as_double() const;
    [[nodiscard]] std::optional<std::string_view> as_string() const;  // lives as long as this value
    // Empty when it is of another type.
    [[nodiscard]] std::span<const Value> items() const;
    [[nodiscard]] std::span<const Member> members() const;

    // The member of an object, or of the object in a member: find("error", "code"). Null pointer when it is
    // missing anywhere on the way.
    [[nodiscard]] const Value* find(std::string_view key) const;
    template <class... Keys>
    [[nodiscard]] const Value* find(std::string_view key, Keys&&... keys) const {
        const Value* inner = find(key);
        return inner == nullptr ? nullptr : inner->find(std::forward<Keys>(keys)...);
    }
    // find() and as_…() in one.
    [[nodiscard]] std::optional<bool> get_bool(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> get_int(std::string_view key) const;
    [[nodiscard]] std::optional<double> get_double(std::string_view key) const;
    [[nodiscard]] std::optional<std::string_view> get_string(std::string_view key) const;

    // Building. set() replaces a member of the same name; null becomes an object (or a list) first.
    Value& set(std::string key, Value value);
    Value& push_back(Value value);

    bool operator==(const Value&) const;

 private:
    Data data_;
};

struct Member {
    std::string key;
    Value value;
    bool operator==(const Member&) const = default;
};

// How a text is read, and how its fault is named.
struct Reading {
    std::string where;  // what is read, as people know it; line and column are added
    FaultCode code;     // job_file_syntax, tenant_reply, bad_request, …
    std::size_t max_bytes = 65'536;
    unsigned max_depth = 32;
};
Result<Value> parse(std::string_view text, const Reading& reading);

// Compact, members in their order. Invalid UTF-8 becomes U+FFFD; numbers that are not finite become null.
std::string dump(const Value& value);
void append(std::string& out, const Value& value);
// The same value is always the same text: members sorted by key. For digests.
std::string canonical(const Value& value);

// "text" as a literal, handed to `sink` in pieces that point into `text` or into constant tables: nothing of
// it is copied, so the text may be a secret and the sink may write into the arena. Besides what JSON asks
// for, characters that could drive a terminal are escaped.
void escape(std::string_view text, auto&& sink);
void append_literal(std::string& out, std::string_view text);

// The run of `text` from `at` that stands as it is, or the escape of what stands there.
struct Piece {
    std::string_view text;
    std::size_t taken = 0;  // bytes of the source
};
Piece next_piece(std::string_view text, std::size_t at);

void escape(std::string_view text, auto&& sink) {
    sink(std::string_view("\""));
    for (std::size_t at = 0; at < text.size();) {
        const Piece piece = next_piece(text, at);
        sink(piece.text);
        at += piece.taken;
    }
    sink(std::string_view("\""));
}

}  // namespace uplift::json
