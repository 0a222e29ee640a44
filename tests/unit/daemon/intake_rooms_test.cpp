#include "daemon/intake_rooms.hpp"

#include <gtest/gtest.h>

#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

const ProfileName staff{"staff"};
const InboxFile december{.profile = staff, .name = "december.csv"};

class IntakeRoomsTest : public testing::Test {
 protected:
    IntakeRoomsTest() {
        auto opened = open_state_dir((base_.path() / "state").string());
        if (opened) state_ = std::move(*opened);
        (void)rooms_.open_inbox(staff);
    }
    void drop(const std::string& name, const std::string& text) const {
        base_.write("state/inbox/staff/" + name, text);
    }
    [[nodiscard]] FileFacts look_at(const std::string& name) const {
        struct stat status {};
        ::stat((base_.path() / "state/inbox/staff" / name).c_str(), &status);
        return facts_of(status);
    }
    [[nodiscard]] bool there(const std::string& path) const {
        return std::filesystem::exists(base_.path() / "state" / path);
    }
    [[nodiscard]] std::string text_of(const std::string& path) const { return base_.read("state/" + path); }

    TemporaryDirectory base_;
    StateDir state_;
    IntakeRooms rooms_{state_};
};

TEST_F(IntakeRoomsTest, AStateDirectoryIsMadeWithAllItsRooms) {
    for (const auto* room :
         {"queue", "inbox", "accepted", "rejected", "results", "spool", "spool/taken", "inbox/staff"})
        EXPECT_TRUE(there(room)) << room;
    struct stat status {};
    ::stat((base_.path() / "state/inbox").c_str(), &status);
    EXPECT_EQ(status.st_mode & 07777U, 0700U);
}

TEST_F(IntakeRoomsTest, AFileWalksFromTheInboxToAccepted) {
    drop("december.csv", "x");

    ASSERT_TRUE(rooms_.take(december, look_at("december.csv"), JobId{17}));
    EXPECT_TRUE(there("spool/taken/staff/J17-december.csv"));
    ASSERT_TRUE(rooms_.accept_taken(december, JobId{17}, JobId{17}, std::nullopt));

    EXPECT_EQ(text_of("accepted/J17-december.csv"), "x");
    EXPECT_FALSE(there("inbox/staff/december.csv"));
}

TEST_F(IntakeRoomsTest, AFileThatWasSwappedGoesBack_AC13) {
    drop("december.csv", "x");
    const auto looked_at = look_at("december.csv");
    drop("other", "y");
    std::filesystem::rename(base_.path() / "state/inbox/staff/other",
                            base_.path() / "state/inbox/staff/december.csv");

    const auto taken = rooms_.take(december, looked_at, JobId{17});

    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, FaultCode::file_changed);
    EXPECT_EQ(text_of("inbox/staff/december.csv"), "y");
    EXPECT_FALSE(there("spool/taken/staff/J17-december.csv"));
}

TEST_F(IntakeRoomsTest, WhatACrashLeftInTakenIsFoundWithItsJobAndProfile) {
    drop("december.csv", "x");
    ASSERT_TRUE(rooms_.take(december, look_at("december.csv"), JobId{17}));

    const auto left = rooms_.left_behind();

    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].job, JobId{17});
    EXPECT_EQ(left[0].file, december);
    EXPECT_TRUE(rooms_.give_back(left[0].file, left[0].job));
    EXPECT_EQ(text_of("inbox/staff/december.csv"), "x");
}

TEST_F(IntakeRoomsTest, AFileThatGoesBackReplacesNothing) {
    drop("december.csv", "first");
    ASSERT_TRUE(rooms_.take(december, look_at("december.csv"), JobId{17}));
    drop("december.csv", "second");

    ASSERT_TRUE(rooms_.give_back(december, JobId{17}));

    EXPECT_EQ(text_of("inbox/staff/december.csv"), "second");
    EXPECT_EQ(text_of("inbox/staff/december-2.csv"), "first");
}

TEST_F(IntakeRoomsTest, RefusedFilesStandBesideTheirReasonsUnderNumbersOfTheirOwn) {
    drop("december.csv", "first");
    EXPECT_EQ(rooms_.reject(december, "reasons 1").name, "december.csv");
    drop("december.csv", "second");
    EXPECT_EQ(rooms_.reject(december, "reasons 2").name, "december-2.csv");

    EXPECT_EQ(text_of("rejected/december.csv"), "first");
    EXPECT_EQ(text_of("rejected/december.csv.error.txt"), "reasons 1");
    EXPECT_EQ(text_of("rejected/december-2.csv"), "second");
    EXPECT_EQ(text_of("rejected/december-2.csv.error.txt"), "reasons 2");
}

TEST_F(IntakeRoomsTest, AFileThatIsGoneLeavesNoReasonsBehind) {
    const auto rejection = rooms_.reject(december, "reasons");

    EXPECT_EQ(rejection.name, "");
    EXPECT_EQ(rejection.not_moved, ENOENT);
    EXPECT_FALSE(there("rejected/december.csv.error.txt"));
}

TEST_F(IntakeRoomsTest, ItsChecksumWalksAlongBehindAFile) {
    drop("december.csv", "x");
    drop("december.csv.sha256", "sum");
    const auto checksum = look_at("december.csv.sha256");
    ASSERT_TRUE(rooms_.take(december, look_at("december.csv"), JobId{17}));

    ASSERT_TRUE(rooms_.accept_taken(december, JobId{17}, JobId{17}, checksum));

    EXPECT_EQ(text_of("accepted/J17-december.csv.sha256"), "sum");
    EXPECT_FALSE(there("inbox/staff/december.csv.sha256"));
}

TEST_F(IntakeRoomsTest, AChecksumThatCameSinceIsTheNextFilesAndStays) {
    drop("december.csv", "x");
    drop("december.csv.sha256", "sum");
    const auto checksum = look_at("december.csv.sha256");
    drop("december.csv.sha256", "the next sum");

    ASSERT_TRUE(rooms_.accept(december, JobId{17}, checksum));

    EXPECT_TRUE(there("accepted/J17-december.csv"));
    EXPECT_EQ(text_of("inbox/staff/december.csv.sha256"), "the next sum");
}

TEST_F(IntakeRoomsTest, ALongNameLeavesRoomForItsChecksum) {
    const InboxFile longest{.profile = staff, .name = std::string(244, 'x') + ".csv"};
    drop(longest.name, "x");
    drop(longest.name + ".sha256", "sum");

    ASSERT_TRUE(rooms_.accept(longest, JobId{123'456}, look_at(longest.name + ".sha256")));

    const auto base = "accepted/J123456-" + std::string(236, 'x') + ".csv";
    EXPECT_TRUE(there(base));
    EXPECT_EQ(text_of(base + ".sha256"), "sum");
}

TEST_F(IntakeRoomsTest, ANameOf255BytesIsCutWhereverItGoes_AC17) {
    const InboxFile longest{.profile = staff, .name = std::string(251, 'x') + ".csv"};
    drop(longest.name, "x");
    ASSERT_TRUE(rooms_.take(longest, look_at(longest.name), JobId{17}));
    ASSERT_TRUE(rooms_.accept_taken(longest, JobId{17}, JobId{17}, std::nullopt));
    EXPECT_TRUE(there("accepted/J17-" + std::string(247, 'x') + ".csv"));

    drop(longest.name, "x");
    EXPECT_EQ(rooms_.reject(longest, "reasons").name, std::string(241, 'x') + ".csv");
    EXPECT_EQ(text_of("rejected/" + std::string(241, 'x') + ".csv.error.txt"), "reasons");
}

TEST_F(IntakeRoomsTest, ARefusedFileTakesItsChecksumAlongAndLeavesALink) {
    drop("december.csv", "first");
    drop("december.csv.sha256", "sum");
    EXPECT_EQ(rooms_.reject(december, "reasons").name, "december.csv");
    EXPECT_EQ(text_of("rejected/december.csv.sha256"), "sum");

    drop("december.csv", "second");
    const auto link = base_.path() / "state/inbox/staff/december.csv.sha256";
    std::filesystem::create_symlink("/etc/passwd", link);
    EXPECT_EQ(rooms_.reject(december, "reasons").name, "december-2.csv");
    EXPECT_TRUE(std::filesystem::is_symlink(link));
}

TEST_F(IntakeRoomsTest, AChecksumThatACrashLeftAloneFollowsItsFile) {
    drop("december.csv", "x");
    drop("december.csv.sha256", "sum");
    ASSERT_TRUE(rooms_.take(december, look_at("december.csv"), JobId{17}));

    const auto left = rooms_.left_behind();
    ASSERT_EQ(left.size(), 1u);
    ASSERT_TRUE(rooms_.accept_taken(left[0].file, left[0].job, left[0].job, left[0].checksum));

    EXPECT_EQ(text_of("accepted/J17-december.csv.sha256"), "sum");
}

TEST_F(IntakeRoomsTest, AProfilesInboxIsSharedAsTheInboxIs) {
    const auto inbox = base_.path() / "state/inbox";
    ASSERT_EQ(::chmod(inbox.c_str(), 03770), 0);
    const auto old_mask = ::umask(0077);  // as the unit sets it
    const auto opened = rooms_.open_inbox(ProfileName{"guests"});
    ::umask(old_mask);

    ASSERT_TRUE(opened);
    struct stat status {};
    ::fstat(opened->get(), &status);
    EXPECT_EQ(status.st_mode & 07777U, 03770U);
}

TEST_F(IntakeRoomsTest, AnUnsafeProfilesInboxIsNotOpenedAndTheFaultNamesTheCure_AC14) {
    const auto inbox = base_.path() / "state/inbox/staff";
    for (const auto mode : {0777U, 0770U, 02770U}) {
        ASSERT_EQ(::chmod(inbox.c_str(), mode), 0);
        const auto opened = rooms_.open_inbox(staff);
        ASSERT_FALSE(opened) << std::oct << mode;
        EXPECT_EQ(opened.error().code, FaultCode::state_dir);
        EXPECT_NE(opened.error().cure.find("chmod 3770"), std::string::npos);
    }
    ASSERT_EQ(::chmod(inbox.c_str(), 0700), 0);
    EXPECT_TRUE(rooms_.open_inbox(staff));
}

TEST(TakenNames, AreReadBackOrAreNone) {
    const auto read = read_taken_name("J17-J18-a.csv");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->first, JobId{17});
    EXPECT_EQ(read->second, "J18-a.csv");
    for (const auto* name :
         {"", "J", "J17", "J17-", "J-a", "17-a", "J0-a", "J17a-b", "staff", "J99999999999999999999-a"})
        EXPECT_FALSE(read_taken_name(name)) << name;
}

TEST(StateDirs, OneThatOthersMayWriteIsRefused_AC14) {
    const TemporaryDirectory base;
    std::filesystem::create_directory(base.path() / "state");
    std::filesystem::permissions(base.path() / "state", std::filesystem::perms(0777));

    const auto opened = open_state_dir((base.path() / "state").string());

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, FaultCode::state_dir);
}

TEST(StateDirs, OneBelowADirectoryThatOthersMayWriteIsRefused_AC14) {
    const TemporaryDirectory base;
    std::filesystem::permissions(base.path(), std::filesystem::perms(0777));

    const auto opened = open_state_dir((base.path() / "state").string());

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, FaultCode::state_dir);
}

TEST(StateDirs, ALinkInTheirPlaceIsNotFollowed) {
    const TemporaryDirectory base;
    std::filesystem::create_directories(base.path() / "elsewhere");
    std::filesystem::create_directory(base.path() / "state");
    std::filesystem::permissions(base.path() / "state", std::filesystem::perms(0700));
    std::filesystem::create_symlink(base.path() / "elsewhere", base.path() / "state/results");

    EXPECT_FALSE(open_state_dir((base.path() / "state").string()));
}

}  // namespace
}  // namespace uplift::daemon
