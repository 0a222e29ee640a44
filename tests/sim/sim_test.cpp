#include <gtest/gtest.h>

#include "tests/sim/world.hpp"

namespace uplift::sim {
namespace {

WorldSettings quiet_world(std::int64_t people) {
    WorldSettings settings;
    settings.people = people;
    settings.faults = Faults::none();
    settings.strangers_per_mille = 0;
    settings.existing_per_mille = 0;
    settings.unknown_per_mille = 0;
    settings.twice_per_mille = 0;
    return settings;
}

TEST(Simulation, InAQuietWorldEverybodyGetsAnAccountWithFourWrites) {
    World world{quiet_world(500), memory_cellar()};

    world.run();

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
    EXPECT_EQ(verdicts.accounts, 500);
    EXPECT_EQ(world.tenant().writes(), 500 * 4);  // create, licence, two groups
}

TEST(Simulation, AQuietWorldIsPacedByTheGovernor) {
    auto settings = quiet_world(500);
    settings.writes_per_second = 20;
    World world{settings, memory_cellar()};
    const auto start = world.clock().now();

    world.run();

    EXPECT_GE(world.clock().now() - start, std::chrono::seconds{500 * 4 / 20 - 3});
}

TEST(Simulation, OneSeedIsOneHistory) {
    WorldSettings settings;
    settings.people = 400;
    settings.seed = Seed{42};
    World first{settings, memory_cellar()};
    World second{settings, memory_cellar()};

    first.run();
    second.run();

    EXPECT_EQ(first.fingerprint(), second.fingerprint());
}

TEST(Simulation, TheQueueInMemoryAndTheOneInSqliteLiveTheSameHistory) {
    WorldSettings settings;
    settings.people = 300;
    settings.seed = Seed{7};
    World in_memory{settings, memory_cellar()};
    World in_sqlite{settings, sqlite_cellar(":memory:")};

    in_memory.run();
    in_sqlite.run();

    EXPECT_EQ(in_memory.fingerprint(), in_sqlite.fingerprint());
}

TEST(Simulation, NoRequestComesInsideARetryAfter) {
    auto settings = quiet_world(500);
    settings.faults.throttled = 100;
    World world{settings, memory_cellar()};

    world.run();

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
    // Those that were on the wire when the 429 was said are the only ones: fewer than one a throttle and
    // slot.
    EXPECT_LT(verdicts.inside_retry_after, world.tenant().writes() / 2);
}

TEST(Simulation, ALongOutageOfTheDirectoryFailsNobody) {
    World world{quiet_world(300), memory_cellar()};
    world.directory().away_until(world.clock().now() + std::chrono::hours{30});

    world.run();

    EXPECT_EQ(world.check().accounts, 300);
}

TEST(Simulation, ADoubledCreateKeepsItsPassword) {
    auto settings = quiet_world(500);
    settings.faults.doubled = 500;
    World world{settings, memory_cellar()};

    world.run();

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
    EXPECT_EQ(verdicts.accounts, 500);
}

TEST(Simulation, AnAccountRenamedAfterALostReplyIsFoundByItsAnchor) {
    auto settings = quiet_world(300);
    settings.faults.lost_after = 300;
    settings.faults.renamed_after_lost_reply = 1000;
    World world{settings, memory_cellar()};

    world.run();

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
    EXPECT_EQ(verdicts.accounts, 300);
}

TEST(Simulation, CrashesAtEveryAwaitLoseNothing) {
    auto settings = quiet_world(200);
    settings.faults.crash_once_in = 60;
    World world{settings, memory_cellar()};

    world.run();

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
    EXPECT_GT(verdicts.crashes, 20);
}

// Seeds that once were red. 29 to 83: a second job added again what the first had just added, since its read
// was stale. 1045 and later: after a crash the quiet period was counted from the send, not from the end of
// waiting, so a create was sent again while the first could still be applied, and a rename had freed the name
// between them.
class OnceRed : public testing::TestWithParam<std::uint64_t> {};

TEST_P(OnceRed, IsGreen) {
    WorldSettings settings;
    settings.people = 2000;
    settings.seed = Seed{GetParam()};
    World world{settings, memory_cellar()};

    world.run();

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
}
INSTANTIATE_TEST_SUITE_P(Seeds, OnceRed, testing::Values(29, 30, 34, 40, 53, 58, 83, 1045, 1055, 1210, 1459));

class Ablations : public testing::TestWithParam<Ablation> {};

TEST_P(Ablations, AreCaughtByTheChecker) {
    WorldSettings settings;
    settings.people = 2000;
    settings.seed = Seed{5};
    settings.ablation = GetParam();
    World world{settings, memory_cellar()};

    world.run();

    EXPECT_FALSE(world.check().clean());
}
INSTANTIATE_TEST_SUITE_P(Known, Ablations, testing::ValuesIn(all_ablations), [](const auto& info) {
    return std::string(word(info.param));
});

WorldSettings world_of_everything(std::int64_t people, std::uint64_t seed) {
    WorldSettings settings;
    settings.work = Work::everything;
    settings.people = people;
    settings.seed = Seed{seed};
    return settings;
}

TEST(Simulation, EverybodyGetsEverythingSoonAfterTheirMailboxTakesCommands) {
    World world{world_of_everything(1000, 5), memory_cellar()};

    world.run(std::chrono::days{30});

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
    EXPECT_GT(verdicts.mailboxes, 900);
    // Two of the longest polling intervals.
    EXPECT_LT(verdicts.delay(99), std::chrono::minutes{30});
}

TEST(Simulation, WhoNeverGetsAMailboxIsNamedAfterTheTimeout) {
    auto settings = world_of_everything(300, 3);
    settings.weather.never = 50;
    World world{settings, memory_cellar()};

    world.run(std::chrono::days{30});

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
    EXPECT_LT(verdicts.mailboxes, verdicts.accounts);
}

TEST(Simulation, AMailboxThatListsShowHoursLateIsFoundWithinADay) {
    auto settings = world_of_everything(300, 4);
    settings.weather.listed_late = 300;
    settings.weather.listed_late_lag = std::chrono::hours{6};
    World world{settings, memory_cellar()};

    world.run(std::chrono::days{30});

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
}

TEST(Simulation, AnExchangeClockThatIsAheadLosesNobody) {
    auto settings = world_of_everything(300, 6);
    settings.weather.clock_ahead = std::chrono::minutes{45};
    World world{settings, memory_cellar()};

    world.run(std::chrono::days{30});

    const auto verdicts = world.check();
    EXPECT_TRUE(verdicts.clean()) << to_string(verdicts);
}

TEST(Simulation, WithoutStrangersNoSeatIsAskedForThatIsNotThere) {
    auto settings = world_of_everything(500, 7);
    settings.strangers_seats_per_mille = 0;
    World world{settings, memory_cellar()};

    world.run(std::chrono::days{30});

    EXPECT_EQ(world.tenant().seats_refused(), 0);
    EXPECT_TRUE(world.check().clean());
}

TEST(Simulation, EverythingInMemoryAndInSqliteLiveTheSameHistory) {
    World in_memory{world_of_everything(150, 8), memory_cellar()};
    World in_sqlite{world_of_everything(150, 8), sqlite_cellar(":memory:")};

    in_memory.run(std::chrono::days{30});
    in_sqlite.run(std::chrono::days{30});

    EXPECT_EQ(in_memory.fingerprint(), in_sqlite.fingerprint());
}

class TaskAblations : public testing::TestWithParam<Ablation> {};

TEST_P(TaskAblations, AreCaughtByTheChecker) {
    auto settings = world_of_everything(100, 2);
    settings.strangers_seats_per_mille = 0;
    settings.ablation = GetParam();
    World world{settings, memory_cellar()};

    world.run(std::chrono::days{15});

    EXPECT_FALSE(world.check().clean());
}
INSTANTIATE_TEST_SUITE_P(Known, TaskAblations, testing::ValuesIn(task_ablations), [](const auto& info) {
    return std::string(word(info.param));
});

}  // namespace
}  // namespace uplift::sim
