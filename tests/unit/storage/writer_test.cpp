// The writer: group commit, a full disk, a stop, a kill.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/detached.hpp>
#include <chrono>
#include <thread>

#include "tests/unit/storage/true_counts.hpp"

namespace uplift::storage::testing {
namespace {

using namespace std::chrono_literals;

JobId submit(engine::Queue& queue, const std::string& fingerprint, std::int64_t people) {
    const auto job = *run(queue.begin_job(a_job(fingerprint)));
    EXPECT_TRUE(run(queue.add_rows(job, rows(people))));
    EXPECT_TRUE(run(queue.show_job(job)));
    return job;
}

std::vector<engine::StepTask> claim(engine::Queue& queue, std::size_t limit) {
    engine::ClaimRequest request{.tenant = contoso, .limit = limit, .now = at(1), .lease_until = at(1) + 24h};
    return run(queue.claim(request));
}

// One runner: walks its people one after the other, as the engine does.
asio::awaitable<void> walk(engine::Queue& queue,
                           std::vector<engine::StepTask> tasks,
                           std::int64_t& recorded) {
    for (auto& task : tasks) {
        auto next = std::optional(task);
        while (next) {
            auto record = a_record(*next, StepState::done, at(2));
            const auto number = static_cast<unsigned>(next->enrollment.id.value);
            if (next->step.kind == StepKind::resolve) {
                record.person = person(number);
                record.plan = plan(number);
                record.claims_person = engine::StepRecord::Person::claim;
            }
            if (next->step.kind == StepKind::account) {
                AuditEntry made{.at = at(2),
                                .actor = {.uid = 0, .name = "engine"},
                                .action = "account_made",
                                .target = "jdoe@contoso.com",
                                .detail = {},
                                .attempt = {}};
                record.audit.push_back(std::move(made));
            }
            auto answer = co_await queue.record(std::move(record));
            next = std::move(answer.next);
            ++recorded;
        }
    }
}

std::int64_t walk_all(engine::Queue& queue, std::vector<engine::StepTask> tasks, std::size_t runners) {
    auto& context = lasting_context();
    std::int64_t recorded = 0;
    std::vector<std::vector<engine::StepTask>> shares(runners);
    for (std::size_t i = 0; i < tasks.size(); ++i) shares[i % runners].push_back(std::move(tasks[i]));
    for (auto& share : shares)
        asio::co_spawn(context, walk(queue, std::move(share), recorded), asio::detached);
    context.run();
    return recorded;
}

TEST(Writer, JoinsWhatWaitsIntoOneCommit) {
    SqliteWorld world;
    const auto job = submit(world.queue(), "f", 256);
    auto tasks = claim(world.queue(), 256);
    const auto before = world.sqlite_queue().health();

    const auto recorded = walk_all(world.queue(), std::move(tasks), 64);

    const auto after = world.sqlite_queue().health();
    EXPECT_EQ(recorded, 5 * 256);
    EXPECT_EQ(after.operations - before.operations, 5u * 256);
    EXPECT_LT(after.commits - before.commits, 5u * 256 / 2);
    EXPECT_EQ(world.summary(job)->state, JobState::done);
}

TEST(Writer, AnOperationThatIsRefusedSpoilsNoneOfItsCommit) {
    SqliteWorld world;
    const auto job = submit(world.queue(), "f", 8);
    auto tasks = claim(world.queue(), 8);
    auto& context = lasting_context();
    std::int64_t refused = 0;
    std::int64_t recorded = 0;
    const auto refuse = [](engine::Queue& queue, std::int64_t& count) -> asio::awaitable<void> {
        const auto changed = co_await queue.retry_job(JobId{4'711}, operator_anna, at(2));
        if (!changed) ++count;
    };
    for (auto& task : tasks) {
        asio::co_spawn(context, walk(world.queue(), {task}, recorded), asio::detached);
        asio::co_spawn(context, refuse(world.queue(), refused), asio::detached);
    }

    context.run();

    EXPECT_EQ(refused, 8);
    EXPECT_EQ(recorded, 40);
    EXPECT_EQ(world.summary(job)->state, JobState::done);
}

TEST(Writer, WhatIsUnansweredWhenTheQueueGoesIsDroppedWithItsCoroutine) {
    SqliteWorld world;
    submit(world.queue(), "f", 64);
    auto tasks = claim(world.queue(), 64);
    std::int64_t recorded = 0;
    {
        asio::io_context context;
        for (auto& task : tasks)
            asio::co_spawn(context, walk(world.queue(), {task}, recorded), asio::detached);
        context.poll_one();
        context.poll_one();
        // Some wait in the writer, some are answered into a context that nobody runs any more.
        world.restart();
    }
    EXPECT_LE(recorded, 2);
    EXPECT_FALSE(claim(world.queue(), 64).empty());
}

TEST(Writer, AFullDiskRefusesIntakeAndLetsARecordWaitForRoom) {
    SqliteWorld world;
    const auto job = submit(world.queue(), "f", 4);
    const auto task = claim(world.queue(), 1).at(0);
    world.sqlite_queue().limit_pages(1);  // not one page more than there are
    auto& context = lasting_context();
    std::optional<engine::Recorded> recorded;
    auto big = a_record(task, StepState::failed, at(2));
    big.progress = std::string(1 << 20, 'x');
    asio::co_spawn(context, keep_answer(world.queue().record(big), recorded), asio::detached);
    std::thread network([&] { context.run(); });
    for (int i = 0; i < 500 && world.sqlite_queue().health().state == QueueHealth::State::good; ++i)
        std::this_thread::sleep_for(10ms);

    EXPECT_EQ(world.sqlite_queue().health().state, QueueHealth::State::waiting_for_room);
    EXPECT_EQ(world.sqlite_queue().health().fault->code, FaultCode::disk_full);
    const auto refused = run(world.queue().begin_job(a_job("g")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, FaultCode::disk_full);

    world.sqlite_queue().limit_pages(0);
    network.join();
    ASSERT_TRUE(recorded);
    EXPECT_EQ(recorded->verdict, engine::RecordVerdict::written);
    EXPECT_EQ(world.sqlite_queue().health().state, QueueHealth::State::good);
    EXPECT_TRUE(run(world.queue().begin_job(a_job("g"))));
    expect_true_counts(world, job);  // what was tried and rolled back counts nowhere
}

TEST(Store, WhatIsRolledBackCountsNowhere) {
    InlineWorld world;
    const auto job = submit(world.queue(), "f", 3);
    const auto tasks = claim(world.queue(), 2);
    auto& store = world.inline_queue().store();

    store.begin();
    store.record(a_record(tasks[0], StepState::failed, at(2)));
    store.roll_back();
    store.begin();
    store.record(a_record(tasks[0], StepState::failed, at(2)));
    store.commit();

    expect_true_counts(world, job);
}

TEST(Writer, DamageStopsTheQueueAndNothingIsAnswered) {
    TemporaryDirectory directory;
    QueueOptions options;
    options.directory = directory.path();
    std::optional<Fault> stopped;
    options.stop = [&](const Fault& fault) { stopped = fault; };
    auto queue = *SqliteQueue::open(std::move(options));
    submit(*queue, "f", 1);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(database_path(directory.path()).c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "UPDATE enrollment SET given = '[2,\"root\"]'", nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(other);
    asio::io_context context;
    std::optional<std::vector<engine::StepTask>> claimed;
    engine::ClaimRequest request{.tenant = contoso, .limit = 1, .now = at(1), .lease_until = at(1) + lease};
    asio::co_spawn(context, keep_answer(queue->claim(request), claimed), asio::detached);
    context.run_for(100ms);
    for (int i = 0; i < 500 && queue->health().state != QueueHealth::State::stopped; ++i)
        std::this_thread::sleep_for(10ms);

    EXPECT_FALSE(claimed);
    EXPECT_EQ(queue->health().state, QueueHealth::State::stopped);
    queue.reset();
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->code, FaultCode::queue_damaged);
}

// ---- kill -9 ---------------------------------------------------------------------------------------

// In the child: submits jobs and tells each number only after it was acknowledged.
[[noreturn]] void submit_until_killed(const std::filesystem::path& directory, int tell) {
    QueueOptions options;
    options.directory = directory;
    auto queue = SqliteQueue::open(std::move(options));
    if (!queue) ::_exit(1);
    for (int i = 0;; ++i) {
        const auto job = run((*queue)->begin_job(a_job("f" + std::to_string(i))));
        if (!run((*queue)->add_rows(*job, rows(20)))) ::_exit(1);
        if (!run((*queue)->show_job(*job))) ::_exit(1);
        if (::write(tell, &job->value, sizeof job->value) != sizeof job->value) ::_exit(1);
    }
}

TEST(Writer, AKillInTheMiddleLosesNothingThatWasAcknowledged) {
    for (int round = 0; round < 5; ++round) {
        TemporaryDirectory directory;
        int pipe_ends[2];
        ASSERT_EQ(::pipe(pipe_ends), 0);
        const pid_t child = ::fork();
        if (child == 0) submit_until_killed(directory.path(), pipe_ends[1]);
        ::close(pipe_ends[1]);
        std::vector<JobId> acknowledged;
        std::int64_t number = 0;
        while (acknowledged.size() < 5U + static_cast<std::size_t>(round) * 3 &&
               ::read(pipe_ends[0], &number, sizeof number) == sizeof number)
            acknowledged.emplace_back(number);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(pipe_ends[0], &number, sizeof number) == sizeof number)
            acknowledged.emplace_back(number);
        ::close(pipe_ends[0]);

        QueueOptions options;
        options.directory = directory.path();
        const auto queue = SqliteQueue::open(std::move(options));
        ASSERT_TRUE(queue);
        const auto reader = Reader::open(database_path(directory.path()), nullptr);

        ASSERT_GE(acknowledged.size(), 5u);
        for (const auto job : acknowledged) {
            const auto summary = (*reader)->job_summary(job);
            ASSERT_TRUE(summary) << to_string(job);
            EXPECT_EQ(summary->people, 20);
            EXPECT_EQ((*reader)->enrollments(job, 0, 100).size(), 20u);
        }
    }
}

// ---- speed, told and not judged --------------------------------------------------------------------

TEST(Writer, TellsHowFastItIs) {
    SqliteWorld world;
    const std::int64_t people = 2'000;
    const auto seconds_since = [](auto start) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    auto start = std::chrono::steady_clock::now();
    submit(world.queue(), "f", people);
    const auto intake = seconds_since(start);
    auto tasks = claim(world.queue(), static_cast<std::size_t>(people));
    start = std::chrono::steady_clock::now();
    const auto recorded = walk_all(world.queue(), std::move(tasks), 64);
    const auto walking = seconds_since(start);

    RecordProperty("rows_per_second", std::to_string(static_cast<double>(people) / intake));
    RecordProperty("records_per_second", std::to_string(static_cast<double>(recorded) / walking));
    std::printf("  %.0f rows/s taken in, %.0f steps/s recorded by 64 runners\n",
                static_cast<double>(people) / intake,
                static_cast<double>(recorded) / walking);
    EXPECT_EQ(recorded, people * 5);
}

}  // namespace
}  // namespace uplift::storage::testing
