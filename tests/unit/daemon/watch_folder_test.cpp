// The folder over a real file system and real events; waits for what must come, never for time to pass.
#include "daemon/watch_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/daemon/small_world.hpp"
#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

class WatchFolderTest : public testing::Test {
 protected:
    WatchFolderTest() {
        if (auto opened = open_state_dir((base_.path() / "state").string())) state_ = std::move(*opened);
        auto exists = [this](JobId job) -> boost::asio::awaitable<bool> {
            co_return world_.queue.job_summary(job).has_value();
        };
        folder_ = std::make_unique<WatchFolder>(world_.io.get_executor(),
                                                WatchFolder::Parts{.state = state_,
                                                                   .intake = intake_,
                                                                   .clock = world_.clock,
                                                                   .journal = world_.journal,
                                                                   .warnings = warnings_,
                                                                   .job_exists = exists});
    }
    ~WatchFolderTest() override {
        folder_->stop();
        world_.io.restart();
        world_.io.run_for(std::chrono::milliseconds{50});
    }
    void start() { boost::asio::co_spawn(world_.io, folder_->run(), boost::asio::detached); }
    [[nodiscard]] std::filesystem::path at(const std::string& path) const {
        return base_.path() / "state" / path;
    }
    [[nodiscard]] bool there(const std::string& path) const { return std::filesystem::exists(at(path)); }
    void move_in(const std::string& path, const std::string& text) const {
        base_.write("new", text);
        std::filesystem::permissions(base_.path() / "new", std::filesystem::perms(0640));
        std::filesystem::rename(base_.path() / "new", at(path));
    }
    bool comes(const std::string& path) {
        return world_.run_until([&] { return there(path); });
    }

    SmallWorld world_;
    TemporaryDirectory base_;
    StateDir state_;
    Warnings warnings_{world_.journal};
    IntakeService intake_{{.queue = world_.queue,
                           .vault = world_.vault,
                           .clock = world_.clock,
                           .journal = world_.journal,
                           .secrets = {},
                           .accepted = {}},
                          std::make_shared<const config::Config>(a_config())};
    std::unique_ptr<WatchFolder> folder_;
};

TEST_F(WatchFolderTest, AFileThatIsMovedInIsTakenAndKept) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));

    move_in("inbox/staff/december.csv", "sAMAccountName\njdoe\n");

    ASSERT_TRUE(comes("accepted/J1-december.csv"));
    EXPECT_FALSE(there("inbox/staff/december.csv"));
    EXPECT_EQ(world_.queue.job_summary(JobId{1})->people, 1);
    EXPECT_EQ(world_.queue.job_summary(JobId{1})->job.submitter.uid, ::getuid());
}

TEST_F(WatchFolderTest, AFileThatWasThereBeforeTheStartIsTaken) {
    std::filesystem::create_directories(at("inbox"));
    move_in("inbox/december.csv", "sAMAccountName\njdoe\n");

    start();

    EXPECT_TRUE(comes("accepted/J1-december.csv"));
}

TEST_F(WatchFolderTest, ARefusedFileStandsBesideItsReasons) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));

    move_in("inbox/staff/december.csv", "password\nx\n");

    ASSERT_TRUE(comes("rejected/december.csv"));
    EXPECT_NE(base_.read("state/rejected/december.csv.error.txt").find("UPL-1107"), std::string::npos);
    EXPECT_TRUE(world_.queue.list_jobs().empty());
}

TEST_F(WatchFolderTest, LinksFifosAndDirectoriesStayUntouchedWithAWarning_AC10_AC12) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));

    std::filesystem::create_symlink("/etc/passwd", at("inbox/link.csv"));
    ASSERT_EQ(::mkfifo(at("inbox/fifo.csv").c_str(), 0640), 0);
    std::filesystem::create_directory(at("inbox/directory.csv"));

    ASSERT_TRUE(world_.run_until([&] { return warnings_.all().size() == 3; }));
    for (const auto* name : {"inbox/fifo.csv", "inbox/directory.csv"}) EXPECT_TRUE(there(name)) << name;
    EXPECT_TRUE(std::filesystem::is_symlink(at("inbox/link.csv")));
    EXPECT_TRUE(world_.queue.list_jobs().empty());

    std::filesystem::remove(at("inbox/link.csv"));
    EXPECT_TRUE(world_.run_until([&] { return warnings_.all().size() == 2; }));
}

TEST_F(WatchFolderTest, AFileWhoseJobWasCommittedBeforeACrashIsOnlyMovedOn) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    move_in("inbox/staff/december.csv", "sAMAccountName\njdoe\n");
    ASSERT_TRUE(comes("accepted/J1-december.csv"));
    folder_->stop();
    std::filesystem::create_directories(at("spool/taken/staff"));
    std::filesystem::rename(at("accepted/J1-december.csv"), at("spool/taken/staff/J1-december.csv"));

    WatchFolder next_run(world_.io.get_executor(),
                         {.state = state_,
                          .intake = intake_,
                          .clock = world_.clock,
                          .journal = world_.journal,
                          .warnings = warnings_,
                          .job_exists = [this](JobId job) -> boost::asio::awaitable<bool> {
                              co_return world_.queue.job_summary(job).has_value();
                          }});
    boost::asio::co_spawn(world_.io, next_run.run(), boost::asio::detached);

    EXPECT_TRUE(comes("accepted/J1-december.csv"));
    EXPECT_EQ(world_.queue.list_jobs().size(), 1u);
    next_run.stop();
    world_.io.restart();
    world_.io.run_for(std::chrono::milliseconds{50});
}

TEST_F(WatchFolderTest, AFileWhoseJobWasNotCommittedBeforeACrashIsTakenAnew) {
    std::filesystem::create_directories(at("spool/taken/staff"));
    std::filesystem::permissions(at("spool/taken/staff"), std::filesystem::perms(0700));
    move_in("spool/taken/staff/J7-december.csv", "sAMAccountName\njdoe\n");

    start();

    EXPECT_TRUE(comes("accepted/J1-december.csv"));
    EXPECT_FALSE(there("spool/taken/staff/J7-december.csv"));
}

}  // namespace
}  // namespace uplift::daemon
