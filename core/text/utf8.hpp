// UTF-8 as text comes in: strict checking, walking by code points, letter case, trimming; UTF-16 to UTF-8.
//
// Pure. Strict means RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
// Letter case is Unicode's simple mapping (utf8proc), the same in every locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace uplift::text {

struct CodePoint {
    char32_t value = 0;      // of an invalid sequence: its first byte
    std::size_t length = 1;  // bytes; 1 where invalid
    bool valid = false;
};
// The code point that starts at `at` (which is inside of `text`).
CodePoint code_point_at(std::string_view text, std::size_t at);
void append_utf8(std::string& out, char32_t code_point);

bool is_utf8(std::string_view text);
// Where the first invalid byte stands.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);
// Every invalid byte becomes U+FFFD.
std::string with_invalid_replaced(std::string_view text);
// Code points; an invalid byte counts as one.
std::size_t count_code_points(std::string_view text);

std::string lower(std::string_view text);
std::string upper(std::string_view text);  // ß becomes SS
// Without blanks at both ends: Unicode white space, line ends and U+FEFF.
std::string_view trim(std::string_view text);
bool same_ignoring_case(std::string_view a, std::string_view b);

// Code points that are never shown as they are: controls, line and paragraph separators, and format
// characters (bidi, zero width, tags) but for the joiners that some scripts need.
bool is_unseen(char32_t code_point);

enum class ByteOrder : std::uint8_t { little, big };

// UTF-16 to UTF-8, fed in pieces of any size.
class Utf16Decoder {
 public:
    explicit Utf16Decoder(ByteOrder order) : order_(order) {}
    // Appends what is complete. False at an unpaired surrogate: what was before it is in `out`.
    [[nodiscard]] bool feed(std::string_view bytes, std::string& out);
    // False when half a unit or half a pair is left over.
    [[nodiscard]] bool finish() const { return !half_ && high_ == 0; }

 private:
    ByteOrder order_;
    std::optional<unsigned char> half_;
    char32_t high_ = 0;
};

}  // namespace uplift::text
