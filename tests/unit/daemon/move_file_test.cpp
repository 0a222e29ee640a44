#include "daemon/move_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

#include "daemon/state_dir.hpp"
#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

// A directory on another file system than the temporary one; none where the host has no other.
class ElsewhereDirectory {
 public:
    ElsewhereDirectory() {
        std::string name = "/dev/shm/uplift-test-XXXXXX";
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
        fd_ = protocol::UniqueFd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    ~ElsewhereDirectory() {
        if (!path_.empty()) std::filesystem::remove_all(path_);
    }
    ElsewhereDirectory(const ElsewhereDirectory&) = delete;
    ElsewhereDirectory& operator=(const ElsewhereDirectory&) = delete;
    [[nodiscard]] bool is_elsewhere(const TemporaryDirectory& directory) const {
        struct stat here {};
        struct stat there {};
        return fd_ && ::fstat(fd_.get(), &there) == 0 && ::fstat(directory.fd(), &here) == 0 &&
               here.st_dev != there.st_dev;
    }
    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] std::filesystem::path at(const char* name) const { return path_ / name; }
    void write(const char* name, const std::string& text) const { std::ofstream(at(name)) << text; }

 private:
    std::filesystem::path path_;
    protocol::UniqueFd fd_;
};

TEST(MoveFile, ReplacesNothing) {
    const TemporaryDirectory directory;
    directory.write("a", "a");
    directory.write("b", "b");

    EXPECT_FALSE(move_file(directory.fd(), "a", directory.fd(), "b"));

    EXPECT_EQ(errno, EEXIST);
    EXPECT_EQ(directory.read("a"), "a");
    EXPECT_EQ(directory.read("b"), "b");
}

TEST(MoveFile, AnotherFileUnderTheNameGoesBackWhereItStood_AC13) {
    const TemporaryDirectory directory;
    directory.write("a", "looked at");
    const auto looked_at = *look_at(directory.fd(), "a");
    directory.write("new", "put in its place");
    std::filesystem::rename(directory.path() / "new", directory.path() / "a");

    EXPECT_FALSE(move_seen_file(directory.fd(), "a", directory.fd(), "b", looked_at));

    EXPECT_EQ(errno, ESTALE);
    EXPECT_EQ(directory.read("a"), "put in its place");
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "b"));
}

class MoveAcross : public testing::Test {
 protected:
    void SetUp() override {
        if (!server_.is_elsewhere(here_)) GTEST_SKIP() << "not run: no second file system";
    }
    ElsewhereDirectory server_;
    TemporaryDirectory here_;
};

TEST_F(MoveAcross, AFileOnAMountedServerIsCopiedThenRemoved) {
    const std::string text(3'000'000, 'x');
    server_.write("a", text);
    const auto looked_at = *look_at(server_.fd(), "a");

    ASSERT_TRUE(move_seen_file(server_.fd(), "a", here_.fd(), "b", looked_at));

    EXPECT_EQ(here_.read("b"), text);
    EXPECT_EQ(look_at(here_.fd(), "b")->modified_ns, looked_at.modified_ns);
    EXPECT_FALSE(std::filesystem::exists(server_.at("a")));
}

TEST_F(MoveAcross, ReplacesNothingThereEither) {
    server_.write("a", "a");
    here_.write("b", "b");

    EXPECT_FALSE(move_file(server_.fd(), "a", here_.fd(), "b"));

    EXPECT_EQ(errno, EEXIST);
    EXPECT_EQ(here_.read("b"), "b");
    EXPECT_TRUE(std::filesystem::exists(server_.at("a")));
}

TEST_F(MoveAcross, AFileThatChangedSinceItWasLookedAtStaysThere_AC13) {
    server_.write("a", "looked at");
    const auto looked_at = *look_at(server_.fd(), "a");
    server_.write("a", "written again");

    EXPECT_FALSE(move_seen_file(server_.fd(), "a", here_.fd(), "b", looked_at));

    EXPECT_EQ(errno, ESTALE);
    EXPECT_TRUE(std::filesystem::exists(server_.at("a")));
    EXPECT_FALSE(std::filesystem::exists(here_.path() / "b"));
}

TEST_F(MoveAcross, ALinkIsNotFollowed_AC10) {
    std::filesystem::create_symlink("/etc/passwd", server_.at("a"));

    EXPECT_FALSE(move_file(server_.fd(), "a", here_.fd(), "b"));

    EXPECT_FALSE(std::filesystem::exists(here_.path() / "b"));
}

}  // namespace
}  // namespace uplift::daemon
