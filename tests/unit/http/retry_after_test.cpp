#include "core/http/retry_after.hpp"

#include <gtest/gtest.h>

#include <string>

namespace uplift::http {
namespace {

using namespace std::chrono_literals;

const TimePoint now = *parse_rfc3339("1994-11-06T08:49:00Z");

struct Case {
    std::string name;
    std::optional<std::string_view> header;
    std::optional<RetryAfter> expected;
};
std::optional<RetryAfter> wait(Duration duration) { return RetryAfter{.wait = duration}; }
std::optional<RetryAfter> long_wait(Duration duration) {
    return RetryAfter{.wait = duration, .very_long = true};
}

class RetryAfterCorpus : public testing::TestWithParam<Case> {};
TEST_P(RetryAfterCorpus, IsRead) { EXPECT_EQ(retry_after(GetParam().header, now), GetParam().expected); }

const Case cases[] = {
    {"Absent", std::nullopt, std::nullopt},
    {"Seconds", "10", wait(10s)},
    {"Zero", "0", wait(0s)},
    {"Decimal", "0.249", wait(249ms)},
    {"DecimalRoundsUp", "1.0001", wait(1'001ms)},
    {"DecimalWithoutDigits", "3.", wait(3s)},
    {"Blanks", " 7\t", wait(7s)},
    {"AnHour", "3600", wait(1h)},
    {"MoreThanAnHourIsKept", "7200", long_wait(2h)},
    {"FarTooMany", "99999999999999999999999", long_wait(std::chrono::seconds{315'360'000})},
    {"Negative", "-5", wait(30s)},
    {"Garbage", "soon", wait(30s)},
    {"Empty", "", wait(30s)},
    {"Hexadecimal", "0x10", wait(30s)},
    {"Exponent", "1e9", wait(30s)},
    {"TwoPoints", "1.2.3", wait(30s)},
    {"List", "10, 20", wait(30s)},
    {"ImfFixdate", "Sun, 06 Nov 1994 08:49:37 GMT", wait(37s)},
    {"Rfc850", "Sunday, 06-Nov-94 08:49:37 GMT", wait(37s)},
    {"Asctime", "Sun Nov  6 08:49:37 1994", wait(37s)},
    {"PastDate", "Sun, 06 Nov 1994 08:48:00 GMT", wait(0s)},
    {"DateInTwoHours", "Sun, 06 Nov 1994 10:49:00 GMT", long_wait(2h)},
    {"NoSuchDay", "Sun, 31 Feb 1994 08:49:37 GMT", wait(30s)},
    {"NoSuchMonth", "Sun, 06 Nox 1994 08:49:37 GMT", wait(30s)},
    {"OtherZone", "Sun, 06 Nov 1994 08:49:37 CET", wait(30s)},
    {"NoSuchHour", "Sun, 06 Nov 1994 24:49:37 GMT", wait(30s)},
};
INSTANTIATE_TEST_SUITE_P(RetryAfter, RetryAfterCorpus, testing::ValuesIn(cases), [](const auto& one) {
    return one.param.name;
});

}  // namespace
}  // namespace uplift::http
