#include "core/model/guid.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace uplift {
namespace {

struct GuidCase {
    std::string_view text;
    std::string_view stored;  // as LDAP returns the octets
    std::string_view anchor;
};
// Both were computed with .NET's rules and with Python's uuid.bytes_le.
const GuidCase guid_cases[] = {
    {"068692c4-5f55-4775-bfd1-a5e20a2b6282",
     "c4928606 555f 7547 bfd1 a5e20a2b6282",
     "xJKGBlVfdUe/0aXiCitigg=="},
    {"269bb725-f611-41b7-98a5-08a98e8ccf9e",
     "25b79b26 11f6 b741 98a5 08a98e8ccf9e",
     "JbebJhH2t0GYpQipjozPng=="},
};

std::string without_blanks(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != ' ') out += c;
    return out;
}

TEST(Guid, FirstThreeFieldsAreLittleEndianInTheOctets) {
    for (const auto& given : guid_cases) {
        const auto by_text = parse_guid(given.text);
        const auto by_octets = parse_guid(without_blanks(given.stored));

        ASSERT_TRUE(by_text && by_octets);
        EXPECT_EQ(*by_text, *by_octets);
        EXPECT_EQ(to_string(*by_octets), given.text);
        EXPECT_EQ(Anchor(*by_text).text(), given.anchor);
    }
}

TEST(Guid, OctetsStandAsLdapReturnsThem) {
    const auto guid = parse_guid("068692C4-5F55-4775-BFD1-A5E20A2B6282");

    ASSERT_TRUE(guid);
    EXPECT_EQ(guid->octets[0], 0xC4);
    EXPECT_EQ(guid->octets[3], 0x06);
    EXPECT_EQ(guid->octets[8], 0xBF);
    EXPECT_EQ(guid->octets[15], 0x82);
}

TEST(Guid, BracesAndLetterCaseDoNotMatter) {
    EXPECT_EQ(parse_guid("{068692C4-5F55-4775-BFD1-A5E20A2B6282}"),
              parse_guid("068692c4-5f55-4775-bfd1-a5e20a2b6282"));
}

TEST(Guid, AnythingElseIsNone) {
    for (const auto text : {"",
                            "068692c4",
                            "068692c4-5f55-4775-bfd1-a5e20a2b628",
                            "068692c4-5f55-4775-bfd1-a5e20a2b62822",
                            "{068692c4-5f55-4775-bfd1-a5e20a2b6282",
                            "{c4928606555f7547bfd1a5e20a2b6282}",
                            "068692c4-5f55-4775-bfd1-a5e20a2b628g",
                            "068692c45f55-4775-bfd1-a5e20a2b6282-",
                            " 068692c4-5f55-4775-bfd1-a5e20a2b6282",
                            "c4928606555f7547bfd1a5e20a2b628"})
        EXPECT_EQ(parse_guid(text), std::nullopt) << text;
}

TEST(Guid, OnlyPlainTextMayStandInAUrlPath) {
    EXPECT_TRUE(is_guid_text("068692C4-5f55-4775-bfd1-a5e20a2b6282"));
    EXPECT_FALSE(is_guid_text("{068692c4-5f55-4775-bfd1-a5e20a2b6282}"));
    EXPECT_FALSE(is_guid_text("c4928606555f7547bfd1a5e20a2b6282"));
    EXPECT_FALSE(is_guid_text("068692c4-5f55-4775-bfd1-a5e20a2b62/2"));
}

TEST(Guid, OctetsAreSixteen) {
    EXPECT_TRUE(guid_from_octets(std::string(16, 'x')));
    EXPECT_FALSE(guid_from_octets(std::string(15, 'x')));
    EXPECT_FALSE(guid_from_octets(""));
}

TEST(Anchor, LetterCaseMatters) {
    EXPECT_NE(Anchor::from_text("xJKGBlVfdUe/0aXiCitigg=="), Anchor::from_text("XJKGBlVfdUe/0aXiCitigg=="));
    EXPECT_TRUE(Anchor().empty());
}

RC_GTEST_PROP(GuidProperties, TextAndOctetsComeBack, ()) {
    Guid guid;
    for (auto& octet : guid.octets) octet = *rc::gen::arbitrary<std::uint8_t>();

    RC_ASSERT(parse_guid(to_string(guid)) == guid);
    RC_ASSERT(parse_guid('{' + to_string(guid) + '}') == guid);
    RC_ASSERT(is_guid_text(to_string(guid)));
    RC_ASSERT(Anchor(guid).text().size() == 24u);
    RC_ASSERT(Anchor(guid).text().ends_with("=="));
}

struct Base64Case {
    std::string_view octets;
    std::string_view text;
};
// RFC 4648, section 10.
const Base64Case base64_cases[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xFB\xEF\xFF", "++//"},
};

TEST(Base64, IsTheStandardAlphabetWithPadding) {
    for (const auto& given : base64_cases) {
        const std::vector<std::uint8_t> octets(given.octets.begin(), given.octets.end());
        EXPECT_EQ(base64(octets), given.text);
    }
}

}  // namespace
}  // namespace uplift
