#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "core/json/json.hpp"
#include "core/text/utf8.hpp"

namespace uplift::json {
namespace {

struct LiteralCase {
    std::string_view text;
    std::string_view literal;
};
const LiteralCase literal_cases[] = {
    {"", R"("")"},
    {"Jane", R"("Jane")"},
    {"say \"hi\" \\ /", R"("say \"hi\" \\ /")"},
    {"a\nb\rc\td", R"("a\nb\rc\td")"},
    {std::string_view("\0\x01\x1B\x1F", 4), R"("\u0000\u0001\u001b\u001f")"},
    {"\x7F", R"("\u007f")"},
    {"müller 日本 😀", R"("müller 日本 😀")"},
    {"\xC2\x80\xC2\x9B\xC2\x9F\xC2\xA0", "\"\\u0080\\u009b\\u009f\xC2\xA0\""},
    {"\xE2\x80\xAE\xE2\x80\xA8\xE2\x81\xA6", R"("\u202e\u2028\u2066")"},
    {"\xD8\x9C\xE2\x80\x8E\xEF\xBB\xBF", R"("\u061c\u200e\ufeff")"},
    {"a\xFF"
     "b",
     "\"a\xEF\xBF\xBD"
     "b\""},
    {"\xC3", "\"\xEF\xBF\xBD\""},
};

TEST(JsonWriter, LiteralsAreEscapedAndInvalidBytesReplaced) {
    for (const auto& given : literal_cases) {
        std::string out;
        append_literal(out, given.text);
        EXPECT_EQ(out, given.literal);
    }
}

TEST(JsonWriter, EscapeHandsOutPiecesWithoutCopyingTheText) {
    const std::string secret = "pass\"wörd\x01";
    std::string out;

    escape(secret, [&](std::string_view piece) {
        const bool of_text = piece.data() >= secret.data() && piece.data() < secret.data() + secret.size();
        const bool harmless = piece == "\"" || piece == "\\\"" || piece == "\\u0001";
        EXPECT_TRUE(of_text || harmless) << piece;
        out += piece;
    });

    EXPECT_EQ(out, R"("pass\"wörd\u0001")");
}

TEST(JsonWriter, ValuesAreCompactAndInTheirOrder) {
    const auto value =
        Value::object({{"z", 1},
                       {"a", Value::array().push_back(true).push_back(nullptr).push_back(-2.5)},
                       {"s", "x"},
                       {"e", Value::object()},
                       {"l", Value::array()}});

    EXPECT_EQ(dump(value), R"({"z":1,"a":[true,null,-2.5],"s":"x","e":{},"l":[]})");
    EXPECT_EQ(canonical(value), R"({"a":[true,null,-2.5],"e":{},"l":[],"s":"x","z":1})");
}

TEST(JsonWriter, SetReplacesAMemberOfTheSameName) {
    Value value;

    value.set("a", 1).set("b", 2).set("a", 3);

    EXPECT_EQ(dump(value), R"({"a":3,"b":2})");
}

TEST(JsonWriter, NumbersAreShortAndAlwaysJson) {
    EXPECT_EQ(dump(Value(0.1)), "0.1");
    EXPECT_EQ(dump(Value(std::nan(""))), "null");
    EXPECT_EQ(dump(Value(std::numeric_limits<double>::infinity())), "null");
    EXPECT_EQ(dump(Value(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
    EXPECT_EQ(dump(Value(std::uint8_t{7})), "7");
    EXPECT_EQ(Value(std::uint64_t{1} << 63).as_int(), std::nullopt);
}

TEST(JsonWriter, KindsAreNamedForPeople) {
    EXPECT_EQ(Value().kind(), "null");
    EXPECT_EQ(Value(true).kind(), "true or false");
    EXPECT_EQ(Value(1).kind(), "a whole number");
    EXPECT_EQ(Value(1.5).kind(), "a number");
    EXPECT_EQ(Value("x").kind(), "a text");
    EXPECT_EQ(Value::array().kind(), "a list");
    EXPECT_EQ(Value::object().kind(), "an object");
}

RC_GTEST_PROP(JsonWriterProperties, AnyBytesBecomeOneSafeLiteral, (const std::string& bytes)) {
    std::string out;
    append_literal(out, bytes);

    RC_ASSERT(text::is_utf8(out));
    for (const char c : out) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
    if (bytes.find('\0') != std::string::npos) return;
    const auto back = parse(out, Reading{.where = "", .code = FaultCode::bad_request});
    RC_ASSERT(back.has_value());
    RC_ASSERT(std::string(*back->as_string()) == text::with_invalid_replaced(bytes));
}

}  // namespace
}  // namespace uplift::json
