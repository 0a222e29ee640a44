#include "core/text/ldap.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "core/text/utf8.hpp"

namespace uplift::text {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void append_hex_octet(std::string& out, unsigned char octet) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '\\';
    out += hex[octet >> 4];
    out += hex[octet & 15];
}

// The octet of two hex digits at `at`, or nothing.
std::optional<char> hex_pair(std::string_view text, std::size_t at) {
    if (at + 2 > text.size()) return std::nullopt;
    const int high = hex_value(text[at]), low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<char>(static_cast<unsigned char>(high * 16 + low));
}

// A name is read from left to right; every function leaves at_ behind what it took.
class DnReader {
 public:
    explicit DnReader(std::string_view text) : text_(text) {}

    std::optional<std::vector<Rdn>> read() {
        std::vector<Rdn> parts;
        skip_spaces();
        if (at_ == text_.size()) return parts;
        while (true) {
            Rdn rdn;
            do {
                auto attribute = read_attribute();
                if (!attribute) return std::nullopt;
                rdn.push_back(std::move(*attribute));
            } while (take('+'));
            parts.push_back(std::move(rdn));
            if (at_ == text_.size()) return parts;
            if (!take(',')) return std::nullopt;
        }
    }

 private:
    [[nodiscard]] bool at_end_of_value() const {
        return at_ == text_.size() || text_[at_] == ',' || text_[at_] == '+';
    }
    void skip_spaces() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::optional<DnAttribute> read_attribute() {
        DnAttribute attribute;
        skip_spaces();
        const std::size_t start = at_;
        while (at_ < text_.size() &&
               (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '-' || text_[at_] == '.'))
            ++at_;
        attribute.type = text_.substr(start, at_ - start);
        skip_spaces();
        if (attribute.type.empty() || attribute.type.front() == '-' || !take('=')) return std::nullopt;
        skip_spaces();
        auto value = take('#') ? read_ber_value() : read_string_value();
        if (!value) return std::nullopt;
        attribute.value = std::move(*value);
        return attribute;
    }

    std::optional<std::string> read_string_value() {
        std::string value;
        std::size_t kept = 0;  // up to here trailing spaces are part of the value: they were escaped
        while (!at_end_of_value()) {
            const char c = text_[at_++];
            if (c == '\\') {
                if (const auto octet = hex_pair(text_, at_)) {
                    value += *octet;
                    at_ += 2;
                } else if (at_ < text_.size() &&
                           std::string_view(" \"#+,;<=>\\/").find(text_[at_]) != std::string_view::npos) {
                    value += text_[at_++];
                } else {
                    return std::nullopt;
                }
                kept = value.size();
            } else if (c == '"' || c == ';' || c == '<' || c == '>' || c == '\0') {
                return std::nullopt;
            } else {
                value += c;
                if (c != ' ') kept = value.size();
            }
        }
        value.resize(kept);
        return value;
    }

    // #04024869: the BER form of the value. The content of the short string types is the value.
    std::optional<std::string> read_ber_value() {
        std::string octets;
        while (const auto octet = hex_pair(text_, at_)) {
            octets += *octet;
            at_ += 2;
        }
        skip_spaces();
        if (octets.size() < 2 || !at_end_of_value()) return std::nullopt;
        const auto length = static_cast<unsigned char>(octets[1]);
        if (length < 0x80) {
            if (octets.size() != 2U + length) return std::nullopt;
            return octets.substr(2);
        }
        const std::size_t more = length & 0x7FU;
        if (more == 0 || more > 2 || octets.size() < 2 + more) return std::nullopt;
        std::size_t content = 0;
        for (std::size_t i = 0; i < more; ++i)
            content = content << 8 | static_cast<unsigned char>(octets[2 + i]);
        if (octets.size() != 2 + more + content) return std::nullopt;
        return octets.substr(2 + more);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// Composed (NFC), in lower case, runs of spaces as one (caseIgnoreMatch).
std::string comparable(std::string_view value) {
    std::string composed(value);
    if (is_utf8(value) && value.find('\0') == std::string_view::npos) {
        utf8proc_uint8_t* raw = nullptr;
        const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(value.data()),
                                       static_cast<utf8proc_ssize_t>(value.size()),
                                       &raw,
                                       static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
        const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
        if (size >= 0) composed.assign(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
    }
    composed = lower(composed);
    std::string out;
    for (const char c : composed)
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string canonical_rdn(const Rdn& rdn) {
    std::vector<std::string> attributes;
    for (const auto& [type, value] : rdn) {
        std::string attribute = lower(type);
        attribute += '=';
        attribute += dn_value(comparable(value));
        attributes.push_back(std::move(attribute));
    }
    std::sort(attributes.begin(), attributes.end());
    std::string out;
    for (const auto& attribute : attributes) {
        if (!out.empty()) out += '+';
        out += attribute;
    }
    return out;
}

std::optional<std::vector<std::string>> canonical_parts(std::string_view text) {
    const auto parsed = parse_dn(text);
    if (!parsed) return std::nullopt;
    std::vector<std::string> parts;
    std::transform(parsed->begin(), parsed->end(), std::back_inserter(parts), canonical_rdn);
    return parts;
}

}  // namespace

std::string ldap_filter_value(std::string_view octets) {
    std::string out;
    out.reserve(octets.size());
    for (const char c : octets) {
        if (is_letter(c) || is_digit(c) || std::string_view(" .,-_@'#+=:/").find(c) != std::string_view::npos)
            out += c;
        else
            append_hex_octet(out, static_cast<unsigned char>(c));
    }
    return out;
}

std::optional<std::vector<Rdn>> parse_dn(std::string_view text) { return DnReader(text).read(); }

std::optional<std::string> canonical_dn(std::string_view text) {
    const auto parts = canonical_parts(text);
    if (!parts) return std::nullopt;
    std::string out;
    for (const auto& part : *parts) {
        if (!out.empty()) out += ',';
        out += part;
    }
    return out;
}

bool same_dn(std::string_view a, std::string_view b) {
    const auto parts_a = canonical_parts(a), parts_b = canonical_parts(b);
    return parts_a && parts_b && *parts_a == *parts_b;
}

bool dn_below(std::string_view dn, std::string_view base) {
    const auto parts = canonical_parts(dn), above = canonical_parts(base);
    return parts && above && above->size() <= parts->size() &&
           std::equal(above->rbegin(), above->rend(), parts->rbegin());
}

std::string dn_value(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool outer_space = c == ' ' && (i == 0 || i + 1 == value.size());
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            append_hex_octet(out, static_cast<unsigned char>(c));
        } else {
            if (outer_space || (c == '#' && i == 0) ||
                std::string_view("\"+,;<>\\=").find(c) != std::string_view::npos)
                out += '\\';
            out += c;
        }
    }
    return out;
}

}  // namespace uplift::text
