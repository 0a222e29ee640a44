#include "config/section.hpp"

#include <algorithm>
#include <cmath>

#include "config/shapes.hpp"
#include "core/text/nearest.hpp"
#include "core/text/utf8.hpp"

namespace uplift::config {
namespace {

std::string listed(std::span<const std::string_view> words) {
    std::string list;
    for (const auto word : words) list += (list.empty() ? "" : ", ") + std::string(word);
    return list;
}

// A length of time in the coarsest unit; used for bounds only.
std::string between(Duration least, Duration most) { return to_words(least) + " to " + to_words(most); }

bool has_unseen(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::code_point_at(text, at);
        if (!point.valid || text::is_unseen(point.value)) return true;
        at += point.length;
    }
    return false;
}

// systemd.exec(5): a credential's name is a file name.
bool is_credential_name(std::string_view name) {
    return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
           std::all_of(
               name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '/' && c != ':'; });
}

}  // namespace

void Findings::fault(const Place& place, FaultCode code, std::string what, std::string cure) {
    faults_.emplace_back(place, Fault{code, to_string(place), std::move(what), std::move(cure)});
}

void Findings::warning(const Place& place, std::string what) {
    warnings_.emplace_back(place,
                           Fault{FaultCode::config_no_effect,
                                 to_string(place),
                                 std::move(what),
                                 std::string(entry_of(FaultCode::config_no_effect).cure)});
}

std::vector<Fault> Findings::sorted(std::vector<Placed> placed) {
    std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return stands_before(a.first, b.first);
    });
    std::vector<Fault> faults;
    for (auto& [place, fault] : placed) faults.push_back(std::move(fault));
    return faults;
}

Section::Section(const Node& node, std::string path, Findings& findings)
    : node_(&node), path_(std::move(path)), findings_(&findings) {}

std::string Section::name_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const Entry* Section::find(std::string_view key) {
    known_.emplace_back(key);
    return table().find(key);
}

bool Section::has(std::string_view key) const { return table().find(key) != nullptr; }

const Place& Section::place_of(std::string_view key) const {
    const auto* entry = table().find(key);
    return entry == nullptr ? node_->place : entry->node.place;
}

void Section::wrong_type(const Node& node, std::string_view key, std::string_view wanted, std::string cure) {
    findings_->fault(
        node.place,
        FaultCode::config_wrong_type,
        name_of(key) + " must be " + std::string(wanted) + ", but is " + std::string(node.type_name()),
        std::move(cure));
}

bool Section::fits_text(const Node& node, std::string_view key) {
    const auto* text = std::get_if<std::string>(&node.value);
    if (text == nullptr) {
        wrong_type(node, key, "a text", "Put the value in quotation marks.");
        return false;
    }
    if (text->empty() || has_unseen(*text)) {
        bad_value(node.place,
                  key,
                  text->empty() ? "is empty" : "has a control or unseen character: " + text::quoted(*text),
                  text->empty() ? "Give it a value, or remove the line." : "Remove the character.");
        return false;
    }
    return true;
}

std::optional<std::string> Section::text(std::string_view key) {
    const auto* entry = find(key);
    if (entry == nullptr || !fits_text(entry->node, key)) return std::nullopt;
    return std::get<std::string>(entry->node.value);
}

std::optional<bool> Section::flag(std::string_view key) {
    const auto* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    if (const auto* value = std::get_if<bool>(&entry->node.value)) return *value;
    wrong_type(entry->node, key, "true or false", "Write true or false, without quotation marks.");
    return std::nullopt;
}

std::optional<std::int64_t> Section::number(std::string_view key, Bounds bounds) {
    const auto* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    const auto* value = std::get_if<std::int64_t>(&entry->node.value);
    if (value == nullptr) {
        wrong_type(entry->node, key, "a whole number", "Write digits only, without quotation marks.");
        return std::nullopt;
    }
    if (*value >= bounds.least && *value <= bounds.most) return *value;
    bad_value(key,
              "is " + std::to_string(*value) + ", which is out of range",
              "Choose " + std::to_string(bounds.least) + " to " + std::to_string(bounds.most) + ".");
    return std::nullopt;
}

std::optional<double> Section::decimal(std::string_view key, double above, double most) {
    const auto* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    double value = 0;
    if (const auto* whole = std::get_if<std::int64_t>(&entry->node.value))
        value = static_cast<double>(*whole);
    else if (const auto* fraction = std::get_if<double>(&entry->node.value))
        value = *fraction;
    else {
        wrong_type(entry->node, key, "a number", "Write a number, for example 12.");
        return std::nullopt;
    }
    // Written so that nan is refused too.
    if (value > above && value <= most) return value;
    bad_value(key,
              "is out of range",
              "Choose a number above " + std::to_string(static_cast<int>(above)) + " and up to " +
                  std::to_string(static_cast<int>(most)) + ".");
    return std::nullopt;
}

std::optional<Duration> Section::duration(std::string_view key, Duration least, Duration most) {
    constexpr auto cure = "Write a whole number and its unit: s, m, h or d, for example \"90s\" or \"7d\".";
    const auto* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    if (const auto* bare = std::get_if<std::int64_t>(&entry->node.value)) {
        wrong_type(entry->node,
                   key,
                   "a duration with its unit (s, m, h, d)",
                   "Write \"" + std::to_string(*bare) + "s\" if it means seconds, \"" +
                       std::to_string(*bare) + "d\" if days.");
        return std::nullopt;
    }
    if (!fits_text(entry->node, key)) return std::nullopt;
    const auto& given = std::get<std::string>(entry->node.value);
    const auto value = parse_duration(given);
    if (!value)
        bad_value(key, text::quoted(given) + " is no duration with its unit", cure);
    else if (*value < least || *value > most)
        bad_value(key, text::quoted(given) + " is out of range", "Choose " + between(least, most) + ".");
    else
        return value;
    return std::nullopt;
}

std::optional<std::uint64_t> Section::size(std::string_view key, std::uint64_t least, std::uint64_t most) {
    constexpr auto cure = "Write a whole number and its unit: KiB, MiB or GiB, for example \"256MiB\".";
    const auto* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    if (std::holds_alternative<std::int64_t>(entry->node.value)) {
        wrong_type(entry->node, key, "a size with its unit (KiB, MiB, GiB)", cure);
        return std::nullopt;
    }
    if (!fits_text(entry->node, key)) return std::nullopt;
    const auto& given = std::get<std::string>(entry->node.value);
    const auto value = parse_size(given);
    if (!value)
        bad_value(key, text::quoted(given) + " is no size with its unit", cure);
    else if (*value < least || *value > most)
        bad_value(key,
                  text::quoted(given) + " is out of range",
                  "Choose " + std::to_string(least >> 10) + "KiB to " + std::to_string(most >> 20) + "MiB.");
    else
        return value;
    return std::nullopt;
}

std::optional<std::vector<PlacedText>> Section::texts(std::string_view key) {
    const auto* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    const auto* items = std::get_if<std::vector<Node>>(&entry->node.value);
    if (items == nullptr) {
        wrong_type(entry->node, key, "a list of texts", "Put it in brackets: [\"…\"].");
        return std::nullopt;
    }
    std::vector<PlacedText> texts;
    for (const auto& item : *items) {
        if (!fits_text(item, key)) continue;
        const auto& text = std::get<std::string>(item.value);
        const auto same = [&](const PlacedText& other) { return other.text == text; };
        if (std::any_of(texts.begin(), texts.end(), same))
            bad_value(item.place, key, "names " + text::quoted(text) + " twice", "Remove one of the two.");
        else
            texts.push_back({.text = text, .place = item.place});
    }
    return texts;
}

std::optional<std::vector<std::string>> Section::plain_texts(std::string_view key) {
    auto placed = texts(key);
    if (!placed) return std::nullopt;
    std::vector<std::string> plain;
    for (auto& item : *placed) plain.push_back(std::move(item.text));
    return plain;
}

std::optional<std::string> Section::path(std::string_view key) {
    auto given = text(key);
    if (!given || is_absolute_path(*given)) return given;
    bad_value(key,
              text::quoted(*given) + " is no absolute path",
              "Write the whole path from / on, without \"..\".");
    return std::nullopt;
}

std::optional<SecretRef> Section::reference(std::string_view key,
                                            FaultCode literal,
                                            std::string literal_what) {
    constexpr auto shape = "Write { credential = \"NAME\" } or { file = \"/PATH\" }.";
    const auto* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    if (std::holds_alternative<std::string>(entry->node.value)) {
        // The text is not quoted: it may be the secret.
        findings_->fault(
            entry->node.place,
            literal,
            name_of(key) + std::move(literal_what),
            "Put it into a credential or a private file and name that: { credential = \"NAME\" } or "
            "{ file = \"/PATH\" }.");
        return std::nullopt;
    }
    auto inner = table(key);
    if (!inner) return std::nullopt;
    const auto credential = inner->text("credential");
    const auto file = inner->path("file");
    const bool both = inner->has("credential") && inner->has("file");
    const bool neither = !inner->has("credential") && !inner->has("file");
    inner->finish();
    if (both || neither) {
        bad_value(
            key, both ? "names a credential and a file" : "names neither a credential nor a file", shape);
        return std::nullopt;
    }
    if (file) return SecretRef{.kind = SecretRef::Kind::file, .name = *file};
    if (!credential) return std::nullopt;
    if (is_credential_name(*credential))
        return SecretRef{.kind = SecretRef::Kind::credential, .name = *credential};
    inner->bad_value("credential",
                     text::quoted(*credential) + " is no name of a credential",
                     "Use the name of LoadCredential= in the unit: no slash, colon or blank.");
    return std::nullopt;
}

std::optional<SecretRef> Section::secret(std::string_view key) {
    return reference(key, FaultCode::config_secret_in_file, " stands in the file as text");
}

std::optional<SecretRef> Section::file(std::string_view key) {
    return reference(key, FaultCode::config_wrong_type, " must name where it is kept, but is a text");
}

std::optional<Section> Section::table(std::string_view key) {
    const auto* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    if (std::holds_alternative<Table>(entry->node.value))
        return Section(entry->node, name_of(key), *findings_);
    wrong_type(entry->node, key, "a table", "Write { key = value, … }; `upliftctl sample config` shows it.");
    return std::nullopt;
}

std::vector<Section> Section::tables(std::string_view key) {
    const auto* entry = find(key);
    if (entry == nullptr) return {};
    const auto* items = std::get_if<std::vector<Node>>(&entry->node.value);
    if (items == nullptr) {
        wrong_type(entry->node, key, "a list of tables", "Write [ { key = value }, … ].");
        return {};
    }
    std::vector<Section> sections;
    for (const auto& item : *items)
        if (std::holds_alternative<Table>(item.value))
            sections.emplace_back(item, name_of(key), *findings_);
        else
            wrong_type(item, key, "a list of tables", "Write [ { key = value }, … ].");
    return sections;
}

void Section::require(std::string_view key, std::string cure) {
    if (has(key)) return;
    findings_->fault(
        node_->place, FaultCode::config_missing_key, name_of(key) + " is missing", std::move(cure));
}

void Section::finish() {
    const std::vector<std::string_view> known(known_.begin(), known_.end());
    for (const auto& entry : table().entries) {
        if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
        const auto near = text::nearest(entry.key, known);
        findings_->fault(
            entry.place,
            FaultCode::config_unknown_key,
            "unknown key " + text::quoted(entry.key) + (path_.empty() ? "" : " in " + text::shown(path_)),
            near ? "Write " + text::quoted(*near) + " if that was meant, or remove the line."
                 : "Remove it, or use one of: " + listed(known) + ".");
    }
}

void Section::bad_value(std::string_view key, const std::string& what, std::string cure) {
    bad_value(place_of(key), key, what, std::move(cure));
}

void Section::bad_value(const Place& place, std::string_view key, const std::string& what, std::string cure) {
    findings_->fault(place, FaultCode::config_bad_value, name_of(key) + " " + what, std::move(cure));
}

void Section::not_supported(std::string_view key, const std::string& what, std::string cure) {
    findings_->fault(place_of(key),
                     FaultCode::config_not_supported,
                     name_of(key) + what + " is not in this version",
                     std::move(cure));
}

void Section::no_effect(std::string_view key) {
    const auto* entry = table().find(key);
    if (entry != nullptr)
        findings_->warning(entry->place, name_of(key) + " is checked but has no effect in this version");
}

void Section::not_one_of(std::string_view key,
                         std::string_view given,
                         std::span<const std::string_view> known) {
    not_one_of(place_of(key), key, given, known);
}

void Section::not_one_of(const Place& place,
                         std::string_view key,
                         std::string_view given,
                         std::span<const std::string_view> known) {
    const auto near = text::nearest(given, known);
    bad_value(place,
              key,
              "cannot be " + text::quoted(given),
              (near ? "Write " + text::quoted(*near) + " if that was meant. It" : std::string("It")) +
                  " is one of: " + listed(known) + ".");
}

}  // namespace uplift::config
