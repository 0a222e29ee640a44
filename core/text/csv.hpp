// One cell of a CSV that we write: quoted by RFC 4180 and neutralised against spreadsheet formulas.
//
// Pure. A cell that a spreadsheet would run (= + - @ TAB CR, also after spaces or a new line inside) gets a
// leading '. Whoever reads such a file back takes it away again: unneutralised(neutralised(x)) == x.
#pragma once

#include <string>
#include <string_view>

namespace uplift::text {

// Appends the cell, without a separator. Invalid UTF-8 and controls other than TAB CR LF become U+FFFD.
void append_csv_cell(std::string& out, std::string_view value);
std::string csv_cell(std::string_view value);

// A word of our own (a header, `-` for none) that must reach the reader as it is: quoted, not neutralised.
void append_csv_word(std::string& out, std::string_view word);

// The value without the ' that append_csv_cell put in front.
std::string_view unneutralised(std::string_view value);

}  // namespace uplift::text
