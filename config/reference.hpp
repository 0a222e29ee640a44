// Every key of the configuration: its kind, default, an example and what it means.
//
// Pure tables, for `explain`, `sample config` and `schema config`; tests hold them against the readers
// (read_*.cpp), so that a key cannot be in one and not in the other.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uplift::config {

enum class KeyKind : std::uint8_t {
    text,
    texts,
    flag,
    number,
    decimal,
    duration,
    durations,
    size,
    path,
    secret,
    file,
    word,
    template_,
    templates
};
std::string_view word(KeyKind kind);  // "list of texts"

enum class KeyNeed : std::uint8_t { optional, required };

struct KeyReference {
    std::string_view key;  // directory.NAME.uris: a part in capitals stands for a name of people's own
    KeyKind kind;
    KeyNeed need;
    std::string_view standard;  // the default as TOML; empty: there is none
    std::string_view example;   // as TOML; empty: the default is one
    std::string_view words;     // that are possible, with blanks between; empty: any
    std::string_view meaning;   // a sentence or two
};

// In the order of a file: directories, tenants, profiles, service, handover, notify.
std::span<const KeyReference> key_references();

// The keys that a word names: profile.staff.domain its one, profile.staff or allow all below, domain each
// key that ends so. Letter case does not count.
std::vector<const KeyReference*> keys_named(std::string_view word);

std::string_view last_part(std::string_view key);
bool is_any_name(std::string_view part);             // NAME, PROPERTY
bool is_list_of_tables(std::string_view table_key);  // profile.NAME.licenses

// A configuration that works, with every key: what is required stands there, the rest as comment with its
// default or an example.
std::string sample_config();

}  // namespace uplift::config
