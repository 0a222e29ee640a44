#include "core/model/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

namespace uplift {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool has(std::string_view text, std::size_t at, std::string_view letters) {
    return at < text.size() && letters.find(text[at]) != std::string_view::npos;
}

}  // namespace

std::string to_rfc3339(TimePoint time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{days};
    const std::chrono::hh_mm_ss clock{time - days};
    std::array<char, 48> text{};
    int length = std::snprintf(text.data(),
                               text.size(),
                               "%04d-%02u-%02uT%02d:%02d:%02d",
                               static_cast<int>(date.year()),
                               static_cast<unsigned>(date.month()),
                               static_cast<unsigned>(date.day()),
                               static_cast<int>(clock.hours().count()),
                               static_cast<int>(clock.minutes().count()),
                               static_cast<int>(clock.seconds().count()));
    std::string out(text.data(), static_cast<std::size_t>(length));
    if (const auto millis = clock.subseconds().count(); millis != 0) {
        length = std::snprintf(text.data(), text.size(), ".%03d", static_cast<int>(millis));
        out.append(text.data(), static_cast<std::size_t>(length));
    }
    return out + "Z";
}

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || !has(text, 10, "Tt ") || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    TimePoint time = std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                     std::chrono::seconds{*second};
    std::size_t at = 19;
    if (has(text, at, ".")) {
        int scale = 100;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
            time += Duration{(text[at] - '0') * scale};
    }
    if (has(text, at, "Zz") && at + 1 == text.size()) return time;
    if (!has(text, at, "+-") || at + 6 != text.size() || text[at + 3] != ':') return std::nullopt;
    const auto offset_hours = digits(text, at + 1, 2), offset_minutes = digits(text, at + 4, 2);
    if (!offset_hours || !offset_minutes || *offset_hours > 23 || *offset_minutes > 59) return std::nullopt;
    const auto offset = std::chrono::hours{*offset_hours} + std::chrono::minutes{*offset_minutes};
    return text[at] == '+' ? time - offset : time + offset;
}

std::optional<Duration> parse_duration(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, number);
    if (error != std::errc{} || end != text.data() + text.size() - 1 || number < 0) return std::nullopt;
    std::int64_t unit = 0;
    switch (text.back()) {
        case 's':
            unit = 1'000;
            break;
        case 'm':
            unit = 60'000;
            break;
        case 'h':
            unit = 3'600'000;
            break;
        case 'd':
            unit = 86'400'000;
            break;
        default:
            return std::nullopt;
    }
    if (number > std::numeric_limits<std::int64_t>::max() / 8 / unit) return std::nullopt;
    return Duration{number * unit};
}

std::string to_words(Duration duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    if (seconds != 0 && seconds % 86'400 == 0) return std::to_string(seconds / 86'400) + "d";
    if (seconds != 0 && seconds % 3'600 == 0) return std::to_string(seconds / 3'600) + "h";
    if (seconds != 0 && seconds % 60 == 0) return std::to_string(seconds / 60) + "m";
    return std::to_string(seconds) + "s";
}

}  // namespace uplift
