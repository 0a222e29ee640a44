#include "tests/sandbox/user_rules.hpp"

#include <algorithm>
#include <cctype>

#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

constexpr std::string_view iso_3166 =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV "
    "BW "
    "BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET "
    "FI "
    "FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM "
    "IN "
    "IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD "
    "ME "
    "MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
    "PF "
    "PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST "
    "SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS "
    "YE "
    "YT ZA ZM ZW";

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_of(std::string_view text, std::string_view besides_letters_and_digits) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || besides_letters_and_digits.find(c) != std::string_view::npos;
    });
}

bool is_domain_name(std::string_view domain) {
    if (domain.empty() || domain.find('.') == std::string_view::npos) return false;
    for (const auto& label : split(domain, '.'))
        if (label.empty() || label.size() > 63 || label.starts_with('-') || label.ends_with('-') ||
            !all_of(label, "-"))
            return false;
    return true;
}

// The substitutions of Entra password protection.
std::string normalised(std::string_view password) {
    std::string text = lower(password);
    for (char& c : text) {
        if (c == '0') c = 'o';
        if (c == '1') c = 'l';
        if (c == '$') c = 's';
        if (c == '@') c = 'a';
    }
    return text;
}

Refusal invalid(TextProperty property) { return invalid_value(row_of(property).name, "User"); }

}  // namespace

void check_user_principal_name(std::string_view value) {
    const auto at = value.find('@');
    const auto local_part = value.substr(0, at);
    if (at == std::string_view::npos || local_part.empty() || local_part.size() > 64 || value.size() > 113 ||
        local_part.ends_with('.') || !all_of(local_part, "'.-_!#^~"))
        throw bad_user_principal_name();
    const auto domain = value.substr(at + 1);
    if (domain.size() > 48 || !is_domain_name(domain)) throw bad_user_principal_name();
}

void check_mail_nickname(std::string_view value) {
    const bool fine =
        !value.empty() && value.size() <= 64 && std::all_of(value.begin(), value.end(), [](char c) {
            return c > ' ' && c < 0x7f &&
                   std::string_view("@()\\[]\";:<>,").find(c) == std::string_view::npos;
        });
    if (!fine) throw invalid(TextProperty::mailNickname);
}

void check_usage_location(std::string_view value) {
    const bool capitals =
        value.size() == 2 && value[0] >= 'A' && value[0] <= 'Z' && value[1] >= 'A' && value[1] <= 'Z';
    if (!capitals || iso_3166.find(value) == std::string_view::npos)
        throw invalid(TextProperty::usageLocation);
}

void check_immutable_id(std::string_view value) {
    if (value.empty() || value.find_first_of("$_") != std::string_view::npos ||
        std::any_of(value.begin(), value.end(), [](char c) { return c <= ' ' || c >= 0x7f; }))
        throw invalid(TextProperty::onPremisesImmutableId);
}

void check_preferred_language(std::string_view value) {
    const bool language =
        value.size() >= 2 && value[0] >= 'a' && value[0] <= 'z' && value[1] >= 'a' && value[1] <= 'z';
    const bool fine =
        language && (value.size() == 2 || (value.size() == 5 && value[2] == '-' && value[3] >= 'A' &&
                                           value[3] <= 'Z' && value[4] >= 'A' && value[4] <= 'Z'));
    if (!fine) throw invalid(TextProperty::preferredLanguage);
}

void check_password_policies(std::string_view value) {
    for (const std::string_view known : {"None",
                                         "DisablePasswordExpiration",
                                         "DisableStrongPassword",
                                         "DisablePasswordExpiration, DisableStrongPassword",
                                         "DisableStrongPassword, DisablePasswordExpiration"})
        if (value == known) return;
    throw invalid(TextProperty::passwordPolicies);
}

void check_mail(std::string_view value) {
    const auto at = value.find('@');
    if (at == std::string_view::npos || at == 0 || !all_of(value.substr(0, at), "!#$%&'*+-/=?^_`{|}~.") ||
        !is_domain_name(value.substr(at + 1)))
        throw invalid(TextProperty::mail);
}

void check_text(TextProperty property, std::string_view value) {
    const auto& row = row_of(property);
    const auto length = utf16_length(value);
    if (!length || *length == 0) throw invalid(property);
    const bool several_lines = property == TextProperty::streetAddress;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 && !(several_lines && (c == '\r' || c == '\n'))) throw invalid(property);
    }
    switch (property) {
        case TextProperty::userPrincipalName:
            return check_user_principal_name(value);
        case TextProperty::mailNickname:
            return check_mail_nickname(value);
        case TextProperty::usageLocation:
            return check_usage_location(value);
        case TextProperty::onPremisesImmutableId:
            check_immutable_id(value);
            break;
        case TextProperty::preferredLanguage:
            return check_preferred_language(value);
        case TextProperty::passwordPolicies:
            return check_password_policies(value);
        case TextProperty::mail:
            check_mail(value);
            break;
        case TextProperty::userType:
            if (value != "Member" && value != "Guest") throw invalid(property);
            return;
        default:
            break;
    }
    if (row.longest != 0 && *length > row.longest) throw too_long(row.name, "User");
}

bool is_complex_password(std::string_view password) {
    if (password.size() < 8 || password.size() > 256) return false;
    bool lower_case = false;
    bool upper_case = false;
    bool digit = false;
    bool symbol = false;
    for (const char c : password) {
        if (c < ' ' || c > '~') return false;
        if (c >= 'a' && c <= 'z') {
            lower_case = true;
        } else if (c >= 'A' && c <= 'Z') {
            upper_case = true;
        } else if (is_digit(c)) {
            digit = true;
        } else {
            symbol = true;
        }
    }
    return lower_case + upper_case + digit + symbol >= 3;
}

bool is_banned_password(std::string_view password,
                        const std::vector<std::string>& banned_words,
                        const std::vector<std::string>& names) {
    std::string text = normalised(password);
    for (const auto& name : names)
        if (name.size() >= 4 && text.find(normalised(name)) != std::string::npos) return true;
    std::size_t points = 0;
    for (const auto& banned : banned_words) {
        const std::string word = normalised(banned);
        if (word.size() < 4) continue;
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
            text.replace(at, word.size(), 1, '\0');  // parts the rest, so that no new word is born
            ++points;
        }
    }
    points +=
        static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return c != '\0'; }));
    return points < 5;
}

}  // namespace uplift::sandbox
