#include "core/http/url.hpp"

#include <gtest/gtest.h>

#include "core/http/request.hpp"

namespace uplift::http {
namespace {

BaseUrl graph() { return BaseUrl::parse("https://graph.microsoft.com/v1.0", "test").value(); }
constexpr std::string_view guid = "6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21";

struct BaseCase {
    std::string name;
    std::string text;
    std::string expected;  // empty: refused
};
class BaseCorpus : public testing::TestWithParam<BaseCase> {};
TEST_P(BaseCorpus, IsParsed) {
    const auto url = BaseUrl::parse(GetParam().text, "endpoints.graph");
    if (GetParam().expected.empty()) {
        ASSERT_FALSE(url);
        EXPECT_EQ(url.error().code, FaultCode::config_bad_value);
        EXPECT_EQ(url.error().where, "endpoints.graph");
    } else {
        ASSERT_TRUE(url);
        EXPECT_EQ(url->text(), GetParam().expected);
    }
}
const BaseCase base_cases[] = {
    {"Plain", "https://graph.microsoft.com/v1.0", "https://graph.microsoft.com/v1.0"},
    {"SlashAtTheEnd", "https://graph.microsoft.com/", "https://graph.microsoft.com"},
    {"Port", "https://127.0.0.1:8443", "https://127.0.0.1:8443"},
    {"UsualPort", "https://a.example:443/x", "https://a.example/x"},
    {"Capitals", "HTTPS://Graph.Microsoft.COM/v1.0", "https://graph.microsoft.com/v1.0"},
    {"Ip6", "https://[::1]:8443/x", "https://[::1]:8443/x"},
    {"Http", "http://graph.microsoft.com", ""},
    {"NoScheme", "graph.microsoft.com", ""},
    {"Credentials", "https://user:pw@graph.microsoft.com", ""},
    {"Query", "https://graph.microsoft.com?x=1", ""},
    {"Fragment", "https://graph.microsoft.com/#x", ""},
    {"Blank", "https://graph.microsoft.com/a b", ""},
    {"LineEnd", "https://graph.microsoft.com/\r\nX: 1", ""},
    {"NoHost", "https:///x", ""},
    {"NoPort", "https://a.example:/x", ""},
    {"PortTooHigh", "https://a.example:70000", ""},
    {"Dots", "https://a.example/../x", ""},
    {"Umlaut", "https://müller.example", ""},
};
INSTANTIATE_TEST_SUITE_P(Url, BaseCorpus, testing::ValuesIn(base_cases), [](const auto& one) {
    return one.param.name;
});

TEST(Target, DataIsEncodedOutsideOfUnreservedLettersT19) {
    const Target target =
        Target(graph()).path("/users").query("$filter", "x eq 'a+b/c=='").query("$count=true");

    EXPECT_EQ(target.text(), "/v1.0/users?$filter=x%20eq%20%27a%2Bb%2Fc%3D%3D%27&$count=true");
    EXPECT_TRUE(target.well_formed());
}

TEST(Target, EveryByteComesBackAfterEncoding) {
    std::string all;
    for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);

    const auto text = Target(graph()).path("/users").query("q", all).text();

    std::string decoded;
    for (std::size_t i = text.find('=') + 1; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        decoded += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
    }
    EXPECT_EQ(decoded, all);
}

TEST(Target, IdsAreGuidsOrTheTargetIsSpoiledAC23) {
    EXPECT_TRUE(Target(graph()).path("/users").id(guid).well_formed());
    for (const auto* bad : {"",
                            "me",
                            "../groups",
                            "6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e2",
                            "%2e%2e",
                            "6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21/x",
                            "{6f2f2f0a-4f1d-4b6c-9f58-1d9a3b0c7e21}"})
        EXPECT_FALSE(Target(graph()).path("/users").id(bad).well_formed()) << bad;
}

TEST(Target, SegmentsOfDataStayOneSegment) {
    EXPECT_EQ(Target(graph()).segment("a/b?c#d").text(), "/v1.0/a%2Fb%3Fc%23d");
    EXPECT_FALSE(Target(graph()).segment("..").well_formed());
    EXPECT_FALSE(Target(graph()).segment("").well_formed());
}

struct LinkCase {
    std::string name;
    std::string link;
    std::string expected;  // empty: refused
};
class LinkCorpus : public testing::TestWithParam<LinkCase> {};
TEST_P(LinkCorpus, IsFollowedOnlyToTheSameServiceAC32) {
    const auto target = Target::from_link(graph(), GetParam().link);
    EXPECT_EQ(target ? target->text() : "", GetParam().expected);
    EXPECT_EQ(target.has_value(), !GetParam().expected.empty());
}
const LinkCase link_cases[] = {
    {"Same", "https://graph.microsoft.com/v1.0/users?$skiptoken=A%2B", "/v1.0/users?$skiptoken=A%2B"},
    {"CapitalsInTheHost", "https://GRAPH.microsoft.com/v1.0/users?x=1", "/v1.0/users?x=1"},
    {"UsualPortNamed", "https://graph.microsoft.com:443/v1.0/users?x=1", "/v1.0/users?x=1"},
    {"OtherHost", "https://evil.example/v1.0/users?x=1", ""},
    {"HostAsPrefix", "https://graph.microsoft.com.evil.example/v1.0/users", ""},
    {"Credentials", "https://graph.microsoft.com@evil.example/v1.0/users", ""},
    {"OtherPort", "https://graph.microsoft.com:8443/v1.0/users", ""},
    {"Http", "http://graph.microsoft.com/v1.0/users", ""},
    {"OtherPath", "https://graph.microsoft.com/beta/users", ""},
    {"PathAsPrefix", "https://graph.microsoft.com/v1.0x/users", ""},
    {"Dots", "https://graph.microsoft.com/v1.0/../beta/users", ""},
    {"Relative", "/v1.0/users?x=1", ""},
    {"LineEnd", "https://graph.microsoft.com/v1.0/users?x=1\r\nX: 1", ""},
    {"Blank", "https://graph.microsoft.com/v1.0/users?$filter=a b", ""},
    {"Empty", "", ""},
};
INSTANTIATE_TEST_SUITE_P(Url, LinkCorpus, testing::ValuesIn(link_cases), [](const auto& one) {
    return one.param.name;
});

TEST(Request, HeaderValuesWithControlBytesSpoilItT4AC24) {
    for (int octet = 0; octet < 256; ++octet) {
        const bool plain = octet >= 0x21 && octet < 0x7F;
        Request request(Method::get, graph(), Target(graph()).path("/users"));
        request.header("client-request-id", std::string("a") + static_cast<char>(octet) + "b");
        EXPECT_EQ(request.well_formed(), plain) << octet;
    }
}

TEST(Request, TokenWithControlBytesSpoilsIt) {
    Request request(Method::get, graph(), Target(graph()).path("/users"));
    request.bearer(std::make_shared<const Secret>(Secret::copy_of("a\r\nX: 1")));
    EXPECT_FALSE(request.well_formed());
}

TEST(Reply, JsonIsKnownByItsType) {
    const auto typed = [](std::string type) {
        return Reply{.status = 200, .headers = {{"content-type", std::move(type)}}, .body = ""};
    };
    EXPECT_TRUE(typed("application/json").is_json());
    EXPECT_TRUE(typed("Application/JSON;odata.metadata=minimal;charset=utf-8").is_json());
    EXPECT_FALSE(typed("text/html").is_json());
    EXPECT_FALSE(typed("application/jsonp").is_json());
    EXPECT_FALSE(Reply{}.is_json());
}

}  // namespace
}  // namespace uplift::http
