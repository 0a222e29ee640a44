#include "daemon/upliftctl/progress.hpp"

#include <gtest/gtest.h>

namespace uplift::upliftctl {
namespace {

constexpr TimePoint start{std::chrono::hours{24}};

protocol::JobView a_job(std::int64_t people, protocol::Counts counts) {
    protocol::JobView job;
    job.id = "J17";
    job.people = people;
    job.enrollments = std::move(counts);
    return job;
}

TEST(Progress, CountsWhoHasEndedHowever) {
    const auto progress = progress_of(a_job(
        10, {{"done", 3}, {"failed", 1}, {"skipped", 1}, {"cancelled", 1}, {"waiting", 2}, {"running", 2}}));

    EXPECT_EQ(progress.ended, 6);
    EXPECT_EQ(progress.failed, 1);
    EXPECT_EQ(progress.waiting, 2);
}

TEST(Rate, IsThatOfTheLastMinute) {
    Rate rate;
    rate.add(start, 0);
    EXPECT_EQ(rate.per_minute(), std::nullopt);
    rate.add(start + std::chrono::seconds{30}, 600);  // a fast beginning that the last minute does not show
    for (int second = 31; second <= 150; ++second)
        rate.add(start + std::chrono::seconds{second}, 600 + (second - 30));

    EXPECT_NEAR(rate.per_minute().value(), 60, 2);
}

TEST(Rate, StandingStillIsNoRate) {
    Rate rate;
    rate.add(start, 5);
    rate.add(start + std::chrono::seconds{10}, 5);

    EXPECT_EQ(rate.per_minute(), std::nullopt);
}

TEST(TimeLeft, FollowsFromTheRate) {
    EXPECT_EQ(time_left({.people = 100, .ended = 40}, 60.0), std::chrono::minutes{1});
    EXPECT_EQ(time_left({.people = 100, .ended = 40}, std::nullopt), std::nullopt);
    EXPECT_EQ(time_left({.people = 100, .ended = 100}, 60.0), std::nullopt);
}

TEST(Roughly, NamesTwoUnitsAtMost) {
    EXPECT_EQ(roughly(std::chrono::milliseconds{200}), "1 s");
    EXPECT_EQ(roughly(std::chrono::seconds{45}), "45 s");
    EXPECT_EQ(roughly(std::chrono::seconds{200}), "3 min 20 s");
    EXPECT_EQ(roughly(std::chrono::minutes{45}), "45 min");
    EXPECT_EQ(roughly(std::chrono::minutes{125}), "2 h 5 min");
    EXPECT_EQ(roughly(std::chrono::hours{76}), "3 d 4 h");
}

TEST(ProgressLine, ShowsRateAndTimeLeftAndFitsTheTerminal) {
    Rate rate;
    rate.add(start, 300);
    rate.add(start + std::chrono::seconds{30}, 350);
    const auto job = a_job(1'000, {{"done", 346}, {"failed", 4}, {"waiting", 12}, {"running", 638}});

    const auto line = progress_line(job, rate, 200);

    EXPECT_EQ(line,
              "J17  running  [########----------------]  350 of 1,000 people  4 failed  12 waiting  100/min  "
              "about 6 min 30 s left");
    EXPECT_EQ(progress_line(job, rate, 99),
              "J17  running  [##------]  350 of 1,000 people  4 failed  12 waiting  100/min  "
              "about 6 min 30 s left");
    for (const std::size_t width : {20u, 60u, 100u}) EXPECT_LE(progress_line(job, rate, width).size(), width);
    EXPECT_EQ(progress_words(job, rate),
              "J17 running: 350 of 1,000 people, 4 failed, 12 waiting, 100/min, about 6 min 30 s left");
}

TEST(ProgressLine, OfAnEndedJobSaysNoRate) {
    Rate rate;
    rate.add(start, 0);
    rate.add(start + std::chrono::seconds{30}, 5);
    auto job = a_job(5, {{"done", 5}});
    job.state = JobState::done;

    EXPECT_EQ(progress_words(job, rate), "J17 done: 5 of 5 people");
}

TEST(Numbers, AreGrouped) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1'234'567), "1,234,567");
    EXPECT_EQ(grouped(-1'000), "-1,000");
}

}  // namespace
}  // namespace uplift::upliftctl
