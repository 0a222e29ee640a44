#include "core/engine/retry.hpp"

#include <gtest/gtest.h>

namespace uplift::engine {
namespace {

using std::chrono::seconds;

TEST(Backoff, GrowsFromTwoSecondsToFiveMinutesAndNeverIsNothing) {
    for (int tries = 0; tries < 40; ++tries)
        for (std::uint64_t random : {std::uint64_t{0}, std::uint64_t{12345}, ~std::uint64_t{0}}) {
            const auto wait = backoff(tries, random);
            const auto step = std::min<Duration>(seconds{300}, seconds{2} * (1LL << std::min(tries, 10)));
            EXPECT_GE(wait, step / 2);
            EXPECT_LE(wait, step);
        }
}

TEST(QuietPeriod, DoublesWithEachLostReplyUpToTenMinutes) {
    EXPECT_EQ(quiet_period(seconds{120}, 1), seconds{120});
    EXPECT_EQ(quiet_period(seconds{120}, 2), seconds{240});
    EXPECT_EQ(quiet_period(seconds{120}, 3), seconds{480});
    EXPECT_EQ(quiet_period(seconds{120}, 4), seconds{600});
    EXPECT_EQ(quiet_period(seconds{120}, 90), seconds{600});
}

}  // namespace
}  // namespace uplift::engine
