#include "daemon/examine_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/daemon/small_world.hpp"
#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

const InboxFile december{.profile = ProfileName{"staff"}, .name = "december.csv"};

class ExamineFileTest : public testing::Test {
 protected:
    ExamineFileTest() {
        if (auto opened = open_state_dir((base_.path() / "state").string())) state_ = std::move(*opened);
        (void)rooms_.open_inbox(december.profile);
    }
    [[nodiscard]] std::filesystem::path path() const {
        return base_.path() / "state/inbox/staff/december.csv";
    }
    void drop(const std::string& text) const {
        std::ofstream(path()) << text;
        std::filesystem::permissions(path(), std::filesystem::perms(0640));
    }
    [[nodiscard]] ExamineRequest a_request() const {
        const auto inbox = rooms_.open_inbox(december.profile);
        return {.file = december, .looked_at = *look_at(inbox->get(), december.name), .max_file = 10'000'000};
    }
    [[nodiscard]] boost::asio::awaitable<Examined> examining(ExamineRequest request) const {
        return examine_file(rooms_, state_.spool.get(), std::move(request));
    }
    // Examined with something happening after so many slices.
    Examined examine_while(int slices, const std::function<void()>& something) {
        std::optional<Examined> examined;
        auto finish = [](boost::asio::awaitable<Examined> inner,
                         std::optional<Examined>& into) -> boost::asio::awaitable<void> {
            into = co_await std::move(inner);
        };
        auto finishing = finish(examining(a_request()), examined);
        boost::asio::co_spawn(world_.io, std::move(finishing), boost::asio::detached);
        for (int slice = 0; slice < slices; ++slice) world_.io.run_one();
        EXPECT_FALSE(examined);
        something();
        world_.io.run();
        return std::move(*examined);
    }

    SmallWorld world_;
    TemporaryDirectory base_;
    StateDir state_;
    IntakeRooms rooms_{state_};
};

TEST_F(ExamineFileTest, AFileThatRestsIsCopied) {
    drop("sAMAccountName\njdoe\n");

    const auto examined = world_.run(examining(a_request()));

    ASSERT_TRUE(std::holds_alternative<FileCopied>(examined));
    EXPECT_EQ(std::get<FileCopied>(examined).copy.size, 20);
}

TEST_F(ExamineFileTest, AFileThatGrowsWhileItIsReadIsNotTaken_AC13) {
    drop(std::string(2'000'000, 'x'));

    const auto examined =
        examine_while(3, [&] { std::ofstream(path(), std::ios::app) << "one line more\n"; });

    EXPECT_TRUE(std::holds_alternative<FileChangedWhileRead>(examined));
}

TEST_F(ExamineFileTest, BytesThatAreSwappedWhileItIsReadAreNotTaken_AC13) {
    drop(std::string(2'000'000, 'x'));

    const auto examined = examine_while(3, [&] {
        std::fstream file(path(), std::ios::in | std::ios::out);
        file << "yyyy";
    });

    EXPECT_TRUE(std::holds_alternative<FileChangedWhileRead>(examined));
}

TEST_F(ExamineFileTest, AnotherFileSinceTheLookIsLookedAtAnew_AC13) {
    drop("first");
    auto request = a_request();
    drop("second");

    const auto examined = world_.run(examining(std::move(request)));

    ASSERT_TRUE(std::holds_alternative<FileChanged>(examined));
    EXPECT_EQ(std::get<FileChanged>(examined).now.size, 6);
}

TEST_F(ExamineFileTest, AFileThatIsGoneIsGone) {
    drop("first");
    auto request = a_request();
    std::filesystem::remove(path());

    EXPECT_TRUE(std::holds_alternative<FileGone>(world_.run(examining(std::move(request)))));
}

TEST_F(ExamineFileTest, AHugeSparseFileIsRefusedUnread_AC16) {
    drop("");
    std::filesystem::resize_file(path(), 1ULL << 40U);

    const auto examined = world_.run(examining(a_request()));

    ASSERT_TRUE(std::holds_alternative<FileRefused>(examined));
    EXPECT_EQ(std::get<FileRefused>(examined).fault.code, FaultCode::file_too_large);
}

}  // namespace
}  // namespace uplift::daemon
