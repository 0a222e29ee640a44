#include "core/profile/limits.hpp"

#include <algorithm>

#include "core/text/utf8.hpp"

namespace uplift::profile {
namespace {

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool fits_upn(char c) {
    return is_letter_or_digit(c) || std::string_view{"'.-_!#^~"}.find(c) != std::string_view::npos;
}

}  // namespace

bool is_domain_name(std::string_view domain) {
    if (domain.empty() || domain.size() > max_upn_domain) return false;
    std::size_t labels = 0;
    for (std::size_t start = 0; start <= domain.size();) {
        const auto dot = std::min(domain.find('.', start), domain.size());
        const auto label = domain.substr(start, dot - start);
        if (label.empty() || label.front() == '-' || label.back() == '-') return false;
        if (!std::all_of(
                label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; }))
            return false;
        ++labels;
        start = dot + 1;
    }
    return labels >= 2;
}

std::optional<std::string> what_is_wrong_with_upn(std::string_view upn) {
    const auto at = upn.find('@');
    if (at == std::string_view::npos) return "it has no @";
    const auto local = upn.substr(0, at), domain = upn.substr(at + 1);
    if (local.empty()) return "nothing stands before the @";
    const auto bad = std::find_if_not(local.begin(), local.end(), fits_upn);
    if (bad != local.end())
        return "character " + std::to_string(bad - local.begin() + 1) +
               " is none of A-Z a-z 0-9 ' . - _ ! # ^ ~";
    if (local.back() == '.') return "a dot stands right before the @";
    if (local.size() > max_upn_local) return "more than 64 characters stand before the @";
    if (domain.size() > max_upn_domain) return "more than 48 characters stand after the @";
    if (!is_domain_name(domain)) return "what stands after the @ is no domain";
    // Kept although 64 + 1 + 48 is 113: the three limits are Microsoft's, and each may change alone.
    if (upn.size() > max_upn) return "it is longer than 113 characters";
    return std::nullopt;
}

bool fits_mail_nickname(char c) {
    return c > 0x20 && c < 0x7F && std::string_view{"@()\\[]\";:<>,"}.find(c) == std::string_view::npos;
}

std::optional<std::string> what_is_wrong_with_mail_nickname(std::string_view nickname) {
    if (nickname.empty()) return "it is empty";
    if (!std::all_of(nickname.begin(), nickname.end(), fits_mail_nickname))
        return "it has a character that Exchange does not take";
    if (nickname.size() > max_mail_nickname) return "it is longer than 64 characters";
    return std::nullopt;
}

std::optional<std::string> what_is_wrong_with_display_name(std::string_view name) {
    if (name.empty()) return "it is empty";
    std::size_t units = 0;
    for (std::size_t at = 0; at < name.size();) {
        const auto point = text::code_point_at(name, at);
        if (!point.valid) return "it is not valid UTF-8";
        // Controls, and what turns the reading order or hides between letters.
        if (text::is_unseen(point.value)) return "it has a control or unseen character";
        units += point.value > 0xFFFF ? 2 : 1;
        at += point.length;
    }
    if (units > max_display_name) return "it is longer than 256 characters";
    return std::nullopt;
}

}  // namespace uplift::profile
