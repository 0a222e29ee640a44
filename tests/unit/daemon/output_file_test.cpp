#include "daemon/output_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

constexpr TimePoint an_end{std::chrono::milliseconds{1'796'000'000'123}};

std::size_t files_in(const TemporaryDirectory& directory) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory.path()), {}));
}

bool write(const TemporaryDirectory& directory, const std::string& text, TimePoint date = an_end) {
    auto file = OutputFile::create(directory.fd(), "J1.csv", directory.path());
    return file && file->append(text) && file->commit(date);
}

TEST(OutputFile, AppearsWholeWithItsDate) {
    const TemporaryDirectory directory;

    ASSERT_TRUE(write(directory, "row,given\r\n"));

    EXPECT_EQ(directory.read("J1.csv"), "row,given\r\n");
    EXPECT_EQ(dated(directory.fd(), "J1.csv"), an_end);
    EXPECT_EQ(files_in(directory), 1u);
    struct stat status {};
    ASSERT_EQ(::stat((directory.path() / "J1.csv").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(OutputFile, WithoutACommitNothingIsLeft) {
    const TemporaryDirectory directory;
    {
        auto file = OutputFile::create(directory.fd(), "J1.csv", directory.path());
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->append("half"));
    }

    EXPECT_EQ(files_in(directory), 0u);
    EXPECT_EQ(dated(directory.fd(), "J1.csv"), std::nullopt);
}

TEST(OutputFile, OfARetriedJobReplacesItsOwn) {
    const TemporaryDirectory directory;
    ASSERT_TRUE(write(directory, "first"));

    ASSERT_TRUE(write(directory, "second", an_end + std::chrono::hours{1}));

    EXPECT_EQ(directory.read("J1.csv"), "second");
    EXPECT_EQ(dated(directory.fd(), "J1.csv"), an_end + std::chrono::hours{1});
}

TEST(OutputFile, APlantedLinkIsNeitherFollowedNorReplaced_AC42) {
    const TemporaryDirectory directory;
    directory.write("victim", "precious");
    std::filesystem::create_symlink(directory.path() / "victim", directory.path() / "J1.csv");

    EXPECT_FALSE(write(directory, "results"));

    EXPECT_EQ(directory.read("victim"), "precious");
    EXPECT_TRUE(std::filesystem::is_symlink(directory.path() / "J1.csv"));
    EXPECT_EQ(files_in(directory), 2u);
}

TEST(OutputFile, APlantedHardLinkIsNotReplaced_AC42) {
    const TemporaryDirectory directory;
    directory.write("victim", "precious");
    std::filesystem::create_hard_link(directory.path() / "victim", directory.path() / "J1.csv");

    EXPECT_FALSE(write(directory, "results"));

    EXPECT_EQ(directory.read("victim"), "precious");
}

TEST(OutputFile, WhatACrashLeftDoesNotStandInTheWay) {
    const TemporaryDirectory directory;
    directory.write(".J1.csv.tmp", "half");

    EXPECT_TRUE(write(directory, "whole"));

    EXPECT_EQ(directory.read("J1.csv"), "whole");
    EXPECT_EQ(files_in(directory), 1u);
}

TEST(OutputFile, IsRemovedOnlyWhereItIsOurs) {
    const TemporaryDirectory directory;
    ASSERT_TRUE(write(directory, "x"));
    std::filesystem::create_symlink("J1.csv", directory.path() / "J2.csv");

    remove_output(directory.fd(), "J1.csv");
    remove_output(directory.fd(), "J2.csv");
    remove_output(directory.fd(), "J3.csv");

    EXPECT_EQ(files_in(directory), 1u);
}

}  // namespace
}  // namespace uplift::daemon
