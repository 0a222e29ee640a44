// The list of initial passwords as people get it: CSV (RFC 4180, BOM, CRLF) with row, displayName,
// userPrincipalName and password.
//
// Pure. Names are neutralised against spreadsheet formulas as in the results; the password is quoted and
// otherwise exactly itself, because a character more would be another password. Lines that hold one are
// built in the arena of secrets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/secret.hpp"

namespace uplift::secrets {

// BOM and names of the columns.
std::string password_list_header();

struct PasswordListRow {
    std::int64_t row = 0;
    std::string_view display_name;
    std::string_view user_principal_name;
    std::string_view password;
};
Secret password_list_line(const PasswordListRow& row);

}  // namespace uplift::secrets
