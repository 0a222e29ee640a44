#include "core/secrets/password_list.hpp"

#include <algorithm>
#include <cstddef>

#include "core/text/csv.hpp"

namespace uplift::secrets {
namespace {

constexpr std::string_view end_of_line = "\r\n";

}  // namespace

std::string password_list_header() { return "\xEF\xBB\xBFrow,displayName,userPrincipalName,password\r\n"; }

Secret password_list_line(const PasswordListRow& row) {
    std::string public_part = std::to_string(row.row) + ",";
    text::append_csv_cell(public_part, row.display_name);
    public_part += ',';
    text::append_csv_cell(public_part, row.user_principal_name);
    public_part += ',';

    const auto quotes = static_cast<std::size_t>(std::count(row.password.begin(), row.password.end(), '"'));
    Secret line(public_part.size() + row.password.size() + quotes + 2 + end_of_line.size());
    auto* to = std::copy(public_part.begin(), public_part.end(), line.writable().data());
    *to++ = '"';
    for (const char letter : row.password) {
        if (letter == '"') *to++ = '"';
        *to++ = letter;
    }
    *to++ = '"';
    std::copy(end_of_line.begin(), end_of_line.end(), to);
    return line;
}

}  // namespace uplift::secrets
