#include "core/http/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace uplift::http {
namespace {

// A wait of more than ten years is a broken server's; keeps the arithmetic far from overflow.
constexpr std::int64_t longest_seconds = 315'360'000;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

std::optional<int> number(std::string_view text, std::size_t least, std::size_t most) {
    if (text.size() < least || text.size() > most || !std::all_of(text.begin(), text.end(), is_digit))
        return std::nullopt;
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// 10, 0.249, 3.
std::optional<Duration> seconds_of(std::string_view text) {
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit) ||
        !std::all_of(part.begin(), part.end(), is_digit))
        return std::nullopt;
    std::int64_t seconds = longest_seconds;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
    if (error != std::errc{}) seconds = longest_seconds;
    Duration wait = std::chrono::seconds{std::min(seconds, longest_seconds)};
    int scale = 100;
    for (std::size_t i = 0; i < part.size() && scale > 0; ++i, scale /= 10)
        wait += Duration{(part[i] - '0') * scale};
    // Whatever stands behind the milliseconds rounds up: never earlier than told.
    if (part.size() > 3 && part.find_first_not_of('0', 3) != std::string_view::npos) wait += Duration{1};
    return wait;
}

std::optional<unsigned> month_of(std::string_view name) {
    constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(months.begin(), months.end(), name);
    if (found == months.end()) return std::nullopt;
    return static_cast<unsigned>(found - months.begin()) + 1;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = text.find_first_of(separators);
        if (end != 0) words.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return words;
}

std::optional<TimePoint> point(std::optional<int> year,
                               std::optional<unsigned> month,
                               std::optional<int> day,
                               std::string_view clock) {
    const auto parts = split(clock, ":");
    if (parts.size() != 3 || !year || !month || !day) return std::nullopt;
    const auto hour = number(parts[0], 2, 2), minute = number(parts[1], 2, 2),
               second = number(parts[2], 2, 2);
    const std::chrono::year_month_day date{
        std::chrono::year{*year}, std::chrono::month{*month}, std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return TimePoint{std::chrono::sys_days{date}} + std::chrono::hours{*hour} +
           std::chrono::minutes{*minute} + std::chrono::seconds{*second};
}

}  // namespace

std::optional<TimePoint> parse_http_date(std::string_view text, TimePoint now) {
    const auto words = split(text, " ");
    if (words.size() == 6 && words[0].ends_with(',') && words[5] == "GMT")  // Sun, 06 Nov 1994 08:49:37 GMT
        return point(number(words[3], 4, 4), month_of(words[2]), number(words[1], 2, 2), words[4]);
    if (words.size() == 4 && words[0].ends_with(',') &&
        words[3] == "GMT") {  // Sunday, 06-Nov-94 08:49:37 GMT
        const auto date = split(words[1], "-");
        if (date.size() != 3) return std::nullopt;
        auto year = number(date[2], 2, 2);
        if (!year) return std::nullopt;
        const auto today = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(now)};
        const int this_year = static_cast<int>(today.year());
        *year += this_year / 100 * 100;
        if (*year > this_year + 50) *year -= 100;  // RFC 9110 5.6.7
        return point(year, month_of(date[1]), number(date[0], 2, 2), words[2]);
    }
    if (words.size() == 5)  // Sun Nov  6 08:49:37 1994
        return point(number(words[4], 4, 4), month_of(words[1]), number(words[2], 1, 2), words[3]);
    return std::nullopt;
}

std::optional<RetryAfter> retry_after(std::optional<std::string_view> header, TimePoint now) {
    if (!header) return std::nullopt;
    const auto text = trimmed(*header);
    Duration wait = retry_after_when_unreadable;
    if (const auto seconds = seconds_of(text))
        wait = *seconds;
    else if (const auto date = parse_http_date(text, now))
        wait = std::max(*date - now, Duration{0});
    return RetryAfter{.wait = wait, .very_long = wait > retry_after_worth_telling};
}

}  // namespace uplift::http
