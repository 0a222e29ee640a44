#include "core/intake/columns.hpp"

#include <algorithm>
#include <array>

#include "core/text/nearest.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"

namespace uplift::intake {
namespace {

constexpr std::array<std::string_view, 12> names{"objectGUID",
                                                 "userPrincipalName",
                                                 "sAMAccountName",
                                                 "distinguishedName",
                                                 "domain",
                                                 "upn",
                                                 "usageLocation",
                                                 "licenses",
                                                 "groups",
                                                 "aliases",
                                                 "litigationHold",
                                                 "archive"};

// What people call a column of passwords, without blanks, marks and letter case.
constexpr std::array<std::string_view, 14> password_names{"password",
                                                          "passwd",
                                                          "pwd",
                                                          "pass",
                                                          "passphrase",
                                                          "kennwort",
                                                          "passwort",
                                                          "motdepasse",
                                                          "initialpassword",
                                                          "temppassword",
                                                          "temporarypassword",
                                                          "userpassword",
                                                          "accountpassword",
                                                          "unicodepwd"};

// A # does not make it right: the column would be carried into the results in clear.
bool means_password(std::string_view name) {
    std::string letters;
    for (const char c : text::lower(name))
        if (c >= 'a' && c <= 'z') letters += c;
    return std::find(password_names.begin(), password_names.end(), letters) != password_names.end();
}

std::string column(std::string_view name) { return "column " + text::quoted(name); }

Column refused(FaultCode code, std::string what, std::string cure) {
    return {ColumnKind::faulty, Fault{code, {}, std::move(what), std::move(cure)}};
}

Column unknown(std::string_view name) {
    const auto meant = text::nearest(name, names);
    std::string what = column(name) + " is not known";
    if (meant) {
        what += "; the nearest is " + text::quoted(*meant);
    } else {
        what += "; known are";
        for (const auto known : names) what += (known == names.front() ? " " : ", ") + std::string(known);
    }
    return refused(FaultCode::csv_unknown_column,
                   std::move(what),
                   "Rename or remove it, or write # before its name to carry it to the results.");
}

}  // namespace

std::span<const std::string_view> known_columns() { return names; }

std::string_view word(ColumnKind kind) {
    const auto index = static_cast<std::size_t>(kind);
    return index < names.size() ? names.at(index) : std::string_view{};
}

std::optional<IdentityKind> identity_of(ColumnKind kind) {
    if (kind > ColumnKind::distinguishedName) return std::nullopt;
    return all_identity_kinds[static_cast<std::size_t>(kind)];
}

Column read_column(std::string_view name, std::span<const std::string> seen, const Profile& profile) {
    if (name.empty())
        return refused(FaultCode::csv_unknown_column,
                       "a column has no name",
                       "Give it one, or remove the column with the separator before it.");
    if (means_password(name))
        return refused(FaultCode::csv_password_column,
                       column(name) + ": " + std::string(entry_of(FaultCode::csv_password_column).title),
                       std::string(entry_of(FaultCode::csv_password_column).cure));
    const auto twice = [&](const std::string& other) { return text::same_ignoring_case(other, name); };
    if (std::any_of(seen.begin(), seen.end(), twice))
        return refused(FaultCode::csv_duplicate_column,
                       column(name) + " stands twice in the header",
                       std::string(entry_of(FaultCode::csv_duplicate_column).cure));
    if (name.front() == '#') return {ColumnKind::carried, std::nullopt};
    const auto known = std::find_if(names.begin(), names.end(), [&](std::string_view candidate) {
        return text::same_ignoring_case(candidate, name);
    });
    if (known == names.end()) return unknown(name);
    const auto kind = static_cast<ColumnKind>(known - names.begin());
    const auto& allowed = profile.allow.columns;
    const auto lets = [&](const std::string& other) { return text::same_ignoring_case(other, *known); };
    if (identity_of(kind) || std::any_of(allowed.begin(), allowed.end(), lets)) return {kind, std::nullopt};
    return refused(
        FaultCode::csv_not_allowed_column,
        column(*known) + ": profile " + text::quoted(profile.name.value) + " does not let a row choose this",
        "Remove the column, or add " + text::quoted(*known) + " to allow.columns of the profile.");
}

}  // namespace uplift::intake
