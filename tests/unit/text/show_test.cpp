#include "core/text/show.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/text/utf8.hpp"

namespace uplift::text {
namespace {

struct ShowCase {
    std::string_view value;
    std::string_view in_log;
    std::string_view on_terminal;
};
const ShowCase show_cases[] = {
    {"jdoe@corp.example.com", R"("jdoe@corp.example.com")", "jdoe@corp.example.com"},
    {"", R"("")", ""},
    {R"(CORP\jdoe "x")", R"("CORP\\jdoe \"x\"")", R"(CORP\jdoe "x")"},
    {"a\nb\r\tc", R"("a\nb\r\tc")", R"(a\nb\r\tc)"},
    {"\x1B[2J\a", R"("\x1b[2J\x07")", R"(\x1b[2J\x07)"},  // T12
    {"m\xFCller", R"("m\xfcller")", R"(m\xfcller)"},
    {"müller 日本 😀", R"("müller 日本 😀")", "müller 日本 😀"},
    {"evil\xE2\x80\xAEtxt", R"("evil\u202etxt")", R"(evil\u202etxt)"},
    {"\xC2\x9B"
     "31m",
     R"("\u009b31m")",
     R"(\u009b31m)"},  // CSI as one character
    {"\xE2\x80\xA8", R"("\u2028")", R"(\u2028)"},
    {"\xF3\xA0\x81\x81", R"("\U000e0041")", R"(\U000e0041)"},
    {"\x7F", R"("\x7f")", R"(\x7f)"},
};

TEST(Show, ValuesOfOthersCanNeitherForgeALineNorDriveATerminal) {
    for (const auto& given : show_cases) {
        EXPECT_EQ(text::quoted(given.value), given.in_log);
        EXPECT_EQ(shown(given.value), given.on_terminal);
    }
}

// The inverse of quoted(), only here: proof that nothing is lost.
std::string unquoted(std::string_view text) {
    std::string out;
    text = text.substr(1, text.size() - 2);
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '\\') {
            out += text[at++];
            continue;
        }
        const char kind = text[at + 1];
        const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        const auto value =
            digits == 0 ? 0U : std::stoul(std::string(text.substr(at + 2, digits)), nullptr, 16);
        if (kind == 'x')
            out += static_cast<char>(value);
        else if (digits > 0)
            append_utf8(out, static_cast<char32_t>(value));
        else
            out += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
        at += 2 + digits;
    }
    return out;
}

RC_GTEST_PROP(ShowProperties, QuotedLosesNothingAndIsOneSafeLine, (const std::string& bytes)) {
    const auto text = text::quoted(bytes);

    RC_ASSERT(unquoted(text) == bytes);
    RC_ASSERT(is_utf8(text));
    for (const char c : text) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
}

RC_GTEST_PROP(ShowProperties, TerminalTextHasNoControlsAndFitsItsWidth, (const std::string& bytes)) {
    const auto width = *rc::gen::inRange<std::size_t>(0, 20);
    const auto text = padded(bytes, width);

    RC_ASSERT(display_width(text) == width);
    RC_ASSERT(shown(text) == text);
}

struct WidthCase {
    std::string_view value;
    std::size_t width;
    std::string_view cut;
};
const WidthCase width_cases[] = {
    {"Jane Doe", 8, "Jane Doe"},
    {"Jane Doe", 7, "Jane D…"},
    {"Jane Doe", 1, "…"},
    {"Jane Doe", 0, ""},
    {"日本語", 6, "日本語"},
    {"日本語", 5, "日本…"},
    {"日本語", 4, "日…"},
    {"e\xCC\x81"
     "e\xCC\x81"
     "e\xCC\x81",
     2,
     "e\xCC\x81…"},  // a mark stays with its letter
    {"a\nb", 3, "a\\…"},
};

TEST(Width, WideLettersCountTwiceAndMarksNothing) {
    for (const auto& given : width_cases) EXPECT_EQ(cut_to_width(given.value, given.width), given.cut);
    EXPECT_EQ(display_width("日本é"), 5u);
    EXPECT_EQ(padded("7", 3, Align::right), "  7");
    EXPECT_EQ(padded("日", 4), "日  ");
}

struct OneCharacter {
    std::string_view what;
    std::string_view value;
    std::size_t width;
};
const OneCharacter one_characters[] = {
    {"letter", "a", 1},
    {"letter with two marks", "a\u0308\u0301", 1},
    {"Han", "日", 2},
    {"Hangul of three parts", "\u1112\u1161\u11ab", 2},
    {"emoji", "😀", 2},
    {"emoji with a skin tone", "👍🏽", 2},
    {"joined emoji", "👩‍💻", 2},
    {"family", "👨‍👩‍👧‍👦", 2},
    {"heart shown as emoji", "❤️", 2},
    {"flag", "🇩🇪", 2},
    {"Devanagari with a vowel sign", "\u0915\u0941", 1},
    {"Devanagari with a mark beside it", "\u0915\u093e", 2},
    {"Arabic with a mark", "\u0628\u064e", 1},
    {"full-width letter", "Ａ", 2},
};

TEST(Width, IsCountedByWhatPeopleSeeAsOneCharacterAndThatIsNeverCutApart) {
    for (const auto& given : one_characters) {
        EXPECT_EQ(display_width(given.value), given.width) << given.what;
        const auto twice = std::string(given.value) + std::string(given.value) + "x";
        const auto cut = cut_to_width(twice, given.width + 1);
        EXPECT_EQ(cut, std::string(given.value) + "…") << given.what;
        if (given.width == 2) {
            EXPECT_EQ(cut_to_width(twice, 2), "…") << given.what;
        }
    }
}

TEST(Isolated, LettersThatRunToTheLeftCannotMoveWhatStandsBesideThem) {
    EXPECT_EQ(isolated("Jane"), "Jane");
    EXPECT_EQ(isolated("Δημήτρης 王"), "Δημήτρης 王");
    EXPECT_EQ(isolated("ليلى"), "\u2068ليلى\u2069");
    EXPECT_EQ(isolated("J. כהן"), "\u2068J. כהן\u2069");
    EXPECT_EQ(cell("ليلى", 6), "\u2068ليلى\u2069  ");
    EXPECT_EQ(cell("ليلى", 6, Align::right), "  \u2068ليلى\u2069");
}

TEST(Wrapped, LinesBreakAtBlanksAndLongWordsInside) {
    EXPECT_EQ(wrapped("one two three", 80), "one two three");
    EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
    EXPECT_EQ(wrapped("one two three", 8, 2), "one two\n  three");
    EXPECT_EQ(wrapped("abcdefghij", 4), "abcd\nefgh\nij");
    EXPECT_EQ(wrapped("日本語日本語", 5), "日本\n語日\n本語");
    EXPECT_EQ(wrapped("a\x1b[2Jb", 80), "a\\x1b[2Jb");
}

RC_GTEST_PROP(ShowProperties, WrappedLinesFitAndLoseNothingButBlanks, (const std::string& bytes)) {
    const auto width = *rc::gen::inRange<std::size_t>(4, 40);
    const auto indent = *rc::gen::inRange<std::size_t>(0, 3);
    const auto text = wrapped(bytes, width, indent);

    std::string letters, before;
    for (const char c : text)
        if (c != ' ' && c != '\n') letters += c;
    for (const char c : shown(bytes))
        if (c != ' ') before += c;
    RC_ASSERT(letters == before);
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        RC_ASSERT(display_width(std::string_view(text).substr(at, end - at)) <= width);
        at = end + 1;
    }
}

}  // namespace
}  // namespace uplift::text
