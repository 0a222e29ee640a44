// Values of others, shown to people: in the log and on the terminal.
//
// Pure. Whatever the value holds, it can neither forge a line nor drive a terminal. Widths are columns of a
// terminal: utf8proc's of a character, counted by what people see as one (UAX #29): a letter with its marks,
// a flag, a family of joined emoji (which take the two columns of one).
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

// Text that is shown already, in marks of no width (U+2068, U+2069) where it has letters that run from right
// to left: what stands beside it on the line then keeps its place (UAX #9).
std::string isolated(std::string shown_text);
// padded(), with the text in it isolated.
std::string cell(std::string_view value, std::size_t width, Align align = Align::left);

// What is shown in lines of at most `width` columns: broken at blanks, a longer word inside of it. Lines
// after the first begin with `indent` spaces; `used` columns of the first one are taken. The value is escaped
// like in shown(), but for the marks of isolated(): prose is put together of parts that were isolated before.
std::string wrapped(std::string_view value, std::size_t width, std::size_t indent = 0, std::size_t used = 0);

}  // namespace uplift::text
