#include "core/profile/template.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/text/fold.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::profile {
namespace {

constexpr std::string_view domain_name = "domain";
constexpr std::size_t max_template_bytes = 4096;
constexpr std::size_t max_first = 256;

Fault syntax(std::size_t at, std::string what, std::string cure) {
    return {
        FaultCode::template_syntax, "character " + std::to_string(at + 1), std::move(what), std::move(cure)};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 4512 keystring: a letter, then letters, digits and hyphens.
bool is_attribute_name(std::string_view word) {
    return !word.empty() && word.size() <= 64 && is_letter(word.front()) &&
           std::all_of(
               word.begin(), word.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

std::string first_code_points(std::string value, std::size_t count) {
    std::size_t at = 0;
    for (; count > 0 && at < value.size(); --count) at += text::code_point_at(value, at).length;
    value.resize(at);
    return value;
}

}  // namespace

std::optional<Template::Filter> Template::parse_filter(std::string_view word) {
    constexpr std::pair<std::string_view, FilterKind> plain[] = {{"lower", FilterKind::lower},
                                                                 {"upper", FilterKind::upper},
                                                                 {"ascii", FilterKind::ascii},
                                                                 {"ascii(de)", FilterKind::ascii_de},
                                                                 {"local_part", FilterKind::local_part},
                                                                 {"trim", FilterKind::trim}};
    for (const auto& [name, kind] : plain)
        if (word == name) return Filter{kind};
    constexpr std::string_view first = "first(";
    if (!word.starts_with(first) || !word.ends_with(')')) return std::nullopt;
    const auto digits = word.substr(first.size(), word.size() - first.size() - 1);
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc{} || end != digits.data() + digits.size() || count == 0 || count > max_first)
        return std::nullopt;
    return Filter{FilterKind::first, count};
}

Result<Template::Placeholder> Template::parse_placeholder(std::string_view inner, std::size_t at) {
    Placeholder placeholder;
    for (std::size_t start = 0; start <= inner.size();) {
        const auto bar = std::min(inner.find('|', start), inner.size());
        const auto word = inner.substr(start, bar - start);
        if (word.empty())
            return syntax(at + start,
                          "a name is missing between the braces",
                          "Write an attribute, for example {mail}.");
        if (const auto filter = parse_filter(word)) {
            if (placeholder.names.empty())
                return syntax(at + start,
                              text::quoted(word) + " is a filter, but no attribute stands before it",
                              "Write the attribute first, for example {mail|" + std::string(word) + "}.");
            placeholder.filters.push_back(*filter);
        } else if (is_attribute_name(word)) {
            if (!placeholder.filters.empty())
                return syntax(at + start,
                              "the attribute " + text::quoted(word) + " stands after a filter",
                              "Write all attributes first, then the filters: {a|b|lower}.");
            placeholder.names.emplace_back(word);
        } else {
            return syntax(at + start,
                          text::quoted(word) + " is neither an attribute nor a filter",
                          "The filters are lower, upper, ascii, ascii(de), local_part, first(N) with N from "
                          "1 to 256, trim.");
        }
        start = bar + 1;
    }
    return placeholder;
}

Result<Template> Template::parse(std::string_view text) {
    if (text.size() > max_template_bytes)
        return syntax(max_template_bytes, "the template is longer than 4096 bytes", "Shorten it.");
    Template parsed;
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const bool doubled = at + 1 < text.size() && text[at + 1] == c;
        if ((c == '{' || c == '}') && doubled) {
            plain += c;
            at += 2;
        } else if (c == '}') {
            return syntax(
                at, "a closing brace without an opening one", "Remove it, or write }} for a brace.");
        } else if (c != '{') {
            plain += c;
            ++at;
        } else {
            const auto close = text.find_first_of("{}", at + 1);
            if (close == std::string_view::npos || text[close] == '{')
                return syntax(at, "a brace is opened and not closed", "Close it, or write {{ for a brace.");
            auto placeholder = parse_placeholder(text.substr(at + 1, close - at - 1), at + 1);
            if (!placeholder) return placeholder.error();
            if (!plain.empty()) parsed.pieces_.emplace_back(std::exchange(plain, {}));
            for (const auto& name : placeholder->names)
                if (name != domain_name &&
                    std::find(parsed.attributes_.begin(), parsed.attributes_.end(), name) ==
                        parsed.attributes_.end())
                    parsed.attributes_.push_back(name);
            parsed.pieces_.emplace_back(std::move(placeholder.value()));
            at = close + 1;
        }
    }
    if (!plain.empty()) parsed.pieces_.emplace_back(std::move(plain));
    return parsed;
}

std::string Template::apply(const Filter& filter, std::string value) {
    switch (filter.kind) {
        case FilterKind::lower:
            return text::lower(value);
        case FilterKind::upper:
            return text::upper(value);
        case FilterKind::ascii:
            return text::ascii(value);
        case FilterKind::ascii_de:
            return text::ascii(value, text::Folding::german);
        case FilterKind::local_part:
            return value.substr(0, std::min(value.rfind('@'), value.size()));
        case FilterKind::first:
            return first_code_points(std::move(value), filter.count);
        case FilterKind::trim:
            return std::string(text::trim(value));
    }
    return value;
}

std::optional<std::string> Template::evaluate(const Attributes& attributes, std::string_view domain) const {
    std::string out;
    for (const auto& piece : pieces_) {
        if (const auto* plain = std::get_if<std::string>(&piece)) {
            out += *plain;
            continue;
        }
        const auto& placeholder = std::get<Placeholder>(piece);
        std::string value;
        for (const auto& name : placeholder.names) {
            if (name == domain_name) {
                value = domain;
            } else if (const auto found = attributes.find(name);
                       found != attributes.end() && !found->second.empty()) {
                value = found->second.front();
            }
            // Blanks alone are no value: the next attribute is asked.
            if (!text::trim(value).empty()) break;
            value.clear();
        }
        for (const auto& filter : placeholder.filters) value = apply(filter, std::move(value));
        if (value.empty()) return std::nullopt;
        out += value;
    }
    if (out.empty()) return std::nullopt;
    return out;
}

}  // namespace uplift::profile
