#include "core/model/identity.hpp"

#include <algorithm>

namespace uplift {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view word(IdentityKind kind) {
    switch (kind) {
        case IdentityKind::objectGUID:
            return "objectGUID";
        case IdentityKind::userPrincipalName:
            return "userPrincipalName";
        case IdentityKind::sAMAccountName:
            return "sAMAccountName";
        case IdentityKind::distinguishedName:
            return "distinguishedName";
    }
    return "";
}

std::optional<IdentityKind> parse_identity_kind(std::string_view text) {
    for (const auto kind : all_identity_kinds) {
        const auto name = word(kind);
        if (std::equal(text.begin(), text.end(), name.begin(), name.end(), [](char a, char b) {
                return lower(a) == lower(b);
            }))
            return kind;
    }
    return std::nullopt;
}

}  // namespace uplift
