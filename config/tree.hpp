// A TOML document as a tree of values that each know where they stand, and the tree that several files make.
//
// Pure. toml++ is included by tree.cpp alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/result.hpp"

namespace uplift::config {

struct Place {
    std::string file;
    unsigned line = 0;    // from 1
    unsigned column = 0;  // from 1, in code points
    unsigned order = 0;   // of the file among those that were read
};
// /etc/uplift/uplift.toml:12:3
std::string to_string(const Place& place);
bool stands_before(const Place& a, const Place& b);

struct Entry;
struct Table {
    std::vector<Entry> entries;  // in no order that matters
    enum class Kind : std::uint8_t { headed, inlined } kind = Kind::headed;
    [[nodiscard]] const Entry* find(std::string_view key) const;
};

struct Node {
    Place place;
    // monostate: a date or time, which no key takes.
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<Node>, Table> value;
    [[nodiscard]] std::string_view type_name() const;  // "a text", "a number", …
};

struct Entry {
    std::string key;
    Place place;  // of the key
    Node node;
};

// A value as TOML, on one line.
std::string to_toml(const Node& node);

// One file. Fault config_syntax names the first place that is not TOML.
Result<Node> parse_toml(std::string_view text, const std::string& file, unsigned order);

// Lays `later` over `base`, key by key: [a.b] and a.b.c = … change single keys, every other value of `later`
// (a { … } too) takes the place of the earlier one.
void lay_over(Node& base, Node later);

}  // namespace uplift::config
