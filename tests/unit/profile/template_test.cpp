#include "core/profile/template.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/profile/people.hpp"

namespace uplift::profile {
namespace {

struct ValueCase {
    const char* name;
    const char* text;
    const char* value;  // null: none
};

class TemplateValue : public testing::TestWithParam<ValueCase> {};

TEST_P(TemplateValue, OfJane) {
    const auto parsed = Template::parse(GetParam().text);
    ASSERT_TRUE(parsed) << to_line(parsed.error());

    const auto person = a_person({{"mail", {"Jane.Doe@corp.example.com"}},
                                  {"title", {"  Head of IT  "}},
                                  {"info", {"   "}},
                                  {"company", {"Ærøskøbing Œuvre Straße"}},
                                  {"department", {"東京"}}});
    const auto value = parsed->evaluate(person.attributes, "contoso.com");

    if (GetParam().value == nullptr)
        EXPECT_EQ(value.value_or("(none)"), "(none)");
    else
        EXPECT_EQ(value.value_or("(none)"), GetParam().value);
}

const ValueCase values[] = {
    {"Attribute", "{givenName}", "Jane"},
    {"AnyLetterCase", "{GIVENNAME}", "Jane"},
    {"TextAround", "a {givenName} b", "a Jane b"},
    {"TextOnly", "DE", "DE"},
    {"Domain", "x@{domain}", "x@contoso.com"},
    {"DefaultUpn", "{userPrincipalName|local_part|lower}@{domain}", "jdoe@contoso.com"},
    {"FirstWithValue", "{msExchUsageLocation|c}", "DE"},
    {"FirstOfBoth", "{c|msExchUsageLocation}", "DE"},
    {"BlanksAreNoValue", "{info|title|trim}", "Head of IT"},
    {"NoneOfThem", "{msExchUsageLocation|extensionAttribute1}", nullptr},
    {"HalfAName", "{extensionAttribute1}@{domain}", nullptr},
    {"Empty", "", nullptr},
    {"Lower", "{mail|lower}", "jane.doe@corp.example.com"},
    {"LowerBeyondAscii", "{sn|upper|lower}", "müller"},
    {"Upper", "{sn|upper}", "MÜLLER"},
    {"Ascii", "{sn|ascii|lower}", "muller"},
    {"AsciiGerman", "{sn|ascii(de)|lower}", "mueller"},
    {"AsciiSpecialLetters", "{company|ascii}", "AEroskobing OEuvre Strasse"},
    {"AsciiLeavesNothing", "{department|ascii}", nullptr},
    {"LocalPart", "{mail|local_part}", "Jane.Doe"},
    {"LocalPartWithoutAt", "{sAMAccountName|local_part}", "jdoe"},
    {"FirstLetter", "{givenName|first(1)|lower}{sn|ascii(de)|lower}", "jmueller"},
    {"FirstCountsCodePoints", "{sn|first(2)}", "Mü"},
    {"FirstOfShortValue", "{c|first(10)}", "DE"},
    {"FirstOfWideLetters", "{department|first(1)}", "東"},
    {"Trim", "{title|trim}", "Head of IT"},
    {"FiltersFromLeft", "{title|trim|first(4)|upper}", "HEAD"},
    {"Braces", "{{{givenName}}}", "{Jane}"},
    {"BraceText", "{{x}}", "{x}"},
    {"AttributeNamedLikeAFilterInCapitals", "{Lower|c}", "DE"},
};
INSTANTIATE_TEST_SUITE_P(All, TemplateValue, testing::ValuesIn(values), [](const auto& info) {
    return info.param.name;
});

struct FaultCase {
    const char* name;
    const char* text;
    const char* where;
};

class TemplateFault : public testing::TestWithParam<FaultCase> {};

TEST_P(TemplateFault, NamesThePlace) {
    const auto parsed = Template::parse(GetParam().text);

    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, FaultCode::template_syntax);
    EXPECT_EQ(parsed.error().where, GetParam().where) << to_line(parsed.error());
    EXPECT_FALSE(parsed.error().cure.empty());
}

const FaultCase faults[] = {
    {"NeverClosed", "ab{givenName", "character 3"},
    {"OpenedTwice", "{given{Name}", "character 1"},
    {"ClosedOnly", "abc}", "character 4"},
    {"NothingInside", "{}", "character 2"},
    {"NothingBeforeTheBar", "{|c}", "character 2"},
    {"NothingAfterTheBar", "{c|}", "character 4"},
    {"FilterFirst", "{lower}", "character 2"},
    {"AttributeAfterFilter", "{mail|local_part|sAMAccountName}", "character 18"},
    {"UnknownFilter", "{mail|ascii(fr)}", "character 7"},
    {"Blank", "{given Name}", "character 2"},
    {"FirstOfNothing", "{mail|first(0)}", "character 7"},
    {"FirstOfTooMany", "{mail|first(257)}", "character 7"},
    {"FirstWithoutNumber", "{mail|first()}", "character 7"},
    {"FirstWithSign", "{mail|first(-1)}", "character 7"},
    {"FirstOverflow", "{mail|first(99999999999999999999999)}", "character 7"},
    {"DigitFirst", "{1mail}", "character 2"},
    {"ControlCharacter", "{ma\x1bil}", "character 2"},
};
INSTANTIATE_TEST_SUITE_P(All, TemplateFault, testing::ValuesIn(faults), [](const auto& info) {
    return info.param.name;
});

TEST(Template, LongerThanItsLimitIsRefused) { EXPECT_FALSE(Template::parse(std::string(5'000, 'x'))); }

TEST(Template, FaultNeverPassesOnAControlCharacter) {
    const auto parsed = Template::parse("{ma\x1b[31mil}");

    ASSERT_FALSE(parsed);
    EXPECT_EQ(to_line(parsed.error()).find('\x1b'), std::string::npos);
}

TEST(Template, NamesItsAttributesOnceAndNotTheDomain) {
    const auto parsed = Template::parse("{mail|userPrincipalName|local_part}.{mail}@{domain}");

    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->attributes(), (std::vector<std::string>{"mail", "userPrincipalName"}));
}

}  // namespace
}  // namespace uplift::profile
