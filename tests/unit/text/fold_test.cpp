#include "core/text/fold.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace uplift::text {
namespace {

struct FoldCase {
    std::string_view name;
    std::string_view plain;
    std::string_view german;
};
const FoldCase fold_cases[] = {
    {"Jane Doe", "Jane Doe", "Jane Doe"},
    {"Jürgen Müßig", "Jurgen Mussig", "Juergen Muessig"},
    {"Ärzte Öl Übel", "Arzte Ol Ubel", "Aerzte Oel Uebel"},
    {"Ju\xCC\x88rgen", "Jurgen", "Juergen"},  // two dots as a mark of their own
    {"Łukasz Ørsted", "Lukasz Orsted", "Lukasz Orsted"},
    {"Åse Æble Œuvre", "Ase AEble OEuvre", "Ase AEble OEuvre"},
    {"Đorđe Þór Guðrún", "Dorde Thor Gudrun", "Dorde Thor Gudrun"},
    {"Nguyễn Thị Ánh", "Nguyen Thi Anh", "Nguyen Thi Anh"},
    {"İbrahim Işık", "Ibrahim Isik", "Ibrahim Isik"},
    {"O’Brien–Smith", "O'Brien-Smith", "O'Brien-Smith"},
    {"Çelik Ñandú", "Celik Nandu", "Celik Nandu"},
    {"日本", "", ""},
    {"Иван", "", ""},
    {"😀x", "x", "x"},
    {"ＡＢＣ ﬁ", "ABC fi", "ABC fi"},
    {"a\xFF"
     "b",
     "ab",
     "ab"},
    {"GROẞ", "GROSS", "GROSS"},
};

TEST(Ascii, NamesAreFoldedAndWhatHasNoAsciiIsDropped) {
    for (const auto& given : fold_cases) {
        EXPECT_EQ(ascii(given.name), given.plain) << given.name;
        EXPECT_EQ(ascii(given.name, Folding::german), given.german) << given.name;
    }
}

RC_GTEST_PROP(AsciiProperties, IsAsciiAndStaysAsItIs, (const std::string& bytes)) {
    for (const auto folding : {Folding::plain, Folding::german}) {
        const auto text = ascii(bytes, folding);
        for (const char c : text) RC_ASSERT(static_cast<unsigned char>(c) < 0x80);
        RC_ASSERT(ascii(text, folding) == text);
    }
}

}  // namespace
}  // namespace uplift::text
