#include "core/model/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace uplift {
namespace {

TEST(Time, IsWrittenAsRfc3339InUtc) {
    EXPECT_EQ(to_rfc3339(from_millis(0)), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(from_millis(1'796'104'800'000)), "2026-12-01T06:00:00Z");
    EXPECT_EQ(to_rfc3339(from_millis(1'796'104'800'007)), "2026-12-01T06:00:00.007Z");
    EXPECT_EQ(to_rfc3339(from_millis(-1)), "1969-12-31T23:59:59.999Z");
}

struct TimeCase {
    std::string_view text;
    std::string_view utc;
};
const TimeCase time_cases[] = {
    {"2026-12-01T06:00:00Z", "2026-12-01T06:00:00Z"},
    {"2026-12-01t06:00:00z", "2026-12-01T06:00:00Z"},
    {"2026-12-01 06:00:00Z", "2026-12-01T06:00:00Z"},
    {"2026-12-01T06:00:00+01:00", "2026-12-01T05:00:00Z"},
    {"2026-12-31T23:30:00-01:30", "2027-01-01T01:00:00Z"},
    {"2026-12-01T06:00:00.5Z", "2026-12-01T06:00:00.500Z"},
    {"2026-12-01T06:00:00.1234567Z", "2026-12-01T06:00:00.123Z"},  // as Graph writes it
    {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
};

TEST(Time, EveryOffsetIsReadAsUtc) {
    for (const auto& given : time_cases) {
        const auto time = parse_rfc3339(given.text);
        ASSERT_TRUE(time) << given.text;
        EXPECT_EQ(to_rfc3339(*time), given.utc) << given.text;
    }
}

TEST(Time, AnythingElseIsNone) {
    for (const auto text : {"",
                            "2026-12-01",
                            "2026-12-01T06:00:00",
                            "2026-12-01T06:00Z",
                            "2026-02-29T06:00:00Z",
                            "2026-13-01T06:00:00Z",
                            "2026-12-01T24:00:00Z",
                            "2026-12-01T06:60:00Z",
                            "2026-12-01T06:00:00Zx",
                            "2026-12-01T06:00:00+1:00",
                            "2026-12-01T06:00:00+24:00",
                            "2026/12/01T06:00:00Z",
                            "tomorrow"})
        EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
}

RC_GTEST_PROP(TimeProperties, WrittenTimeIsReadBack, ()) {
    // The years 1 to 9999.
    const auto time = from_millis(*rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'800'000));

    RC_ASSERT(parse_rfc3339(to_rfc3339(time)) == time);
}

struct DurationCase {
    std::string_view text;
    std::optional<std::int64_t> seconds;
};
const DurationCase duration_cases[] = {
    {"90s", 90},
    {"30m", 1'800},
    {"24h", 86'400},
    {"7d", 604'800},
    {"0s", 0},
    {"90", {}},  // a bare number has no unit
    {"s", {}},
    {"", {}},
    {"-5s", {}},
    {"1.5h", {}},
    {"5 m", {}},
    {" 5m", {}},
    {"5w", {}},
    {"5M", {}},
    {"99999999999999999999d", {}},
    {"9223372036854775807d", {}},
};

TEST(Duration, HasAUnit) {
    for (const auto& given : duration_cases) {
        const auto duration = parse_duration(given.text);
        const auto expected = given.seconds ? std::optional<Duration>(*given.seconds * 1'000) : std::nullopt;
        EXPECT_EQ(duration, expected) << given.text;
    }
}

TEST(Duration, IsWrittenInTheLargestUnitThatIsExact) {
    for (const auto text : {"90s", "30m", "23h", "7d", "0s", "3601s"})
        EXPECT_EQ(to_words(*parse_duration(text)), text);
    EXPECT_EQ(to_words(*parse_duration("24h")), "1d");
    EXPECT_EQ(to_words(*parse_duration("60s")), "1m");
}

}  // namespace
}  // namespace uplift
