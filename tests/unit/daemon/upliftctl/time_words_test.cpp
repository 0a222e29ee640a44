#include "daemon/upliftctl/time_words.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace uplift::upliftctl {
namespace {

// The host's zone for the length of a test.
class Zone {
 public:
    explicit Zone(const char* name) {
        if (const char* before = std::getenv("TZ")) before_ = before;
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;
    ~Zone() {
        if (before_)
            ::setenv("TZ", before_->c_str(), 1);
        else
            ::unsetenv("TZ");
        ::tzset();
    }

 private:
    std::optional<std::string> before_;
};

// Central European time by rule: no zone files are needed.
constexpr auto berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
const TimePoint now = parse_rfc3339("2026-03-01T11:30:00Z").value();

struct MomentCase {
    std::string_view given;
    std::string_view moment;
};
const MomentCase moment_cases[] = {
    {"2026-12-01T06:00:00Z", "2026-12-01T06:00:00Z"},
    {"2026-12-01T06:00:00+02:00", "2026-12-01T04:00:00Z"},
    {"2026-12-01 06:00", "2026-12-01T05:00:00Z"},  // winter
    {"2026-07-01 06:00", "2026-07-01T04:00:00Z"},  // summer
    {"2026-07-01T06:00:30", "2026-07-01T04:00:30Z"},
    {"tomorrow 06:00", "2026-03-02T05:00:00Z"},
    {"Tomorrow  6:00", "2026-03-02T05:00:00Z"},
    {"today 18:00", "2026-03-01T17:00:00Z"},
    {"+2h", "2026-03-01T13:30:00Z"},
    {"+90s", "2026-03-01T11:31:30Z"},
    {"+7d", "2026-03-08T11:30:00Z"},
    {"now", "2026-03-01T11:30:00Z"},
};

TEST(Moment, IsTakenInEachOfTheWaysPeopleWriteIt) {
    const Zone zone(berlin);
    for (const auto& given : moment_cases) {
        const auto moment = parse_moment(given.given, now, "--at");
        ASSERT_TRUE(moment) << given.given;
        EXPECT_EQ(to_rfc3339(*moment), given.moment) << given.given;
    }
}

struct MomentFault {
    std::string_view given;
    std::string_view what;
};
const MomentFault moment_faults[] = {
    {"5", "has neither date nor unit"},
    {"20261201", "has neither date nor unit"},
    {"+2", "has no unit"},
    {"+2 hours", "is no duration"},
    {"2026-02-30 06:00", "is no time"},
    {"2026-12-01", "is no time"},
    {"2026-12-01 25:00", "is no time"},
    {"2026-12-01 6:0", "is no time"},
    {"yesterday 06:00", "is no time"},
    {"06:00", "is no time"},
    {"", "is no time"},
    {"today 06:00", "is over"},
    {"2025-12-01T06:00:00Z", "is over"},
    {"2026-03-29 02:30", "is skipped by the clock"},
    {"2026-10-25 02:30", "comes twice"},
};

TEST(Moment, WhatIsNoneOrMeansTwoIsAFaultThatSaysHowToWriteIt) {
    const Zone zone(berlin);
    for (const auto& given : moment_faults) {
        const auto moment = parse_moment(given.given, now, "--at");
        ASSERT_FALSE(moment) << given.given << " became " << to_rfc3339(*moment);
        EXPECT_EQ(moment.error().code, FaultCode::usage);
        EXPECT_NE(moment.error().what.find(given.what), std::string::npos) << moment.error().what;
        EXPECT_FALSE(moment.error().cure.empty());
    }
}

TEST(Moment, TomorrowIsTheNextDayAlsoWhereTheClockChanges) {
    const Zone zone(berlin);
    const auto evening_before = parse_rfc3339("2026-03-28T22:30:00Z").value();  // 23:30, 23.5 h to the next

    EXPECT_EQ(to_rfc3339(parse_moment("tomorrow 23:30", evening_before, "--at").value()),
              "2026-03-29T21:30:00Z");
}

TEST(Span, NeedsItsUnit) {
    EXPECT_EQ(parse_span("90s", "--timeout").value(), std::chrono::seconds{90});
    EXPECT_EQ(parse_span("7d", "--timeout").value(), std::chrono::hours{7 * 24});
    const auto bare = parse_span("30", "--timeout");
    ASSERT_FALSE(bare);
    EXPECT_EQ(bare.error().where, "--timeout");
    EXPECT_EQ(bare.error().what, "\"30\" has no unit");
    EXPECT_NE(bare.error().cure.find("30m"), std::string::npos);
    EXPECT_FALSE(parse_span("-5m", "--timeout"));
    EXPECT_FALSE(parse_span("", "--timeout"));
}

}  // namespace
}  // namespace uplift::upliftctl
