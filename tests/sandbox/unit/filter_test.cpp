#include "tests/sandbox/filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

struct MatchCase {
    const char* name;
    std::string filter;
    bool matches;
};
void PrintTo(const MatchCase& row, std::ostream* out) { *out << row.filter; }

class FilterMatch : public testing::TestWithParam<MatchCase> {};

TEST_P(FilterMatch, IsJudgedOnTheProperties) {
    const json user = {{"userPrincipalName", "o'hara@contoso.com"},
                       {"onPremisesImmutableId", "AbC+/=="},
                       {"accountEnabled", true},
                       {"onPremisesSyncEnabled", nullptr},
                       {"proxyAddresses", {"SMTP:o@contoso.com", "smtp:p@contoso.com"}},
                       {"assignedLicenses", json::array({{{"skuId", sku_e3}}})},
                       {"createdDateTime", "2026-11-23T10:00:00Z"}};

    const bool found = matches(parse_filter(GetParam().filter),
                               [&](const std::string& name) { return user.value(name, json()); });

    EXPECT_EQ(found, GetParam().matches);
}

const MatchCase match_cases[] = {
    {"Equal", "userPrincipalName eq 'o''hara@contoso.com'", true},
    {"CaseOfUpnIsNothing", "userPrincipalName eq 'O''HARA@Contoso.com'", true},
    {"CaseOfAnchorMatters", "onPremisesImmutableId eq 'abC+/=='", false},
    {"Anchor", "onPremisesImmutableId eq 'AbC+/=='", true},
    {"In", "userPrincipalName in ('x','o''hara@contoso.com')", true},
    {"NotIn", "userPrincipalName in ('x', 'y')", false},
    {"Or", "userPrincipalName eq 'x' or accountEnabled eq true", true},
    {"AndBindsStronger",
     "accountEnabled eq false and accountEnabled eq false or accountEnabled eq true",
     true},
    {"Parentheses", "accountEnabled eq false and (accountEnabled eq false or accountEnabled eq true)", false},
    {"Not", "not (accountEnabled eq true)", false},
    {"Null", "onPremisesSyncEnabled eq null", true},
    {"StartsWith", "startsWith(userPrincipalName,'o''h')", true},
    {"StartsWithSmall", "startswith(userPrincipalName, 'O')", true},
    {"EndsWith", "endsWith(userPrincipalName,'fabrikam.com')", false},
    {"AnyAddress", "proxyAddresses/any(p:p eq 'smtp:p@contoso.com')", true},
    {"AnyOfTwo", "proxyAddresses/any(x:x eq 'smtp:q@contoso.com' or x eq 'SMTP:O@contoso.com')", true},
    {"AnyPrefix", "proxyAddresses/any(p:startsWith(p,'smtp:p'))", true},
    {"AnyMember", std::string("assignedLicenses/any(l:l/skuId eq ") + sku_e3 + ")", true},
    {"Time", "createdDateTime ge 2026-11-01T00:00:00Z", true},
    {"NotEqual", "userPrincipalName ne 'x'", true},
};
INSTANTIATE_TEST_SUITE_P(Matches, FilterMatch, testing::ValuesIn(match_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(FilterText, ThatIsNoExpressionIsRefused) {
    for (const char* text : {"",
                             "userPrincipalName",
                             "userPrincipalName eq",
                             "userPrincipalName eq 'x",
                             "userPrincipalName eq 'x' or",
                             "(id eq 'x'",
                             "id eq 'x')",
                             "id like 'x'",
                             "id eq x",
                             "proxyAddresses/any(p:q eq 'x')",
                             "id in ()",
                             "startsWith(id)"})
        EXPECT_THROW(parse_filter(text), FilterError) << text;
}

struct QueryCase {
    const char* name;
    std::string filter;
    enum class Kind { standard, header_only, count_only, advanced } kind;
    int status;
    std::string code;
};
void PrintTo(const QueryCase& row, std::ostream* out) { *out << row.name; }

class UserQuery : public testing::TestWithParam<QueryCase> {};

TEST_P(UserQuery, IsAllowedByGraphsTable) {
    SandboxWorld world;
    const auto& row = GetParam();
    const bool header = row.kind == QueryCase::Kind::header_only || row.kind == QueryCase::Kind::advanced;
    const bool count = row.kind == QueryCase::Kind::count_only || row.kind == QueryCase::Kind::advanced;

    const auto reply =
        world.get("/users?$select=id&$filter=" + encoded(row.filter) + (count ? "&$count=true" : ""),
                  header ? Headers{{"consistencylevel", "eventual"}} : Headers{});

    EXPECT_EQ(reply.status, row.status) << reply.body;
    EXPECT_EQ(error_code(reply), row.code);
}

std::string many(int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += (i == 0 ? "'" : ",'") + std::to_string(i) + "'";
    return "id in (" + list + ")";
}

using K = QueryCase::Kind;
const QueryCase query_cases[] = {
    {"Upn", "userPrincipalName eq 'x'", K::standard, 200, ""},
    {"UpnNotEqual", "userPrincipalName ne 'x'", K::standard, 400, "Request_UnsupportedQuery"},
    {"UpnNotEqualAdvanced", "userPrincipalName ne 'x'", K::advanced, 200, ""},
    {"UpnEndsWith", "endsWith(userPrincipalName,'x')", K::standard, 400, "Request_UnsupportedQuery"},
    {"UpnEndsWithAdvanced", "endsWith(userPrincipalName,'x')", K::advanced, 200, ""},
    {"Anchor", "onPremisesImmutableId eq 'x'", K::standard, 400, "Request_UnsupportedQuery"},
    {"AnchorHeaderOnly", "onPremisesImmutableId eq 'x'", K::header_only, 400, "Request_UnsupportedQuery"},
    {"AnchorCountOnly", "onPremisesImmutableId eq 'x'", K::count_only, 400, "Request_UnsupportedQuery"},
    {"AnchorAdvanced", "onPremisesImmutableId eq 'x'", K::advanced, 200, ""},
    {"SamAccountName", "onPremisesSamAccountName eq 'x'", K::standard, 400, "Request_UnsupportedQuery"},
    {"Proxy", "proxyAddresses/any(p:p eq 'smtp:x')", K::standard, 200, ""},
    {"UnknownProperty", "shoeSize eq 'x'", K::advanced, 400, "Request_UnsupportedQuery"},
    {"Fifteen", many(15), K::standard, 200, ""},
    {"Sixteen", many(16), K::standard, 400, "Request_UnsupportedQuery"},
    {"SixteenAdvanced", many(16), K::advanced, 200, ""},
    {"TooLongAdvanced", many(600), K::advanced, 400, "Request_UnsupportedQuery"},
    {"NoExpression", "userPrincipalName eq", K::standard, 400, "BadRequest"},
};
INSTANTIATE_TEST_SUITE_P(Queries, UserQuery, testing::ValuesIn(query_cases), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(UserQuery, CountsTheClausesInItsRefusal) {
    SandboxWorld world;

    const auto reply = world.get("/users?$filter=" + encoded(many(18)));

    EXPECT_EQ(
        error_message(reply),
        "Too many child clauses specified in search filter expression containing 'OR' operators: 18. Max "
        "allowed: 15.");
}

TEST(UserPages, FollowTheirLinkToTheEnd) {
    SandboxWorld world;
    for (int i = 0; i < 25; ++i) world.post("/users", a_person("p" + std::to_string(i)));

    std::vector<std::string> seen;
    std::string target = "/users?$select=userPrincipalName&$top=10";
    int pages = 0;
    while (!target.empty()) {
        const json body = body_of(world.get(target));
        for (const auto& user : body.at("value")) seen.push_back(user.at("userPrincipalName"));
        const auto link = body.value("@odata.nextLink", "");
        target = link.empty() ? "" : link.substr(std::string("https://127.0.0.1:1/v1.0").size());
        ++pages;
    }

    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen.size(), 25u);
    EXPECT_EQ(world.get("/users?$top=1000").status, 400);
}

}  // namespace
}  // namespace uplift::sandbox
