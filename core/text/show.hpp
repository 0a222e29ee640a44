// Values of others, shown to people: in the log and on the terminal.
//
// Pure. Whatever the value holds, it can neither forge a line nor drive a terminal. Widths are columns of a
// terminal, by utf8proc's table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace uplift::text {

// "jdoe@corp.example.com", in quotation marks. `"` and `\` are escaped by a backslash; line ends and tab are
// \n \r \t, other unseen characters \x1b, \u202e, \U000e0001, bytes that are not UTF-8 \xff.
std::string quoted(std::string_view value);
void append_quoted(std::string& out, std::string_view value);

// The same on one line of a terminal: no quotation marks, and `"` and `\` (CORP\jdoe) stay as they are.
std::string shown(std::string_view value);

// Columns that shown(value) takes.
std::size_t display_width(std::string_view value);

// shown(value), cut to `width` columns with … at the end where it is wider.
std::string cut_to_width(std::string_view value, std::size_t width);

// cut_to_width(value), filled up with spaces.
enum class Align { left, right };
std::string padded(std::string_view value, std::size_t width, Align align = Align::left);

}  // namespace uplift::text
