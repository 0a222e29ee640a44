#include "tests/sandbox/throttle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/routes.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/unit/sandbox_world.hpp"

namespace uplift::sandbox {
namespace {

constexpr Cost one_write{1, 1};

TEST(Throttle, AllowsTheDocumentedBurstOfWritesAndThenTheSustainedRate) {
    Throttle throttle(1);
    TimePoint now{std::chrono::seconds(1000)};

    int burst = 0;
    while (throttle.judge("app", one_write, 1000, now).allowed) ++burst;
    now += std::chrono::seconds(10);
    int later = 0;
    while (throttle.judge("app", one_write, 1000, now).allowed) ++later;

    EXPECT_EQ(burst, 3000);
    EXPECT_EQ(later, 10 * 20 - 1);  // the refused write was charged too
}

struct QuotaCase {
    std::size_t users;
    int units;
};
class UnitQuota : public testing::TestWithParam<QuotaCase> {};

TEST_P(UnitQuota, GrowsWithTheTenant) {
    Throttle throttle(1);
    const TimePoint now{std::chrono::seconds(1000)};

    int reads = 0;
    while (throttle.judge("app", Cost{1, 0}, GetParam().users, now).allowed) ++reads;

    EXPECT_EQ(reads, GetParam().units);
}
INSTANTIATE_TEST_SUITE_P(Tenants,
                         UnitQuota,
                         testing::Values(QuotaCase{10, 3500}, QuotaCase{50, 5000}, QuotaCase{501, 8000}));

TEST(Throttle, ScalesAndCanBeLifted) {
    const TimePoint now{std::chrono::seconds(1000)};
    Throttle tenth(0.1);
    Throttle lifted(0);

    int writes = 0;
    while (tenth.judge("app", one_write, 1000, now).allowed) ++writes;

    EXPECT_EQ(writes, 300);
    for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(lifted.judge("app", one_write, 1000, now).allowed);
}

TEST(Throttle, ChargesOneAppApartFromAnother) {
    Throttle throttle(0.01);
    const TimePoint now{std::chrono::seconds(1000)};

    while (throttle.judge("greedy", one_write, 1000, now).allowed) continue;

    EXPECT_TRUE(throttle.judge("modest", one_write, 1000, now).allowed);
}

TEST(RetryAfter, ComesInEveryFormSeen) {
    const TimePoint now{std::chrono::seconds(1'795'428'000)};

    EXPECT_EQ(retry_after(RetryAfterForm::seconds, Seconds(2.1), now), "3");
    EXPECT_EQ(retry_after(RetryAfterForm::decimal, Seconds(0.249), now), "0.249");
    EXPECT_EQ(retry_after(RetryAfterForm::http_date, Seconds(10), now),
              http_date(now + std::chrono::seconds(11)));
    EXPECT_EQ(retry_after(RetryAfterForm::absent, Seconds(10), now), std::nullopt);
}

struct CostCase {
    const char* name;
    const char* method;
    const char* target;
    int members;
    int units;
    int writes;
};
class CallCost : public testing::TestWithParam<CostCase> {};

TEST_P(CallCost, IsThePublishedOne) {
    const auto& row = GetParam();
    const auto url = parse_target(row.target);
    nlohmann::json body;
    for (int i = 0; i < row.members; ++i) body["members@odata.bind"].push_back("x");

    const auto match = find_route(row.method, url->segments);
    ASSERT_NE(match.route, nullptr);
    const Cost cost = cost_of(*match.route, *url, body);

    EXPECT_EQ(cost.resource_units, row.units);
    EXPECT_EQ(cost.writes, row.writes);
}

const CostCase costs[] = {
    {"ListUsers", "GET", "/users", 0, 2, 0},
    {"ListUsersSelect", "GET", "/users?$select=id", 0, 1, 0},
    {"ListUsersSelectTop", "GET", "/users?$select=id&$top=5", 0, 1, 0},
    {"GetUser", "GET", "/users/x", 0, 1, 0},
    {"GetUserExpand", "GET", "/users/x?$expand=manager", 0, 2, 0},
    {"Create", "POST", "/users", 0, 1, 1},
    {"AssignLicense", "POST", "/users/x/assignLicense", 0, 1, 1},
    {"LicenseDetails", "GET", "/users/x/licenseDetails", 0, 2, 0},
    {"MemberOf", "GET", "/users/x/memberOf", 0, 2, 0},
    {"CheckMemberGroups", "POST", "/users/x/checkMemberGroups", 0, 4, 0},
    {"GetByIds", "POST", "/directoryObjects/getByIds", 0, 3, 0},
    {"Skus", "GET", "/subscribedSkus", 0, 3, 0},
    {"Members", "GET", "/groups/x/members", 0, 3, 0},
    {"AddMember", "POST", "/groups/x/members/$ref", 0, 1, 1},
    {"BindTwenty", "PATCH", "/groups/x", 20, 1, 7},
    {"BindOne", "PATCH", "/groups/x", 1, 1, 1},
    {"Manager", "PUT", "/users/x/manager/$ref", 0, 1, 1},
};
INSTANTIATE_TEST_SUITE_P(Calls, CallCost, testing::ValuesIn(costs), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(ThrottledCall, Answers429WithScopeAndRetryAfterAndDoesNothing) {
    auto definition = a_definition();
    definition["throttle_scale"] = 0.001;  // three writes, three and a half units
    SandboxWorld world(definition);
    for (int i = 0; i < 3; ++i) world.post("/users", a_person("p" + std::to_string(i)));

    const auto reply = world.post("/users", a_person("late"));

    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(error_code(reply), "TooManyRequests");
    EXPECT_EQ(header_of(reply.headers, "x-ms-throttle-information"), "ResourceUnitLimitExceeded");
    EXPECT_THAT(std::string(header_of(reply.headers, "x-ms-throttle-scope")),
                testing::StartsWith("Tenant_Application/ReadWrite/"));
    EXPECT_FALSE(header_of(reply.headers, "Retry-After").empty());
    EXPECT_EQ(world.id_of("late@contoso.com"), "");
}

TEST(BusyCall, TellsItsShareOfTheLimit) {
    auto definition = a_definition();
    definition["throttle_scale"] = 0.01;  // thirty writes
    SandboxWorld world(definition);

    Reply reply;
    for (int i = 0; i < 25; ++i) reply = world.post("/users", a_person("p" + std::to_string(i)));

    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(header_of(reply.headers, "x-ms-throttle-limit-percentage"), "0.83");
}

}  // namespace
}  // namespace uplift::sandbox
