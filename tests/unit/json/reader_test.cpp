#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/json/json.hpp"

namespace uplift::json {
namespace {

using namespace std::string_literals;

Result<Value> read(std::string_view text, std::size_t max_bytes = 65'536) {
    return parse(text,
                 Reading{.where = "job.json", .code = FaultCode::job_file_syntax, .max_bytes = max_bytes});
}

std::string nested(std::size_t levels, char open, char close) {
    return std::string(levels, open) + std::string(levels, close);
}

struct RefusedCase {
    std::string_view name;
    std::string text;
    std::string_view where;
    std::string_view says;
};
void PrintTo(const RefusedCase& which, std::ostream* out) { *out << which.name; }

const RefusedCase refused_cases[] = {
    {"Empty", "", "job.json:1:1", "unexpected end of input"},
    {"Blank", " \n ", "job.json:2:2", "unexpected end of input"},
    {"DuplicateKey", "{\n  \"profile\": 1,\n  \"profile\": 2\n}", "job.json:3:3", "stands twice"},
    {"DuplicateKeyEscaped", R"({"a":1,"\u0061":2})", "job.json:1:8", "stands twice"},
    {"DuplicateKeyWithQuote", R"({"a\"":1,"a\"":2})", "job.json:1:10", "stands twice"},
    {"DuplicateKeyInside", R"({"a":[{"b":1,"b":1}]})", "job.json:1:14", "stands twice"},
    {"TooDeepList", nested(33, '[', ']'), "job.json:1:33", "more than 32 levels"},
    {"TooDeepObject",
     [] {
         std::string text;
         for (int i = 0; i < 33; ++i) text += R"({"a":)";
         return text;
     }(),
     "job.json:1:161",
     "more than 32 levels"},
    {"VeryDeep", nested(1'000'000, '[', ']'), "job.json", "bytes"},
    {"ByteOrderMark", "\xEF\xBB\xBF{}", "job.json:1:1", "byte order mark"},
    {"NulInText", R"({"a":"x\u0000y"})", "job.json:1:6", "NUL"},
    {"NulInKey", R"({"\u0000":1})", "job.json:1:2", "NUL"},
    {"RawNul", "{\"a\":\"\0\"}"s, "job.json:1:7", "control character"},
    {"RawControl", "{\"a\":\"\n\"}", "job.json:1:7", "control character"},
    {"NotUtf8", "{\"a\":\"\xFC\"}", "job.json:1:7", "UTF-8"},
    {"Overlong", "[\"\xC0\xAF\"]", "job.json:1:3", "UTF-8"},
    {"LoneSurrogate", R"(["\ud800"])", "job.json:1:9", "surrogate"},
    {"TrailingBytes", "{} {}", "job.json:1:4", "expected end of input"},
    {"TrailingComma", "[1,]", "job.json:1:4", "unexpected ']'"},
    {"Comment", "[1] // no", "job.json:1:5", "invalid literal"},
    {"SingleQuotes", "{'a':1}", "job.json:1:2", "invalid literal"},
    {"BareWord", "nul", "job.json:1:4", "invalid literal"},
    {"NotANumber", "NaN", "job.json:1:1", "invalid literal"},
    {"LeadingZero", "[01]", "job.json:1:3", ""},
    {"PlusSign", "[+1]", "job.json:1:2", "invalid literal"},
    {"HugeNumber", "[1e999]", "job.json:1:6", "too large"},
    {"CutShort", R"({"a": [1, 2)", "job.json:1:12", "unexpected end of input"},
    {"CutInText", R"({"a": "b)", "job.json:1:9", "missing closing quote"},
    {"ColumnsCountCharacters", "{\"äö\": x}", "job.json:1:8", "invalid literal"},
};

class JsonRefused : public testing::TestWithParam<RefusedCase> {};

TEST_P(JsonRefused, WithItsPlaceAndCure) {
    const auto value = read(GetParam().text);

    ASSERT_TRUE(value.has_error());
    EXPECT_EQ(value.error().where, GetParam().where) << to_line(value.error());
    EXPECT_NE(value.error().what.find(GetParam().says), std::string::npos) << value.error().what;
    EXPECT_EQ(value.error().code, FaultCode::job_file_syntax);
    EXPECT_FALSE(value.error().cure.empty());
}
INSTANTIATE_TEST_SUITE_P(Corpus, JsonRefused, testing::ValuesIn(refused_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(JsonReader, T10SizeAboveTheCapIsRefusedBeforeItIsRead) {
    EXPECT_TRUE(read("[1]", 3).has_value());
    EXPECT_TRUE(read("[1] ", 3).has_error());
}

TEST(JsonReader, T10DeepestAllowedValueIsReadCopiedAndWritten) {
    const auto value = read(nested(32, '[', ']'));

    ASSERT_TRUE(value.has_value());
    const Value copy = *value;
    EXPECT_EQ(dump(copy), nested(32, '[', ']'));
}

TEST(JsonReader, FaultQuotesNothingOfAnUnreadableText) {
    const auto value = read("{\"password\": hunter2\x1B[2J}");

    ASSERT_TRUE(value.has_error());
    EXPECT_EQ(value.error().what.find("hunter2"), std::string::npos);
    EXPECT_EQ(value.error().what.find('\x1B'), std::string::npos);
}

struct NumberCase {
    std::string_view text;
    std::optional<std::int64_t> whole;
    std::optional<double> number;
};
const NumberCase number_cases[] = {
    {"0", 0, 0.0},
    {"-0", 0, 0.0},
    {"-7", -7, -7.0},
    {"4294967297", 4294967297, 4294967297.0},
    {"9223372036854775807", INT64_MAX, 9223372036854775807.0},
    {"-9223372036854775808", INT64_MIN, -9223372036854775808.0},
    {"9223372036854775808", {}, 9223372036854775808.0},
    {"18446744073709551615", {}, 18446744073709551615.0},
    {"18446744073709551616", {}, 18446744073709551616.0},
    {"3.9", {}, 3.9},
    {"3.0", {}, 3.0},
    {"1e3", {}, 1000.0},
    {"true", {}, {}},
    {"\"1\"", {}, {}},
    {"null", {}, {}},
};

TEST(JsonReader, T10NumbersAreNeverBentIntoIntegers) {
    for (const auto& given : number_cases) {
        const auto value = read(given.text);
        ASSERT_TRUE(value.has_value()) << given.text;
        EXPECT_EQ(value->as_int(), given.whole) << given.text;
        EXPECT_EQ(value->as_double(), given.number) << given.text;
    }
}

TEST(JsonReader, ObjectKeepsItsOrderAndIsAskedByName) {
    const auto value = read(R"({"z":"last","a":{"code":"X","n":[1,true,null]},"ok":false})");

    ASSERT_TRUE(value.has_value());
    ASSERT_EQ(value->members().size(), 3u);
    EXPECT_EQ(value->members()[0].key, "z");
    EXPECT_EQ(value->get_string("z"), "last");
    EXPECT_EQ(value->get_bool("ok"), false);
    EXPECT_EQ(value->get_int("z"), std::nullopt);
    EXPECT_EQ(value->get_string("missing"), std::nullopt);
    ASSERT_NE(value->find("a", "code"), nullptr);
    EXPECT_EQ(value->find("a", "code")->as_string(), "X");
    EXPECT_EQ(value->find("a", "missing", "code"), nullptr);
    EXPECT_EQ(value->find("z", "code"), nullptr);
    EXPECT_EQ(value->find("a", "n")->items().size(), 3u);
    EXPECT_EQ(value->find("a", "n")->items()[0].as_int(), 1);
    EXPECT_TRUE(value->find("a", "n")->items()[2].is_null());
    EXPECT_TRUE(value->items().empty());
}

TEST(JsonReader, ManyKeysAreReadAndARepeatedOneIsFound) {
    std::string text = "{";
    for (int i = 0; i < 5'000; ++i) text += "\"key" + std::to_string(i) + "\":" + std::to_string(i) + ",";

    const auto good = read(text + "\"end\":0}", 1 << 20);
    const auto bad = read(text + "\"key7\":0}", 1 << 20);

    ASSERT_TRUE(good.has_value());
    EXPECT_EQ(good->get_int("key4999"), 4999);
    ASSERT_TRUE(bad.has_error());
    EXPECT_NE(bad.error().what.find("twice"), std::string::npos);
}

// ---- properties ------------------------------------------------------------------------------------

Value any_value(int levels) {
    switch (*rc::gen::inRange(0, levels > 0 ? 7 : 5)) {
        case 0:
            return Value();
        case 1:
            return Value(*rc::gen::arbitrary<bool>());
        case 2:
            return Value(*rc::gen::arbitrary<std::int64_t>());
        case 3:
            return Value(*rc::gen::arbitrary<double>());
        case 4: {
            auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
            return Value(text + *rc::gen::elementOf(std::vector<std::string>{"", "ä", "😀", "\xE2\x80\xAE"}));
        }
        case 5: {
            auto list = Value::array();
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i) list.push_back(any_value(levels - 1));
            return list;
        }
        default: {
            auto object = Value::object();
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
                object.set(*rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)),
                           any_value(levels - 1));
            return object;
        }
    }
}

RC_GTEST_PROP(JsonProperties, WhatIsWrittenIsReadBack, ()) {
    const Value value = any_value(4);

    const auto back = read(dump(value), 1 << 24);

    RC_ASSERT(back.has_value());
    // 1.0 is written as 1 and comes back as a whole number: the text is what must be the same.
    RC_ASSERT(dump(*back) == dump(value));
    RC_ASSERT(canonical(*back) == canonical(value));
}

RC_GTEST_PROP(JsonProperties, AnyBytesAreAValueOrAPlacedFault, ()) {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("[]{}\",:\\u0a1e-.tnl \n\xC3\xA4\x00\x1B", 24)));

    const auto value = read(text);

    if (value.has_error()) RC_ASSERT(value.error().where.starts_with("job.json:"));
    if (value.has_value()) RC_ASSERT(read(dump(*value)).has_value());
}

}  // namespace
}  // namespace uplift::json
