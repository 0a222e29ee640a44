// Retry-After in all its forms: whole or decimal seconds, or one of RFC 9110's three dates.
//
// Pure. Contract: throttling.md's header table; figures of exactly-once.md.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "core/model/time.hpp"

namespace uplift::http {

inline constexpr std::chrono::seconds retry_after_when_unreadable{30};
inline constexpr std::chrono::seconds retry_after_worth_telling{3'600};

struct RetryAfter {
    Duration wait{};
    bool very_long = false;  // longer than an hour: obeyed, and told to people
    bool operator==(const RetryAfter&) const = default;
};

// Nothing where the header is absent: the caller has its own backoff. Negative or unreadable: 30 s.
std::optional<RetryAfter> retry_after(std::optional<std::string_view> header, TimePoint now);

// Sun, 06 Nov 1994 08:49:37 GMT, or its two obsolete forms.
std::optional<TimePoint> parse_http_date(std::string_view text, TimePoint now);

}  // namespace uplift::http
