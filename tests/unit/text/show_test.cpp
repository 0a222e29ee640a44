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

}  // namespace
}  // namespace uplift::text
