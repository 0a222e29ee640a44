#include "daemon/upliftctl/time_words.hpp"

#include <algorithm>
#include <ctime>
#include <optional>

#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::upliftctl {
namespace {

constexpr auto moment_cure =
    "Write 2026-12-01T06:00:00Z, \"2026-12-01 06:00\" or \"tomorrow 06:00\" (this host's zone), or +2h.";
constexpr auto span_cure = "Write a number and its unit, for example 90s, 30m, 24h or 7d.";

Fault fault_of(std::string_view option, std::string_view text, const std::string& what, const char* cure) {
    return Fault{.code = FaultCode::usage,
                 .where = std::string(option),
                 .what = text::quoted(text) + " " + what,
                 .cure = cure};
}

bool only_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct LocalDate {
    int year = 0, month = 0, day = 0;
};
struct LocalClock {
    int hour = 0, minute = 0, second = 0;
};

std::optional<int> number(std::string_view text, int least, int most) {
    if (!only_digits(text) || text.size() > 4) return std::nullopt;
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value >= least && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<LocalDate> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number(text.substr(0, 4), 1970, 9999), month = number(text.substr(5, 2), 1, 12),
               day = number(text.substr(8, 2), 1, 31);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return LocalDate{.year = *year, .month = *month, .day = *day};
}

// 06:00, 6:00 or 06:00:30
std::optional<LocalClock> parse_clock(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 2) return std::nullopt;
    const auto hour = number(text.substr(0, colon), 0, 23);
    text.remove_prefix(colon + 1);
    if (!hour || (text.size() != 2 && (text.size() != 5 || text[2] != ':'))) return std::nullopt;
    const auto minute = number(text.substr(0, 2), 0, 59);
    const auto second = text.size() == 5 ? number(text.substr(3, 2), 0, 59) : 0;
    if (!minute || !second) return std::nullopt;
    return LocalClock{.hour = *hour, .minute = *minute, .second = *second};
}

std::tm parts_of(TimePoint time) {
    const auto seconds =
        static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return parts;
}

// The moments at which a clock on the host's wall shows this: none, one or two.
std::vector<TimePoint> moments_of(const LocalDate& date, const LocalClock& clock) {
    std::vector<TimePoint> moments;
    for (const int summer : {0, 1}) {
        std::tm parts{};
        parts.tm_year = date.year - 1900;
        parts.tm_mon = date.month - 1;
        parts.tm_mday = date.day;
        parts.tm_hour = clock.hour;
        parts.tm_min = clock.minute;
        parts.tm_sec = clock.second;
        parts.tm_isdst = summer;
        const TimePoint moment{std::chrono::seconds{std::mktime(&parts)}};
        const auto back = parts_of(moment);
        const bool same =
            back.tm_mday == date.day && back.tm_hour == clock.hour && back.tm_min == clock.minute;
        if (same && std::find(moments.begin(), moments.end(), moment) == moments.end())
            moments.push_back(moment);
    }
    return moments;
}

std::optional<LocalDate> date_of(std::string_view word, TimePoint now) {
    if (auto date = parse_date(word)) return date;
    const bool tomorrow = text::same_ignoring_case(word, "tomorrow");
    if (!tomorrow && !text::same_ignoring_case(word, "today")) return std::nullopt;
    auto parts = parts_of(now);
    // At noon, which no change of the clock touches.
    parts.tm_hour = 12;
    parts.tm_mday += tomorrow ? 1 : 0;
    parts.tm_isdst = -1;
    std::mktime(&parts);
    return LocalDate{.year = parts.tm_year + 1900, .month = parts.tm_mon + 1, .day = parts.tm_mday};
}

Result<TimePoint> not_past(Result<TimePoint> moment,
                           std::string_view text,
                           TimePoint now,
                           std::string_view option) {
    if (!moment || *moment >= now) return moment;
    return fault_of(option, text, "is over", "Name a later time, or leave it out to begin at once.");
}

}  // namespace

Result<Duration> parse_span(std::string_view text, std::string_view option) {
    if (const auto span = parse_duration(text)) return *span;
    if (only_digits(text)) return fault_of(option, text, "has no unit", span_cure);
    return fault_of(option, text, "is no duration", span_cure);
}

Result<TimePoint> parse_moment(std::string_view text, TimePoint now, std::string_view option) {
    text = text::trim(text);
    if (text::same_ignoring_case(text, "now")) return now;
    if (text.starts_with('+')) {
        const auto span = parse_span(text.substr(1), option);
        if (!span) return span.error();
        return now + *span;
    }
    if (only_digits(text)) return fault_of(option, text, "has neither date nor unit", moment_cure);
    if (const auto moment = parse_rfc3339(text)) return not_past(*moment, text, now, option);
    const auto blank = text.find_first_of(" T");
    // "today" and "tomorrow" begin with a t of their own.
    const auto between = text.starts_with('t') || text.starts_with('T') ? text.find(' ') : blank;
    if (between == std::string_view::npos) return fault_of(option, text, "is no time", moment_cure);
    const auto date = date_of(text.substr(0, between), now);
    const auto clock = parse_clock(text::trim(text.substr(between + 1)));
    if (!date || !clock) return fault_of(option, text, "is no time", moment_cure);
    const auto moments = moments_of(*date, *clock);
    if (moments.empty())
        return fault_of(option, text, "is skipped by the clock of this host's zone", moment_cure);
    if (moments.size() > 1)
        return fault_of(option,
                        text,
                        "comes twice, as the clock is put back then",
                        "Write it with its offset, for example 2026-10-25T02:30:00+01:00.");
    return not_past(moments.front(), text, now, option);
}

}  // namespace uplift::upliftctl
