#include "config/shapes.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/profile/limits.hpp"
#include "core/text/ldap.hpp"
#include "core/text/utf8.hpp"

namespace uplift::config {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_host(std::string_view host) {
    return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
           std::all_of(host.begin(), host.end(), [](char c) {
               return is_letter(c) || is_digit(c) || c == '-' || c == '.';
           });
}

bool is_ipv6(std::string_view host) {
    return host.find(':') != std::string_view::npos &&
           std::all_of(host.begin(), host.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; });
}

constexpr int deepest_filter = 16;

// Reads one ( … ) after the other; each function leaves at_ behind what it took, or says what is wrong.
class FilterReader {
 public:
    explicit FilterReader(std::string_view text) : text_(text) {}

    std::optional<std::string> read() {
        if (auto wrong = read_filter(0)) return wrong;
        if (at_ != text_.size()) return "something stands behind its last bracket";
        return std::nullopt;
    }

 private:
    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    // NOLINTNEXTLINE(misc-no-recursion): bounded by deepest_filter
    std::optional<std::string> read_filter(int depth) {
        if (depth > deepest_filter) return "its brackets stand in each other more than 16 deep";
        if (!take('(')) return "an opening bracket is missing at character " + std::to_string(at_ + 1);
        if (take('&') || take('|')) {
            do {
                if (auto wrong = read_filter(depth + 1)) return wrong;
            } while (at_ < text_.size() && text_[at_] == '(');
        } else if (take('!')) {
            if (auto wrong = read_filter(depth + 1)) return wrong;
        } else if (auto wrong = read_comparison()) {
            return wrong;
        }
        if (!take(')')) return "a closing bracket is missing at character " + std::to_string(at_ + 1);
        return std::nullopt;
    }

    // attribute[:rule:][~<>]=value
    std::optional<std::string> read_comparison() {
        const auto start = at_;
        const auto is_name = [](char c) {
            return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == ':' || c == ';';
        };
        while (at_ < text_.size() && is_name(text_[at_])) ++at_;
        if (at_ == start) return "an attribute is missing at character " + std::to_string(at_ + 1);
        if (at_ < text_.size() && (text_[at_] == '~' || text_[at_] == '<' || text_[at_] == '>')) ++at_;
        if (!take('=')) return "an = is missing at character " + std::to_string(at_ + 1);
        for (; at_ < text_.size() && text_[at_] != ')'; ++at_) {
            const char c = text_[at_];
            if (c == '(' || c == '\0')
                return "character " + std::to_string(at_ + 1) + " must be written as \\xx";
            if (c != '\\') continue;
            if (at_ + 2 >= text_.size() || !is_hex(text_[at_ + 1]) || !is_hex(text_[at_ + 2]))
                return "two hex digits must follow the \\ at character " + std::to_string(at_ + 1);
        }
        return std::nullopt;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
    constexpr std::pair<std::string_view, std::uint64_t> units[] = {
        {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024 * 1024 * 1024}, {"B", 1}};
    for (const auto& [unit, factor] : units) {
        if (!text.ends_with(unit)) continue;
        const auto number = whole_number<std::uint64_t>(text.substr(0, text.size() - unit.size()));
        if (!number || *number > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
        return *number * factor;
    }
    return std::nullopt;
}

std::optional<Url> parse_url(std::string_view text) {
    const auto colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
    if (!std::all_of(text.begin(), text.end(), printable)) return std::nullopt;
    if (text.find_first_of("@?#\\\"<>") != std::string_view::npos) return std::nullopt;
    Url url;
    url.scheme = text::lower(text.substr(0, colon));
    auto rest = text.substr(colon + 3);
    const auto slash = std::min(rest.find('/'), rest.size());
    url.path = rest.substr(slash);
    rest = rest.substr(0, slash);
    std::string_view port;
    if (rest.starts_with('[')) {
        const auto end = rest.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        url.host = rest.substr(1, end - 1);
        port = rest.substr(end + 1);
        if (!is_ipv6(url.host)) return std::nullopt;
    } else {
        const auto end = std::min(rest.find(':'), rest.size());
        url.host = rest.substr(0, end);
        port = rest.substr(end);
        if (!is_host(url.host)) return std::nullopt;
    }
    if (port.empty()) return url;
    url.port = port.front() == ':' ? whole_number<unsigned>(port.substr(1)) : std::nullopt;
    if (!url.port || *url.port == 0 || *url.port > 65535) return std::nullopt;
    return url;
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host == "::1") return true;
    // 127.evil.example is a name, not an address.
    return host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3 &&
           std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; });
}

bool is_table_name(std::string_view name) {
    const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
    return !name.empty() && name.size() <= 64 && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), fits);
}

bool is_absolute_path(std::string_view path) {
    return path.starts_with('/') && path.size() < 4096 && path.find('\0') == std::string_view::npos &&
           path.find("/../") == std::string_view::npos && !path.ends_with("/..");
}

bool is_mail_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || text.size() > 254) return false;
    const auto fits = [](char c) { return c > 0x20 && c < 0x7F && c != '@' && c != '<' && c != '>'; };
    const auto local = text.substr(0, at), domain = text.substr(at + 1);
    return std::all_of(local.begin(), local.end(), fits) && domain.find('.') != std::string_view::npos &&
           is_host(domain);
}

bool is_dn(std::string_view text) {
    const auto parts = text::parse_dn(text);
    return parts && !parts->empty();
}

std::optional<std::string> what_is_wrong_with_filter(std::string_view filter) {
    return FilterReader(filter).read();
}

}  // namespace uplift::config
