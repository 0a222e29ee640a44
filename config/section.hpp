// Section: one table of the configuration, read key by key into typed values.
//
// Pure. Every question notes its key as known; finish() then reports each key that nobody asked for, with the
// nearest one that somebody did. A fault goes to Findings with the place of its value and the answer is
// nothing, so that reading goes on and all faults come at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "config/tree.hpp"
#include "core/model/result.hpp"
#include "core/model/time.hpp"
#include "core/text/show.hpp"

namespace uplift::config {

// Faults and warnings with their places, in whatever order they are found.
class Findings {
 public:
    void fault(const Place& place, FaultCode code, std::string what, std::string cure);
    void warning(const Place& place, std::string what);
    // In the order of files and lines.
    [[nodiscard]] std::vector<Fault> faults() const { return sorted(faults_); }
    [[nodiscard]] std::vector<Fault> warnings() const { return sorted(warnings_); }
    [[nodiscard]] bool any_fault() const { return !faults_.empty(); }

 private:
    using Placed = std::pair<Place, Fault>;
    static std::vector<Fault> sorted(std::vector<Placed> placed);
    std::vector<Placed> faults_, warnings_;
};

// A text and where it stands.
struct PlacedText {
    std::string text;
    Place place;
};

struct Bounds {
    std::int64_t least;
    std::int64_t most;
};

class Section {
 public:
    // `path` is the dotted name of the table: "directory.corp"; empty for the whole document.
    // `node` holds a Table and outlives the section.
    Section(const Node& node, std::string path, Findings& findings);

    // A key of this table, known from now on; null where it is not set.
    const Entry* find(std::string_view key);
    [[nodiscard]] bool has(std::string_view key) const;
    // Of the value, or of the table where the key is not set.
    [[nodiscard]] const Place& place_of(std::string_view key) const;

    // Nothing where the key is not set, or a fault was reported.
    std::optional<std::string> text(std::string_view key);  // not empty, no control characters
    std::optional<bool> flag(std::string_view key);
    std::optional<std::int64_t> number(std::string_view key, Bounds bounds);
    std::optional<double> decimal(std::string_view key, double above, double most);
    std::optional<Duration> duration(std::string_view key, Duration least, Duration most);
    std::optional<std::uint64_t> size(std::string_view key, std::uint64_t least, std::uint64_t most);
    std::optional<std::vector<PlacedText>> texts(std::string_view key);  // each once
    std::optional<std::vector<std::string>> plain_texts(std::string_view key);
    std::optional<std::string> path(std::string_view key);  // absolute
    std::optional<SecretRef> secret(std::string_view key);
    // A public file that may be kept the same way (a certificate).
    std::optional<SecretRef> file(std::string_view key);
    // One of `words`; a word's value is what it stands for.
    template <class Value>
    std::optional<Value> word(std::string_view key,
                              std::span<const std::pair<std::string_view, Value>> words) {
        std::vector<std::string_view> known;
        for (const auto& [name, value] : words) known.push_back(name);
        const auto given = text(key);
        if (!given) return std::nullopt;
        for (const auto& [name, value] : words)
            if (*given == name) return value;
        not_one_of(key, *given, known);
        return std::nullopt;
    }
    // A table of this one, read with a section of its own.
    std::optional<Section> table(std::string_view key);
    std::vector<Section> tables(std::string_view key);  // a list of tables

    void require(std::string_view key, std::string cure);
    // Reports the keys that nobody asked for.
    void finish();

    // At the value of `key`.
    void bad_value(std::string_view key, const std::string& what, std::string cure);
    void bad_value(const Place& place, std::string_view key, const std::string& what, std::string cure);
    void not_supported(std::string_view key, const std::string& what, std::string cure);
    // The key is set, and is only checked so far.
    void no_effect(std::string_view key);
    void not_one_of(std::string_view key, std::string_view given, std::span<const std::string_view> known);
    void not_one_of(const Place& place,
                    std::string_view key,
                    std::string_view given,
                    std::span<const std::string_view> known);

    // profile.staff.domain
    [[nodiscard]] std::string name_of(std::string_view key) const;
    [[nodiscard]] const Node& node() const { return *node_; }
    Findings& findings() { return *findings_; }

 private:
    [[nodiscard]] const Table& table() const { return std::get<Table>(node_->value); }
    void wrong_type(const Node& node, std::string_view key, std::string_view wanted, std::string cure);
    bool fits_text(const Node& node, std::string_view key);
    std::optional<SecretRef> reference(std::string_view key, FaultCode literal, std::string literal_what);

    const Node* node_;
    std::string path_;
    Findings* findings_;
    std::vector<std::string> known_;
};

}  // namespace uplift::config
