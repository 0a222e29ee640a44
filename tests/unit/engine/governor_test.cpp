#include "core/engine/governor.hpp"

#include <gtest/gtest.h>

namespace uplift::engine {
namespace {

using std::chrono::seconds;
constexpr TimePoint start{seconds{1'000'000}};

TEST(Governor, KeepsTheDocumentedWriteRateOverAWindow) {
    Governor governor{documented_writes_per_second};

    TimePoint last = start;
    for (int i = 0; i < 3000; ++i) last = governor.take_slot(Traffic::write, start);

    // 3,000 writes per 150 s, two seconds of them as a burst at the beginning.
    EXPECT_NEAR(std::chrono::duration<double>(last - start).count(), 148.0, 0.2);
}

TEST(Governor, AnIdleTimeBuysNoMoreThanTheBurst) {
    Governor governor{20};
    (void)governor.take_slot(Traffic::write, start);

    int at_once = 0;
    while (governor.take_slot(Traffic::write, start + seconds{3600}) <= start + seconds{3600}) ++at_once;

    EXPECT_GE(at_once, 39);
    EXPECT_LE(at_once, 41);
}

TEST(Governor, NothingLeavesInsideARetryAfter) {
    Governor governor{20};
    governor.hold_until(start + seconds{30});

    EXPECT_GE(governor.take_slot(Traffic::write, start), start + seconds{30});
    EXPECT_GE(governor.take_slot(Traffic::read, start), start + seconds{30});
}

TEST(Governor, AnEarlierRetryAfterNeverShortensALaterOne) {
    Governor governor{20};
    governor.hold_until(start + seconds{300});

    governor.hold_until(start + seconds{1});

    EXPECT_EQ(governor.held_until(), start + seconds{300});
}

TEST(Governor, RoomGrowsWithTheRateWithinBounds) {
    EXPECT_EQ(Governor{1}.room(), 16u);
    EXPECT_EQ(Governor{20}.room(), 40u);
    EXPECT_EQ(Governor{400}.room(), 64u);
}

}  // namespace
}  // namespace uplift::engine
