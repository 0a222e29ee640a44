#include "core/engine/rest.hpp"

#include <gtest/gtest.h>

namespace uplift::engine {
namespace {

using namespace std::chrono_literals;

const TimePoint one_o_clock{1h};
const Unauthorized wrong_secret{
    .code = FaultCode::tenant_credentials, .what = "the secret is wrong", .cure = "Mend it."};
const NotSent nobody{.why = "no answer"};

TEST(Rest, RefusedSignInRestsForFiveMinutesWhateverIsAnsweredMeanwhile) {
    Rest rest;
    rest.refused(wrong_secret, one_o_clock);

    rest.answered(one_o_clock + 1s);  // it was under way
    rest.no_answer(nobody, one_o_clock + 2s);

    EXPECT_TRUE(rest.now_resting(one_o_clock + 299s));
    EXPECT_FALSE(rest.now_resting(one_o_clock + 5min));
    ASSERT_TRUE(rest.fault());
    EXPECT_EQ(rest.fault()->code, FaultCode::tenant_credentials);
    EXPECT_TRUE(std::holds_alternative<Unauthorized>(rest.outcome<Nothing>()));
}

TEST(Rest, RefusalEndsWithAnAnswerAfterItsTimeOrAtAReload) {
    Rest mended, reloaded;
    mended.refused(wrong_secret, one_o_clock);
    reloaded.refused(wrong_secret, one_o_clock);

    mended.answered(one_o_clock + 5min);
    reloaded.end();

    EXPECT_FALSE(mended.until());
    EXPECT_FALSE(reloaded.until());
    EXPECT_FALSE(reloaded.fault());
}

TEST(Rest, SilenceEndsWithTheFirstAnswer) {
    Rest rest;
    rest.no_answer(nobody, one_o_clock);
    EXPECT_TRUE(rest.now_resting(one_o_clock + 1s));
    EXPECT_TRUE(std::holds_alternative<NotSent>(rest.outcome<Nothing>()));

    rest.answered(one_o_clock + 1s);

    EXPECT_FALSE(rest.until());
}

TEST(Rest, SilenceRestsLongerEachTimeUpToAMinute) {
    Rest rest;
    auto now = one_o_clock;
    Duration longest{};
    for (int i = 0; i < 10; ++i) {
        rest.no_answer(nobody, now);
        const auto length = *rest.until() - now;
        EXPECT_GE(length, longest);
        longest = length;
        now = *rest.until();
    }
    EXPECT_EQ(longest, 60s);
}

}  // namespace
}  // namespace uplift::engine
