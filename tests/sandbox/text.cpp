#include "tests/sandbox/text.hpp"

#include <array>
#include <cctype>
#include <ctime>

namespace uplift::sandbox {
namespace {

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::tm broken_down(TimePoint time) {
    const std::time_t seconds = Clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return parts;
}

std::string date_and_time(const std::tm& parts, const char* between, const char* end) {
    std::array<char, 32> date{};
    std::array<char, 32> time{};
    std::strftime(date.data(), date.size(), "%Y-%m-%d", &parts);
    std::strftime(time.data(), time.size(), "%H:%M:%S", &parts);
    return std::string(date.data()) + between + time.data() + end;
}

constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::optional<std::string> decoded64(std::string_view text, char sixty_two, char sixty_three) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        std::uint32_t value = 0;
        if (c >= 'A' && c <= 'Z') {
            value = static_cast<std::uint32_t>(c - 'A');
        } else if (c >= 'a' && c <= 'z') {
            value = static_cast<std::uint32_t>(c - 'a' + 26);
        } else if (c >= '0' && c <= '9') {
            value = static_cast<std::uint32_t>(c - '0' + 52);
        } else if (c == sixty_two) {
            value = 62;
        } else if (c == sixty_three) {
            value = 63;
        } else {
            return std::nullopt;
        }
        bits = (bits << 6) | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<char>((bits >> count) & 0xff));
        }
    }
    return bytes;
}

}  // namespace

std::string_view header_of(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = lower_char(c);
    return result;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower_char(a[i]) != lower_char(b[i])) return false;
    return true;
}

std::string base64url(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 4 / 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        count += 8;
        while (count >= 6) {
            count -= 6;
            text.push_back(url_alphabet[(bits >> count) & 63]);
        }
    }
    if (count > 0) text.push_back(url_alphabet[(bits << (6 - count)) & 63]);
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) { return decoded64(text, '-', '_'); }
std::optional<std::string> from_base64(std::string_view text) { return decoded64(text, '+', '/'); }

std::string hex_capitals(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15]);
    }
    return text;
}

std::string percent_decoded(std::string_view text, Plus plus) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
            hex_value(text[i + 2]) >= 0) {
            result.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
            i += 2;
        } else if (text[i] == '+' && plus == Plus::blank) {
            result.push_back(' ');
        } else {
            result.push_back(text[i]);
        }
    }
    return result;
}

std::string utc(TimePoint time) { return date_and_time(broken_down(time), "T", "Z"); }
std::string utc_without_zone(TimePoint time) { return date_and_time(broken_down(time), "T", ""); }
std::string utc_with_blank(TimePoint time) { return date_and_time(broken_down(time), " ", "Z"); }
std::string http_date(TimePoint time) {
    const std::tm parts = broken_down(time);
    std::array<char, 64> buffer{};
    std::strftime(buffer.data(), buffer.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return buffer.data();
}

std::optional<TimePoint> parse_utc(std::string_view text) {
    std::tm parts{};
    const std::string copy(text);
    const char* end = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (end == nullptr) {
        parts = std::tm{};
        end = strptime(copy.c_str(), "%Y-%m-%d", &parts);
    }
    if (end == nullptr) return std::nullopt;
    if (*end == '.') {
        ++end;
        while (std::isdigit(static_cast<unsigned char>(*end)) != 0) ++end;
    }
    if (*end == 'Z') ++end;
    if (*end != '\0') return std::nullopt;
    return Clock::from_time_t(timegm(&parts));
}

std::int64_t unix_seconds(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::optional<std::size_t> utf16_length(std::string_view utf8) {
    std::size_t units = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
        if (size == 0 || lead > 0xf4 || i + size > utf8.size()) return std::nullopt;
        for (std::size_t k = 1; k < size; ++k)
            if ((static_cast<unsigned char>(utf8[i + k]) & 0xc0) != 0x80) return std::nullopt;
        units += size == 4 ? 2 : 1;
        i += size;
    }
    return units;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    while (true) {
        const auto to = text.find(separator, from);
        parts.emplace_back(text.substr(from, to - from));
        if (to == std::string_view::npos) return parts;
        from = to + 1;
    }
}

bool is_guid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : hex_value(text[i]) < 0) return false;
    }
    return true;
}

}  // namespace uplift::sandbox
