// Points in time and durations as Uplift keeps and writes them.
//
// Pure. A TimePoint is UTC with milliseconds; it reaches people as RFC 3339.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace uplift {

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

// 2026-12-01T06:00:00Z, with milliseconds where they are not zero.
std::string to_rfc3339(TimePoint time);
std::optional<TimePoint> parse_rfc3339(std::string_view text);

// 90s 30m 24h 7d; a bare number is none.
std::optional<Duration> parse_duration(std::string_view text);
// The shortest of those words that is exact: 90s, 30m, 24h, 7d.
std::string to_words(Duration duration);

inline std::int64_t to_millis(TimePoint time) { return time.time_since_epoch().count(); }
inline TimePoint from_millis(std::int64_t millis) { return TimePoint{Duration{millis}}; }

}  // namespace uplift
