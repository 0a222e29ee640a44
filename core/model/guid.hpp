// Guid: 16 octets as LDAP returns them. Anchor: what ties an account to a person.
//
// Pure. In the text form the first three fields are little endian in the octets:
// 068692c4-5f55-4775-bfd1-a5e20a2b6282 = c4 92 86 06 55 5f 75 47 bf d1 a5 e2 0a 2b 62 82.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace uplift {

struct Guid {
    std::array<std::uint8_t, 16> octets{};
    auto operator<=>(const Guid&) const = default;
};

// 068692c4-5f55-4775-bfd1-a5e20a2b6282
std::string to_string(const Guid& guid);

// Text with or without braces, any letter case; or 32 hex digits in octet order (as AD stores them).
std::optional<Guid> parse_guid(std::string_view text);
std::optional<Guid> guid_from_octets(std::string_view octets);

// True for 8-4-4-4-12 hex digits and nothing else: the only thing that goes into a URL path as an id.
bool is_guid_text(std::string_view text);

// Standard base64 of the octets: 24 letters. Graph onPremisesImmutableId; compared exactly, case matters.
class Anchor {
 public:
    Anchor() = default;
    explicit Anchor(const Guid& guid);
    // As it came from the tenant or the database: any text.
    static Anchor from_text(std::string text);
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    auto operator<=>(const Anchor&) const = default;

 private:
    std::string text_;
};

std::string base64(std::span<const std::uint8_t> octets);

}  // namespace uplift

template <>
struct std::hash<uplift::Anchor> {
    std::size_t operator()(const uplift::Anchor& anchor) const {
        return std::hash<std::string>{}(anchor.text());
    }
};
