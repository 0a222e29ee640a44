// Retention over the real queue: what is too old goes with its files, everything else stays.
#include "daemon/retention.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/sqlite_queue.hpp"
#include "tests/unit/daemon/small_world.hpp"
#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

constexpr Duration kept = std::chrono::hours{400 * 24};

class ShiftedClock : public engine::Clock {
 public:
    [[nodiscard]] TimePoint now() const override { return time; }
    boost::asio::awaitable<void> sleep_until(TimePoint) override { co_return; }
    TimePoint time = std::chrono::floor<Duration>(std::chrono::system_clock::now());
};

class RetentionTest : public testing::Test {
 protected:
    RetentionTest() {
        storage::QueueOptions options;
        options.directory = state_.path + "/queue";
        queue_ = std::move(*storage::SqliteQueue::open(std::move(options)));
        reader_ = std::make_unique<ReaderThread>(
            std::move(*storage::Reader::open(storage::database_path(state_.path + "/queue"), nullptr)));
    }

    // A job without people ends when it is accepted.
    JobId ended_job(const std::string& fingerprint) {
        NewJob job;
        job.profile.name = ProfileName{"staff"};
        job.source = "december.csv";
        job.fingerprint = fingerprint;
        job.accepted_at = clock_.now();
        const auto id = *world_.run(queue_->begin_job(std::move(job)));
        EXPECT_TRUE(world_.run(queue_->show_job(id)));
        for (const auto* file : {"results/%.csv", "results/%.retry.csv", "accepted/%-december.csv"}) {
            std::string name = file;
            name.replace(name.find('%'), 1, to_string(id));
            directory_.write("state/" + name, "x");
        }
        return id;
    }
    void look() {
        Retention retention(Retention::Parts{.state = state_,
                                             .reader = *reader_,
                                             .queue = *queue_,
                                             .clock = clock_,
                                             .journal = world_.journal,
                                             .retention = [] { return kept; }});
        auto looking = [&]() -> boost::asio::awaitable<bool> {
            co_await retention.look();
            co_return true;
        };
        world_.run(looking());
    }
    bool is_there(JobId id) {
        auto asking =
            reader_->ask([id](storage::Reader& reader) { return reader.job_summary(id).has_value(); });
        return world_.run(std::move(asking));
    }
    std::size_t files_of(JobId id) {
        std::size_t count = 0;
        for (const int directory : {state_.results.get(), state_.accepted.get()})
            for (const auto& name : names_in(directory)) count += job_of_file(name) == id ? 1U : 0U;
        return count;
    }

    TemporaryDirectory directory_;
    StateDir state_ = std::move(*open_state_dir(directory_.path().string() + "/state"));
    ShiftedClock clock_;
    SmallWorld world_;
    std::unique_ptr<storage::SqliteQueue> queue_;
    std::unique_ptr<ReaderThread> reader_;
};

TEST_F(RetentionTest, AJobIsForgottenWithItsFilesWhenItsTimeIsOverAndItsAuditStays) {
    const auto old = ended_job("f");
    clock_.time += std::chrono::hours{24};
    const auto young = ended_job("g");

    clock_.time += kept - std::chrono::hours{25};
    look();
    EXPECT_TRUE(is_there(old));
    EXPECT_EQ(files_of(old), 3u);

    clock_.time += std::chrono::hours{2};
    look();
    EXPECT_FALSE(is_there(old));
    EXPECT_EQ(files_of(old), 0u);
    EXPECT_TRUE(is_there(young));
    EXPECT_EQ(files_of(young), 3u);
    const auto audit = world_.run(queue_->read_after(0, 100));
    ASSERT_EQ(audit.size(), 3u);
    EXPECT_EQ(audit.back().entry.action, "job_purged");
    EXPECT_EQ(audit.back().entry.actor.name, "retention");
}

TEST_F(RetentionTest, FilesOfAJobThatIsGoneFollowWhenTheyAreAsOld) {
    directory_.write("state/results/J900.csv", "x");
    directory_.write("state/results/notes.txt", "x");
    look();
    EXPECT_EQ(files_of(JobId{900}), 1u);

    clock_.time += kept + std::chrono::hours{1};
    look();

    EXPECT_EQ(files_of(JobId{900}), 0u);
    EXPECT_TRUE(std::filesystem::exists(directory_.path() / "state/results/notes.txt"));
}

}  // namespace
}  // namespace uplift::daemon
