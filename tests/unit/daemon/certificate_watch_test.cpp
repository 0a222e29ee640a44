#include "daemon/certificate_watch.hpp"

#include <gtest/gtest.h>

#include "tests/unit/daemon/small_world.hpp"

namespace uplift::daemon {
namespace {

using namespace std::chrono_literals;

const TimePoint now = *parse_rfc3339("2026-11-23T10:00:00Z");

struct EndCase {
    std::string name;
    Duration left;
    std::string said;  // how the warning begins; empty: none
};
class CertificateEnds : public testing::TestWithParam<EndCase> {};
TEST_P(CertificateEnds, AreToldFromThirtyDaysBefore) {
    const auto said = certificate_warning(now + GetParam().left, now).value_or("");

    EXPECT_EQ(said.substr(0, said.find(';')), GetParam().said);
    EXPECT_TRUE(said.empty() || said.ends_with("and reload")) << said;
}
const EndCase ends[] = {
    {"AYear", 365 * 24h, ""},
    {"ThirtyDaysAndASecond", 30 * 24h + 1s, ""},
    {"ThirtyDays", 30 * 24h, "ends on 2026-12-23"},
    {"OneSecond", 1s, "ends on 2026-11-23"},
    {"Now", 0s, "ended on 2026-11-23"},
    {"LongAgo", -100 * 24h, "ended on 2026-08-15"},
};
INSTANTIATE_TEST_SUITE_P(Days, CertificateEnds, testing::ValuesIn(ends), [](const auto& one) {
    return one.param.name;
});

TEST(CertificateWatch, WarnsOfEachTenantAndForgetsItWhenTheCertificateIsNew) {
    QuietJournal journal;
    Warnings warnings(journal);

    warn_of_certificates(
        {{TenantName{"a"}, now + 24h}, {TenantName{"b"}, now + 999 * 24h}, {TenantName{"c"}, std::nullopt}},
        now,
        warnings);
    const auto first = warnings.all();
    warn_of_certificates({{TenantName{"a"}, now + 999 * 24h}, {TenantName{"b"}, now + 24h}}, now, warnings);
    const auto second = warnings.all();
    warn_of_certificates({{TenantName{"b"}, std::nullopt}}, now, warnings);

    ASSERT_EQ(first.size(), 1u);
    EXPECT_TRUE(first[0].starts_with("certificate of tenant a: ends on 2026-11-24;")) << first[0];
    ASSERT_EQ(second.size(), 1u);
    EXPECT_TRUE(second[0].starts_with("certificate of tenant b: ends on")) << second[0];
    EXPECT_TRUE(warnings.all().empty());
}

}  // namespace
}  // namespace uplift::daemon
