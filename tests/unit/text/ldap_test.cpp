#include "core/text/ldap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace uplift::text {
namespace {

using namespace std::string_view_literals;

TEST(LdapFilter, WhatRfc4515ReservesIsEscaped) {
    EXPECT_EQ(ldap_filter_value("jdoe"), "jdoe");
    EXPECT_EQ(ldap_filter_value("a*)(uid=*"), "a\\2a\\29\\28uid=\\2a");
    EXPECT_EQ(ldap_filter_value("CORP\\x"), "CORP\\5cx");
    EXPECT_EQ(ldap_filter_value("\0\xC4\x92"sv), "\\00\\c4\\92");
    EXPECT_EQ(ldap_filter_value("müller"), "m\\c3\\bcller");
}

RC_GTEST_PROP(LdapFilterProperties, AnyOctetsComeBackAndNoneIsReserved, (const std::string& octets)) {
    const auto text = ldap_filter_value(octets);

    std::string back;
    for (std::size_t at = 0; at < text.size(); ++at) {
        RC_ASSERT("*()\0"sv.find(text[at]) == std::string_view::npos);
        if (text[at] == '\\') {
            back += static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16));
            at += 2;
        } else {
            back += text[at];
        }
    }
    RC_ASSERT(back == octets);
}

struct SameCase {
    std::string_view a;
    std::string_view b;
    bool same;
};
const SameCase same_cases[] = {
    {"CN=Doe\\, Jane,DC=corp", "cn=Doe\\2C Jane,dc=corp", true},  // AD and slapd
    {"CN=Doe\\, Jane,DC=corp", "cn = doe\\,   jane , DC = CORP", true},
    {"CN=Doe\\, Jane,DC=corp", "CN=Doe,CN=Jane,DC=corp", false},
    {"CN=M\xC3\xBCller,DC=corp", "CN=m\\c3\\bcLLER,DC=corp", true},
    {"CN=M\xC3\xBCller,DC=corp", "CN=Mu\xCC\x88ller,DC=corp", true},  // composed and not
    {"CN=#0403414243,DC=corp", "CN=abc,DC=corp", true},
    {"CN=#0c03414243,DC=corp", "CN=abc,DC=corp", true},
    {"CN=\\#1,DC=corp", "CN=#1,DC=corp", false},
    {"CN=a+OU=b,DC=corp", "ou=B+cn=A,DC=corp", true},
    {"CN=a,DC=corp", "CN=a,DC=corp,DC=com", false},
    {"CN=a\\ ,DC=corp", "CN=a,DC=corp", true},  // caseIgnoreMatch: blanks at the ends do not count
    {"CN=a=b,DC=corp", "CN=a\\=b,DC=corp", true},
    {"CN=a\\\\,DC=corp", "CN=a\\5c,DC=corp", true},
    {"", "", true},
    {"nonsense", "nonsense", false},
    {"CN=a,", "CN=a,", false},
    {"CN=a;DC=corp", "CN=a;DC=corp", false},
    {"CN=a\\", "CN=a\\", false},
    {"CN=a\\x", "CN=a\\x", false},
    {"CN=\"a\"", "CN=\"a\"", false},
    {"=a", "=a", false},
    {"CN=#04", "CN=#04", false},
    {"CN=#0403", "CN=#0403", false},
    {"<GUID=068692c4>", "<GUID=068692c4>", false},
};

TEST(Dn, AreComparedByTheirParts) {
    for (const auto& given : same_cases) {
        EXPECT_EQ(same_dn(given.a, given.b), given.same) << given.a << " and " << given.b;
        EXPECT_EQ(same_dn(given.b, given.a), given.same) << given.b << " and " << given.a;
    }
}

struct BelowCase {
    std::string_view dn;
    std::string_view base;
    bool below;
};
const BelowCase below_cases[] = {
    {"CN=Jane,OU=IT,DC=corp,DC=com", "ou=it,dc=CORP,dc=com", true},
    {"OU=IT,DC=corp,DC=com", "OU=IT,DC=corp,DC=com", true},
    {"CN=Jane,OU=IT,DC=corp,DC=com", "DC=com", true},
    {"CN=Jane,OU=IT,DC=corp,DC=com", "", true},
    {"CN=Jane,OU=HIT,DC=corp,DC=com", "OU=IT,DC=corp,DC=com", false},
    {"CN=Jane\\,OU=IT,DC=corp,DC=com", "OU=IT,DC=corp,DC=com", false},  // the comma is part of the name
    {"DC=com", "DC=corp,DC=com", false},
    {"nonsense", "DC=com", false},
};

TEST(Dn, StandsBelowABaseByItsParts) {
    for (const auto& given : below_cases)
        EXPECT_EQ(dn_below(given.dn, given.base), given.below) << given.dn << " below " << given.base;
}

TEST(Dn, PartsAreUnescaped) {
    const auto parts = parse_dn("CN=Doe\\, Jane+UID=7  ,  OU=R\\26D \\3D x,DC=corp");

    ASSERT_TRUE(parts);
    const std::vector<Rdn> expected{
        {{"CN", "Doe, Jane"}, {"UID", "7"}}, {{"OU", "R&D = x"}}, {{"DC", "corp"}}};
    EXPECT_EQ(*parts, expected);
}

RC_GTEST_PROP(DnProperties, AnyValueComesBackFromAName, (const std::string& value)) {
    const auto parts = parse_dn("CN=" + dn_value(value) + ",DC=corp");

    RC_ASSERT(parts.has_value());
    RC_ASSERT(parts->size() == 2u);
    RC_ASSERT(parts->front().front().value == value);
}

RC_GTEST_PROP(DnProperties, CanonicalFormIsItsOwnCanonicalForm, ()) {
    const auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("aB ,+\\#=\"\xC3\x84\n")))));
    std::string text;
    for (const auto& value : values)
        text += (text.empty() ? "CN = " : *rc::gen::elementOf(std::vector<std::string>{" , ou=", "+UID="})) +
                dn_value(value);

    const auto once = canonical_dn(text);

    RC_ASSERT(once.has_value());
    RC_ASSERT(canonical_dn(*once) == once);
    RC_ASSERT(same_dn(text, *once));
}

}  // namespace
}  // namespace uplift::text
