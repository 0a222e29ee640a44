// Small text rules: case, encodings, times, lengths as Microsoft counts them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

std::string lower(std::string_view text);
bool same_ignoring_case(std::string_view a, std::string_view b);

std::string base64url(std::string_view bytes);
// Both take what the name says, without blanks; nothing when it is not that.
std::optional<std::string> from_base64url(std::string_view text);
std::optional<std::string> from_base64(std::string_view text);
std::string hex_capitals(std::string_view bytes);

// `+` is a blank in forms and in a URL's query, and itself in a path.
enum class Plus { blank, literal };
std::string percent_decoded(std::string_view text, Plus plus);

std::string utc(TimePoint time);               // 2026-11-23T10:00:00Z
std::string utc_without_zone(TimePoint time);  // 2026-11-23T10:00:00
std::string utc_with_blank(TimePoint time);    // 2026-11-23 10:00:00Z
std::string http_date(TimePoint time);         // Mon, 23 Nov 2026 10:00:00 GMT
std::optional<TimePoint> parse_utc(std::string_view text);
std::int64_t unix_seconds(TimePoint time);

// Length in UTF-16 units, as the directory counts; nothing when the text is not UTF-8.
std::optional<std::size_t> utf16_length(std::string_view utf8);

std::vector<std::string> split(std::string_view text, char separator);
bool is_guid(std::string_view text);

}  // namespace uplift::sandbox
