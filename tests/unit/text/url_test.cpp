#include "core/text/url.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace uplift::text {
namespace {

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%') {
            out += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
            at += 2;
        } else {
            out += text[at] == '+' ? ' ' : text[at];  // as a server may read it
        }
    }
    return out;
}

TEST(PercentEncoding, T19PlusOfABase64AnchorIsEncoded) {
    EXPECT_EQ(percent_encoded("xJKGBlVfdUe/0aXi+itigg=="), "xJKGBlVfdUe%2F0aXi%2Bitigg%3D%3D");
    EXPECT_EQ(percent_encoded("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encoded("a b'#&?%/\r\n"), "a%20b%27%23%26%3F%25%2F%0D%0A");
    EXPECT_EQ(percent_encoded("ä"), "%C3%A4");
}

TEST(PercentEncoding, T19AllByteValuesComeBack) {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);

    EXPECT_EQ(percent_decoded(percent_encoded(all)), all);
}

RC_GTEST_PROP(PercentEncodingProperties, AnyOctetsComeBack, (const std::string& octets)) {
    RC_ASSERT(percent_decoded(percent_encoded(octets)) == octets);
}

TEST(ODataLiteral, QuotesAreDoubled) {
    EXPECT_EQ(odata_literal("O'Brien"), "'O''Brien'");
    EXPECT_EQ(odata_literal("x' or '1' eq '1"), "'x'' or ''1'' eq ''1'");
    EXPECT_EQ(odata_literal(""), "''");
}

RC_GTEST_PROP(ODataLiteralProperties, EndsWhereItEndsAndComesBack, (const std::string& value)) {
    const auto literal = odata_literal(value);

    std::string back;
    std::size_t at = 1;
    while (true) {
        RC_ASSERT(at < literal.size());
        if (literal[at] == '\'') {
            if (at + 1 == literal.size()) break;
            ++at;
            RC_ASSERT(literal[at] == '\'');
        }
        back += literal[at++];
    }
    RC_ASSERT(back == value);
}

}  // namespace
}  // namespace uplift::text
