#include "core/text/utf8.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace uplift::text {
namespace {

struct Utf8Case {
    std::string_view bytes;
    std::optional<std::size_t> invalid_at;
};
const Utf8Case utf8_cases[] = {
    {"", {}},
    {"plain", {}},
    {"äß日😀", {}},
    {"\xEF\xBF\xBF", {}},
    {"\xF4\x8F\xBF\xBF", {}},
    {"ab\xFF", 2},
    {"\x80", 0},
    {"\xC0\xAF", 0},          // overlong /
    {"\xC1\xBF", 0},          // overlong
    {"\xE0\x80\xAF", 0},      // overlong
    {"\xF0\x80\x80\xAF", 0},  // overlong
    {"a\xED\xA0\x80", 1},     // surrogate
    {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
    {"\xF5\x80\x80\x80", 0},
    {"1234567\xC3", 7},  // cut short
    {"12345678\xE6\x97", 8},
    {"\xC3(", 0},
};

TEST(Utf8, OnlyWhatRfc3629AllowsIsValid) {
    for (const auto& given : utf8_cases)
        EXPECT_EQ(first_invalid_utf8(given.bytes), given.invalid_at) << given.bytes;
}

TEST(Utf8, InvalidBytesAreReplacedOneByOne) {
    EXPECT_EQ(with_invalid_replaced("a\xFF\xFE"
                                    "b"),
              "a\xEF\xBF\xBD\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(with_invalid_replaced("ä"), "ä");
}

RC_GTEST_PROP(Utf8Properties, CodePointsComeBack, ()) {
    const auto value = *rc::gen::suchThat(rc::gen::inRange<std::uint32_t>(0, 0x110000),
                                          [](std::uint32_t c) { return c < 0xD800 || c > 0xDFFF; });
    std::string text;
    append_utf8(text, value);

    const auto point = code_point_at(text, 0);

    RC_ASSERT(point.valid);
    RC_ASSERT(point.value == value);
    RC_ASSERT(point.length == text.size());
    RC_ASSERT(is_utf8(text));
}

TEST(LetterCase, FollowsUnicodeInEveryLocale) {
    EXPECT_EQ(lower("ÄÖÜ ŁØ ΑΒΓ ДЖ JDoe"), "äöü łø αβγ дж jdoe");
    EXPECT_EQ(upper("äöü łø straße jdoe"), "ÄÖÜ ŁØ STRASSE JDOE");
    EXPECT_EQ(lower("A\xFF"
                    "B"),
              "a\xFF"
              "b");
    EXPECT_TRUE(same_ignoring_case("GÄSTE", "gäste"));
    EXPECT_FALSE(same_ignoring_case("gast", "gäste"));
}

TEST(Trim, TakesUnicodeBlanksFromBothEnds) {
    EXPECT_EQ(trim(" \t\r\n jd oe \xC2\xA0\xE3\x80\x80"), "jd oe");
    EXPECT_EQ(trim("\xEF\xBB\xBFjdoe"), "jdoe");
    EXPECT_EQ(trim(" \xC2\xA0 "), "");
    EXPECT_EQ(trim("ä"), "ä");
    EXPECT_EQ(trim("\xA0"), "\xA0");
}

TEST(Unseen, ControlsAndDirectionsAreUnseenAndJoinersAreNot) {
    for (const char32_t c :
         {0x00U, 0x1BU, 0x7FU, 0x85U, 0xADU, 0x200BU, 0x200EU, 0x2028U, 0x202EU, 0x2066U, 0xFEFFU, 0xE0041U})
        EXPECT_TRUE(is_unseen(c)) << static_cast<unsigned>(c);
    for (const char32_t c : {0x20U, 0x41U, 0xE4U, 0x200CU, 0x200DU, 0x65E5U, 0x1F600U})
        EXPECT_FALSE(is_unseen(c)) << static_cast<unsigned>(c);
}

std::string decoded(std::string_view bytes, ByteOrder order) {
    Utf16Decoder decoder(order);
    std::string out;
    for (const char c : bytes)
        if (!decoder.feed(std::string_view(&c, 1), out)) return out + "<bad>";
    return decoder.finish() ? out : out + "<cut>";
}

TEST(Utf16, BothByteOrdersAndPairsAreRead) {
    using namespace std::string_view_literals;
    EXPECT_EQ(decoded("a\0\xE4\0\x3D\xD8\0\xDE"sv, ByteOrder::little), "aä😀");
    EXPECT_EQ(decoded("\0a\0\xE4\xD8\x3D\xDE\0"sv, ByteOrder::big), "aä😀");
}

TEST(Utf16, HalfPairsAndHalfUnitsAreFaults) {
    using namespace std::string_view_literals;
    EXPECT_EQ(decoded("\0a\xD8\x3D\0b"sv, ByteOrder::big), "a<bad>");
    EXPECT_EQ(decoded("\0a\xDE\0"sv, ByteOrder::big), "a<bad>");
    EXPECT_EQ(decoded("\0a\xD8\x3D"sv, ByteOrder::big), "a<cut>");
    EXPECT_EQ(decoded("\0a\0"sv, ByteOrder::big), "a<cut>");
    EXPECT_EQ(decoded("\xD8\x3D\xD8\x3D"sv, ByteOrder::big), "<bad>");
}

}  // namespace
}  // namespace uplift::text
