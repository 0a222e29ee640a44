// The columns of a CSV: what its header says, and which of them the profile lets a row choose.
//
// Pure. Names are taken in any letter case. Identity columns always, override columns within
// profile.allow.columns, columns whose name starts with # are carried to the results.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/identity.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"

namespace uplift::intake {

enum class ColumnKind : std::uint8_t {
    objectGUID,
    userPrincipalName,
    sAMAccountName,
    distinguishedName,
    domain,
    upn,
    usageLocation,
    licenses,
    groups,
    aliases,
    litigationHold,
    archive,
    carried,
    faulty  // named in a fault; its cells are not looked at
};

// Every name a column may have, in the order above up to `archive`.
std::span<const std::string_view> known_columns();
std::string_view word(ColumnKind kind);
std::optional<IdentityKind> identity_of(ColumnKind kind);

struct Column {
    ColumnKind kind = ColumnKind::faulty;
    std::optional<Fault> fault;  // without its place
};

// What a header cell says. `seen` are the cells before it.
Column read_column(std::string_view name, std::span<const std::string> seen, const Profile& profile);

}  // namespace uplift::intake
