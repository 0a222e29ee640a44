// Times and durations as people type them.
//
// Pure but for the host's time zone (TZ). Faults: usage, with the words that are understood.
#pragma once

#include <string_view>

#include "core/model/result.hpp"
#include "core/model/time.hpp"

namespace uplift::upliftctl {

// 2026-12-01T06:00:00Z and other RFC 3339; "2026-12-01 06:00" and "tomorrow 06:00" (today, tomorrow) in the
// host's zone; +2h from `now`; now. A local time that the clock skips or shows twice is a fault, and so is
// what is over. `option` is named in the fault.
Result<TimePoint> parse_moment(std::string_view text, TimePoint now, std::string_view option);

// 90s 30m 24h 7d; a bare number is a fault that names the units.
Result<Duration> parse_span(std::string_view text, std::string_view option);

}  // namespace uplift::upliftctl
