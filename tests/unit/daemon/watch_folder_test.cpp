// The folder over a real file system and real events; waits for what must come, never for time to pass.
#include "daemon/watch_folder.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>

#include "tests/unit/daemon/small_world.hpp"
#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

// What is hours and minutes for people is short here.
constexpr FolderTimes short_times{.quiet = std::chrono::milliseconds{100},
                                  .between_looks = std::chrono::milliseconds{400},
                                  .unmatched = std::chrono::milliseconds{700},
                                  .open = std::chrono::milliseconds{700}};

class WatchFolderTest : public testing::Test {
 protected:
    WatchFolderTest() {
        if (auto opened = open_state_dir((base_.path() / "state").string())) state_ = std::move(*opened);
        folder_ = std::make_unique<WatchFolder>(world_.io.get_executor(), parts());
    }
    [[nodiscard]] WatchFolder::Parts parts() {
        return {.state = state_,
                .intake = intake_,
                .clock = world_.clock,
                .journal = world_.journal,
                .warnings = warnings_,
                .job_exists = [this](JobId job) -> boost::asio::awaitable<bool> {
                    co_return world_.queue.job_summary(job).has_value();
                },
                .times = short_times};
    }
    void as_on_a_file_server() {
        auto deaf = parts();
        deaf.events = WatchFolder::Events::none;
        folder_ = std::make_unique<WatchFolder>(world_.io.get_executor(), std::move(deaf));
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
    // Nothing is expected to happen: how long that is watched.
    void rest_for(Duration time) {
        world_.io.restart();
        world_.io.run_for(time);
    }
    [[nodiscard]] std::string reasons_of(const std::string& name) const {
        return base_.read("state/rejected/" + name + ".error.txt");
    }
    [[nodiscard]] bool warned_of(const std::string& words) const {
        const auto standing = warnings_.all();
        return std::any_of(standing.begin(), standing.end(), [&](const auto& warning) {
            return warning.find(words) != std::string::npos;
        });
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
                           .directories = {},
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

    WatchFolder next_run(world_.io.get_executor(), parts());
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

// ---- FILE.sha256 -----------------------------------------------------------------------------------

// sha256sum of the text below.
const char* const people = "sAMAccountName\njdoe\n";
const std::string sum_of_people = "2ff86208ff66f20c067f74ddca394c9abb831dddef527b388a31fe82278b1578";
const std::string other_sum(64, '0');

TEST_F(WatchFolderTest, AFileIsTakenOnlyOnceItsChecksumMatchesAndBothWalk_AC15) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    move_in("inbox/staff/december.csv.sha256", other_sum + "  december.csv\n");
    move_in("inbox/staff/december.csv", people);
    ASSERT_TRUE(world_.run_until([&] { return warned_of(other_sum) && warned_of(sum_of_people); }));
    EXPECT_TRUE(world_.queue.list_jobs().empty());

    move_in("inbox/staff/december.csv.sha256", sum_of_people + "  december.csv\n");

    ASSERT_TRUE(comes("accepted/J1-december.csv.sha256"));
    EXPECT_TRUE(there("accepted/J1-december.csv"));
    EXPECT_FALSE(there("inbox/staff/december.csv.sha256"));
    EXPECT_TRUE(warnings_.all().empty());
}

TEST_F(WatchFolderTest, AFileThatIsMendedIsHeldAgainstItsChecksumAgain) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    move_in("inbox/staff/december.csv.sha256", sum_of_people);
    move_in("inbox/staff/december.csv", "sAMAccountName\njd");
    ASSERT_TRUE(world_.run_until([&] { return warned_of(sum_of_people); }));

    move_in("inbox/staff/december.csv", people);

    EXPECT_TRUE(comes("accepted/J1-december.csv.sha256"));
}

TEST_F(WatchFolderTest, AFileThatNeverMatchesIsRefusedWithBothSumsAndTheCure) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    move_in("inbox/staff/december.csv.sha256", other_sum);
    move_in("inbox/staff/december.csv", people);

    ASSERT_TRUE(comes("rejected/december.csv.sha256"));

    EXPECT_TRUE(there("rejected/december.csv"));
    const auto reasons = reasons_of("december.csv");
    for (const auto& said :
         {std::string("UPL-1128"), other_sum, sum_of_people, std::string("sha256sum FILE")})
        EXPECT_NE(reasons.find(said), std::string::npos) << reasons;
    EXPECT_TRUE(world_.queue.list_jobs().empty());
    EXPECT_TRUE(warnings_.all().empty());
}

TEST_F(WatchFolderTest, AChecksumThatIsNoneIsWarnedOfAndItsFileWaits) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    move_in("inbox/staff/december.csv.sha256", "no sum");
    move_in("inbox/staff/december.csv", people);
    ASSERT_TRUE(world_.run_until([&] { return warned_of("64 hex digits"); }));
    EXPECT_TRUE(there("inbox/staff/december.csv"));

    std::filesystem::remove(at("inbox/staff/december.csv.sha256"));

    EXPECT_TRUE(comes("accepted/J1-december.csv"));
}

TEST_F(WatchFolderTest, AChecksumOfNothingIsLeftAloneWithoutAWord) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    move_in("inbox/staff/december.csv.sha256", sum_of_people);

    rest_for(3 * short_times.between_looks);

    EXPECT_TRUE(there("inbox/staff/december.csv.sha256"));
    EXPECT_TRUE(warnings_.all().empty());
}

TEST_F(WatchFolderTest, AChecksumThatIsALinkIsNotReadAndNotMoved_AC10) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    base_.write("elsewhere", sum_of_people);
    std::filesystem::create_symlink(base_.path() / "elsewhere", at("inbox/staff/december.csv.sha256"));
    move_in("inbox/staff/december.csv", people);

    ASSERT_TRUE(comes("rejected/december.csv"));

    EXPECT_TRUE(std::filesystem::is_symlink(at("inbox/staff/december.csv.sha256")));
    EXPECT_TRUE(world_.queue.list_jobs().empty());
}

// ---- writers without events ------------------------------------------------------------------------

TEST_F(WatchFolderTest, AFileOfARemoteWriterIsTakenWhenTwoLooksFindItTheSame) {
    as_on_a_file_server();
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    base_.write("state/inbox/staff/december.csv", "sAMAccountName\n");
    // Slower than a local writer may be.
    for (int row = 0; row < 6; ++row) {
        std::ofstream(at("inbox/staff/december.csv"), std::ios::app) << "user" << row << "\n";
        rest_for(short_times.between_looks / 2);
        ASSERT_TRUE(there("inbox/staff/december.csv")) << row;
    }

    ASSERT_TRUE(comes("accepted/J1-december.csv"));

    EXPECT_EQ(world_.queue.job_summary(JobId{1})->people, 6);
}

TEST_F(WatchFolderTest, AChecksumOfARemoteWriterIsSeenByTheNextLook) {
    as_on_a_file_server();
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    move_in("inbox/staff/december.csv.sha256", "not yet");
    move_in("inbox/staff/december.csv", people);
    ASSERT_TRUE(world_.run_until([&] { return warned_of("64 hex digits"); }));

    move_in("inbox/staff/december.csv.sha256", sum_of_people);

    EXPECT_TRUE(comes("accepted/J1-december.csv.sha256"));
}

TEST_F(WatchFolderTest, AFileThatNobodyEverClosesIsRefusedInTheEnd_AC15) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    std::ofstream writer(at("inbox/staff/december.csv"));
    writer << "sAMAccountName\n" << std::flush;
    rest_for(3 * short_times.quiet);
    EXPECT_TRUE(there("inbox/staff/december.csv"));

    ASSERT_TRUE(comes("rejected/december.csv"));

    EXPECT_NE(reasons_of("december.csv").find("UPL-1129"), std::string::npos);
    EXPECT_TRUE(world_.queue.list_jobs().empty());
}

// ---- unsafe places and a flood ---------------------------------------------------------------------

TEST_F(WatchFolderTest, AnUnsafeProfilesInboxIsNotWatchedUntilItIsMended_AC14) {
    std::filesystem::create_directories(at("inbox/staff"));
    ASSERT_EQ(::chmod(at("inbox/staff").c_str(), 0777), 0);
    start();
    ASSERT_TRUE(world_.run_until([&] { return warned_of("not watched"); }));
    EXPECT_TRUE(warned_of("chmod 3770"));
    move_in("inbox/staff/december.csv", people);
    rest_for(3 * short_times.between_looks);
    EXPECT_TRUE(there("inbox/staff/december.csv"));

    ASSERT_EQ(::chmod(at("inbox/staff").c_str(), 0700), 0);

    EXPECT_TRUE(comes("accepted/J1-december.csv"));
    EXPECT_TRUE(warnings_.all().empty());
}

TEST_F(WatchFolderTest, AFloodThatFindsNoRoomIsTakenToTheLastFile_AC16_AC60) {
    auto narrow = parts();
    narrow.bounds = {.files = 10, .odd = 2};
    folder_ = std::make_unique<WatchFolder>(world_.io.get_executor(), std::move(narrow));
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    for (int i = 0; i < 5; ++i)
        std::filesystem::create_symlink("/etc/passwd", at("inbox/staff/l" + std::to_string(i) + ".csv"));
    for (int i = 0; i < 60; ++i)
        move_in("inbox/staff/f" + std::to_string(i) + ".csv",
                "sAMAccountName\nuser" + std::to_string(i) + "\n");

    EXPECT_TRUE(world_.run_until([&] { return world_.queue.list_jobs().size() == 60; }));
    EXPECT_EQ(warnings_.all().size(), 2u);
}

TEST_F(WatchFolderTest, ASocketStaysToo_AC12) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    const protocol::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = at("inbox/staff/s.csv").string();
    ASSERT_LT(path.size(), sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);

    ASSERT_TRUE(world_.run_until([&] { return warned_of("no regular file"); }));
    EXPECT_TRUE(there("inbox/staff/s.csv"));
}

TEST_F(WatchFolderTest, ADirectoryThatNoProfileIsCalledBySaysSo) {
    start();
    ASSERT_TRUE(comes("inbox/staff"));
    std::filesystem::create_directory(at("inbox/stuff"));

    EXPECT_TRUE(world_.run_until([&] { return warned_of("inbox/stuff: it is a directory and no profile"); }));
}

}  // namespace
}  // namespace uplift::daemon
