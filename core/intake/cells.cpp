#include "core/intake/cells.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/model/guid.hpp"
#include "core/text/countries.hpp"
#include "core/text/ldap.hpp"
#include "core/text/nearest.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::intake {
namespace {

// AD: sAMAccountName (MS-SAMR 3.1.1.6); the backslash is dealt with before.
constexpr std::string_view not_in_sam_account_name = "\"/[]:;|=,+*?<>";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool holds_blank(std::string_view text) { return text.find(' ') != std::string_view::npos; }

std::string in_column(std::string_view name, std::string_view cell) {
    return "column " + text::quoted(name) + ": " + text::quoted(cell);
}

Fault fault(
    FaultCode code, std::string_view name, std::string_view cell, std::string_view why, std::string cure) {
    return Fault{code, {}, in_column(name, cell) + " " + std::string(why), std::move(cure)};
}

Fault bad_identity(IdentityKind kind, std::string_view cell, std::string_view why, std::string cure) {
    return fault(FaultCode::csv_bad_identity, word(kind), cell, why, std::move(cure));
}

Fault bad_value(ColumnKind kind, std::string_view cell, std::string_view why, std::string cure) {
    return fault(FaultCode::csv_bad_value, word(kind), cell, why, std::move(cure));
}

struct Address {
    std::string_view local;
    std::string_view domain;
};
// Exactly one @ with something on both sides.
std::optional<Address> split_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return std::nullopt;
    if (text.find('@', at + 1) != std::string_view::npos) return std::nullopt;
    return Address{text.substr(0, at), text.substr(at + 1)};
}

// Labels of letters, digits, hyphens and underscores; a suffix of AD may be one label, and in any script.
bool is_directory_suffix(std::string_view domain) {
    char before = '.';
    for (const char c : domain) {
        const bool letter =
            is_letter(c) || is_digit(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) > 0x7F;
        if (!letter && (c != '.' || before == '.')) return false;
        before = c;
    }
    return before != '.';
}

Result<std::string> read_directory_upn(std::string_view cell) {
    constexpr auto kind = IdentityKind::userPrincipalName;
    const auto address = split_address(cell);
    if (!address || holds_blank(cell))
        return bad_identity(
            kind, cell, "is not of the form name@domain", "Write it as in AD: jdoe@corp.example.com.");
    if (!is_directory_suffix(address->domain))
        return bad_identity(
            kind, cell, "has no domain behind the @", "Write it as in AD: jdoe@corp.example.com.");
    if (cell.size() > max_directory_upn)
        return bad_identity(kind, cell, "is longer than 1024 characters", "Correct the value.");
    return std::string(cell);
}

Result<std::string> read_sam_account_name(std::string_view cell) {
    constexpr auto kind = IdentityKind::sAMAccountName;
    std::string_view name = cell;
    if (const auto backslash = cell.find('\\'); backslash != std::string_view::npos) {
        const auto domain = cell.substr(0, backslash);
        name = cell.substr(backslash + 1);
        if (domain.empty() || name.empty() || name.find('\\') != std::string_view::npos ||
            domain.find_first_of(not_in_sam_account_name) != std::string_view::npos || holds_blank(domain))
            return bad_identity(kind, cell, "is not of the form DOMAIN\\name", "Write jdoe or CORP\\jdoe.");
    }
    if (const auto bad = name.find_first_of(not_in_sam_account_name); bad != std::string_view::npos)
        return bad_identity(kind,
                            cell,
                            "holds " + text::quoted(name.substr(bad, 1)) + ", which no sAMAccountName has",
                            "Write jdoe or CORP\\jdoe.");
    if (name.size() > max_sam_account_name)
        return bad_identity(kind, cell, "is longer than 256 characters", "Correct the value.");
    return std::string(cell);
}

// SMTP local part, unquoted (RFC 5321); { } are left out, they would look like a template.
bool is_alias_local(std::string_view local) {
    char before = '.';
    for (const char c : local) {
        const bool letter = is_letter(c) || is_digit(c) ||
                            std::string_view("!#$%&'*+-/=?^_`|~").find(c) != std::string_view::npos;
        if (!letter && (c != '.' || before == '.')) return false;
        before = c;
    }
    return before != '.' && local.size() <= 64;
}

// Graph: userPrincipalName, the part before the @.
bool is_upn_local(std::string_view local) {
    return local.size() <= max_upn_local && local.back() != '.' &&
           std::all_of(local.begin(), local.end(), [](char c) {
               return is_letter(c) || is_digit(c) ||
                      std::string_view("'.-_!#^~").find(c) != std::string_view::npos;
           });
}

// The parts between ;, trimmed; empty ones are left out.
std::vector<std::string_view> parts_of(std::string_view cell) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = cell.find(';');
        const auto part = text::trim(cell.substr(0, end));
        if (!part.empty()) parts.push_back(part);
        if (end == std::string_view::npos) return parts;
        cell.remove_prefix(end + 1);
    }
}

Fault empty_list(ColumnKind kind, std::string_view cell) {
    return bad_value(kind,
                     cell,
                     "is a list without entries",
                     "Write - for none, or leave the cell empty for the profile's.");
}

void add_once(std::vector<std::string>& list, std::string value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

bool breaks_text(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::optional<Fault> unseen_fault(ColumnKind kind, std::string_view cell, Strictness strictness) {
    for (std::size_t at = 0; at < cell.size();) {
        const auto point = text::code_point_at(cell, at);
        at += point.length;
        const bool refused =
            strictness == Strictness::carried ? breaks_text(point.value) : text::is_unseen(point.value);
        if (!refused) continue;
        std::array<char, 16> name{};
        std::snprintf(name.data(), name.size(), "U+%04X", static_cast<unsigned>(point.value));
        const auto column = kind == ColumnKind::carried ? std::string_view("#") : word(kind);
        const bool line_end = point.value == '\n' || point.value == '\r';
        return Fault{FaultCode::csv_control_character,
                     {},
                     "column " + text::quoted(column) + " holds " +
                         (line_end ? "a line end" : "the unseen character " + std::string(name.data())),
                     "Remove it from the cell."};
    }
    return std::nullopt;
}

Result<std::string> read_identity(IdentityKind kind, std::string_view cell) {
    switch (kind) {
        case IdentityKind::objectGUID:
            if (parse_guid(cell)) return std::string(cell);
            return bad_identity(
                kind,
                cell,
                "is not a GUID",
                "Write it as 068692C4-5F55-4775-BFD1-A5E20A2B6282, with or without braces, or as the "
                "32 hex digits that AD stores.");
        case IdentityKind::userPrincipalName:
            return read_directory_upn(cell);
        case IdentityKind::sAMAccountName:
            return read_sam_account_name(cell);
        case IdentityKind::distinguishedName:
            if (const auto parts = text::parse_dn(cell); parts && !parts->empty()) return std::string(cell);
            return bad_identity(
                kind,
                cell,
                "is not a distinguished name",
                "Write it as in AD, in quotation marks: \"CN=Doe\\, Jane,OU=IT,DC=corp,DC=example,DC=com\".");
    }
    return bad_identity(kind, cell, "is of no known kind", "Correct the value.");
}

std::string identity_key(const Identity& identity) {
    const char kind = static_cast<char>('0' + static_cast<int>(identity.kind));
    if (identity.kind == IdentityKind::objectGUID)
        if (const auto guid = parse_guid(identity.value)) return kind + to_string(*guid);
    if (identity.kind == IdentityKind::distinguishedName)
        if (const auto dn = text::canonical_dn(identity.value)) return kind + *dn;
    return kind + text::lower(identity.value);
}

Result<bool> read_truth(ColumnKind kind, std::string_view cell) {
    const std::string word_given = text::lower(cell);
    for (const auto yes : {"true", "yes", "1"})
        if (word_given == yes) return true;
    for (const auto no : {"false", "no", "0"})
        if (word_given == no) return false;
    return bad_value(kind, cell, "is neither true nor false", "Write true or false (yes, no, 1, 0).");
}

Result<std::string> read_country(std::string_view cell) {
    std::string code = text::upper(cell);
    if (text::is_country_code(code)) return code;
    if (code == "UK")
        return bad_value(
            ColumnKind::usageLocation, cell, "is not a country code: the United Kingdom is GB", "Write GB.");
    return bad_value(ColumnKind::usageLocation,
                     cell,
                     "is not a country code",
                     "Write the two letters of ISO 3166-1, such as DE, FR or US.");
}

void Choices::List::add(std::string_view value) {
    if (find(value) != nullptr) return;
    values.emplace_back(value);
    lowered.push_back(text::lower(value));
}

const std::string* Choices::List::find(std::string_view value) const {
    const auto found = std::find(lowered.begin(), lowered.end(), text::lower(value));
    return found == lowered.end() ? nullptr : &values[static_cast<std::size_t>(found - lowered.begin())];
}

Choices::Choices(const Profile& profile) : profile_(profile.name.value) {
    domains_.add(profile.domain);
    for (const auto& domain : profile.allow.domains) domains_.add(domain);
    for (const auto& wish : profile.licenses) licenses_.add(wish.sku);
    for (const auto& license : profile.allow.licenses) licenses_.add(license);
    for (const auto& group : profile.groups) groups_.add(group);
    for (const auto& group : profile.allow.groups) groups_.add(group);
    for (const auto& domain : domains_.values) alias_domains_.add(domain);
    for (const auto& alias : profile.aliases) {
        const auto at = alias.rfind('@');
        if (at != std::string::npos && alias.find('{', at) == std::string::npos)
            alias_domains_.add(std::string_view(alias).substr(at + 1));
    }
}

Result<std::string> Choices::one_of(const List& list, std::string_view value) const {
    if (const auto* known = list.find(value)) return *known;
    std::string cure = "Add it to " + std::string(list.allow_key) + " of profile " + text::quoted(profile_) +
                       ", or choose one that the profile has.";
    const std::vector<std::string_view> candidates(list.values.begin(), list.values.end());
    if (const auto meant = text::nearest(value, candidates))
        cure = "Did you mean " + text::quoted(*meant) + "? Else add it to " + std::string(list.allow_key) +
               " of profile " + text::quoted(profile_) + ".";
    return fault(FaultCode::csv_not_allowed_value,
                 word(list.column),
                 value,
                 "is neither in profile " + text::quoted(profile_) + " nor in what it allows",
                 std::move(cure));
}

Result<std::vector<std::string>> Choices::several_of(const List& list, std::string_view cell) const {
    std::vector<std::string> chosen;
    for (const auto part : parts_of(cell)) {
        auto value = one_of(list, part);
        if (!value) return value.error();
        add_once(chosen, std::move(*value));
    }
    if (chosen.empty()) return empty_list(list.column, cell);
    return chosen;
}

Result<std::string> Choices::domain(std::string_view cell) const { return one_of(domains_, cell); }

Result<std::string> Choices::upn(std::string_view cell) const {
    const auto address = split_address(cell);
    if (!address || !is_upn_local(address->local) || address->domain.size() > max_upn_domain)
        return bad_value(ColumnKind::upn,
                         cell,
                         "cannot be a userPrincipalName of Microsoft 365",
                         "Write name@domain: letters, digits and ' . - _ ! # ^ ~ without accents, at most 64 "
                         "before and 48 "
                         "after the @.");
    if (domains_.find(address->domain) == nullptr) {
        auto refused = one_of(domains_, address->domain).error();
        refused.what = in_column(word(ColumnKind::upn), cell) + " has a domain that profile " +
                       text::quoted(profile_) + " neither has nor allows";
        return refused;
    }
    return std::string(cell);
}

Result<std::vector<std::string>> Choices::licenses(std::string_view cell) const {
    return several_of(licenses_, cell);
}

Result<std::vector<std::string>> Choices::groups(std::string_view cell) const {
    return several_of(groups_, cell);
}

Result<std::vector<std::string>> Choices::aliases(std::string_view cell) const {
    std::vector<std::string> chosen;
    for (const auto part : parts_of(cell)) {
        const auto address = split_address(part);
        if (!address || !is_alias_local(address->local))
            return bad_value(ColumnKind::aliases,
                             part,
                             "is not an e-mail address",
                             "Write addresses such as jane.doe@contoso.com, separated by ;.");
        if (alias_domains_.find(address->domain) == nullptr) {
            auto refused = one_of(alias_domains_, address->domain).error();
            refused.what = in_column(word(ColumnKind::aliases), part) + " has a domain that profile " +
                           text::quoted(profile_) + " neither has nor allows";
            return refused;
        }
        add_once(chosen, std::string(part));
    }
    if (chosen.empty()) return empty_list(ColumnKind::aliases, cell);
    return chosen;
}

}  // namespace uplift::intake
