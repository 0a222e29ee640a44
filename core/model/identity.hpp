// How an administrator names a person: one of four identities.
//
// Pure. The order of the kinds is the order in which a row's columns are asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace uplift {

enum class IdentityKind { objectGUID, userPrincipalName, sAMAccountName, distinguishedName };

inline constexpr IdentityKind all_identity_kinds[] = {IdentityKind::objectGUID,
                                                      IdentityKind::userPrincipalName,
                                                      IdentityKind::sAMAccountName,
                                                      IdentityKind::distinguishedName};

struct Identity {
    IdentityKind kind{};
    std::string value;  // as given; sAMAccountName possibly with its domain: CORP\jdoe
    bool operator==(const Identity&) const = default;
};

std::string_view word(IdentityKind kind);  // sAMAccountName
// In any letter case.
std::optional<IdentityKind> parse_identity_kind(std::string_view text);

}  // namespace uplift
