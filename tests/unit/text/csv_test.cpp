#include "core/text/csv.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/text/utf8.hpp"

namespace uplift::text {
namespace {

struct CellCase {
    std::string_view value;
    std::string_view cell;
};
const CellCase cell_cases[] = {
    {"Jane", "Jane"},
    {"", ""},
    {"Doe, Jane", "\"Doe, Jane\""},
    {"a;b", "\"a;b\""},
    {"say \"hi\"", "\"say \"\"hi\"\"\""},
    {"two\nlines", "\"two\nlines\""},
    {" x ", "\" x \""},
    {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},  // AC-19
    {"+49 228", "'+49 228"},
    {"-1", "'-1"},
    {"@SUM(1)", "'@SUM(1)"},
    {"\tx", "\"'\tx\""},
    {"\rx", "\"'\rx\""},
    {"   =1+1", "'   =1+1"},
    {"a\n=1", "\"a\n'=1\""},
    {"a\r\n =1", "\"a\r\n' =1\""},
    {"a=1", "a=1"},
    {"'=1", "''=1"},
    {"' x", "' x"},
    {"o'brien", "o'brien"},
    {"a\x1B[0m", "a\xEF\xBF\xBD[0m"},
    {"a\xFF", "a\xEF\xBF\xBD"},
};

TEST(CsvCell, IsQuotedAndNeverAFormula) {
    for (const auto& given : cell_cases) EXPECT_EQ(csv_cell(given.value), given.cell);
}

TEST(CsvCell, WordOfOurOwnStaysAsItIs) {
    std::string out;
    append_csv_word(out, "-");

    EXPECT_EQ(out, "-");
}

// The inverse of the quoting, only here.
std::string unquoted(std::string_view cell) {
    if (cell.empty() || cell.front() != '"') return std::string(cell);
    std::string out;
    for (std::size_t at = 1; at + 1 < cell.size(); ++at) {
        out += cell[at];
        if (cell[at] == '"') ++at;
    }
    return out;
}

RC_GTEST_PROP(CsvCellProperties, OneLineValuesComeBack, ()) {
    const auto value = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab ,;\"'=+-@#0")));

    const auto cell = csv_cell(value);

    RC_ASSERT(unneutralised(unquoted(cell)) == value);
}

RC_GTEST_PROP(CsvCellProperties, NoLineOfACellStartsAFormula, (const std::string& bytes)) {
    const auto value = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a =+-@\t\r\n'\"")));
    for (const auto& source : {bytes, value}) {
        const auto text = unquoted(csv_cell(source));
        bool line_start = true;
        for (const char c : text) {
            if (line_start && c == ' ') continue;
            if (line_start) RC_ASSERT(std::string_view("=+-@\t").find(c) == std::string_view::npos);
            line_start = c == '\n' || c == '\r';
        }
        RC_ASSERT(is_utf8(text));
    }
}

}  // namespace
}  // namespace uplift::text
