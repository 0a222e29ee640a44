#include "daemon/intake_service.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <fstream>

#include "tests/unit/daemon/small_world.hpp"
#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

const Actor jane{.uid = 1000, .name = "jane"};

class IntakeServiceTest : public testing::Test {
 protected:
    IntakeService& intake() {
        if (!intake_)
            intake_ = std::make_unique<IntakeService>(IntakeService::Parts{.queue = world_.queue,
                                                                           .vault = world_.vault,
                                                                           .clock = world_.clock,
                                                                           .journal = world_.journal,
                                                                           .secrets = {},
                                                                           .directories = {},
                                                                           .accepted = [this] { ++woken_; }},
                                                      std::make_shared<const config::Config>(config_));
        return *intake_;
    }
    Submission a_submission(const std::string& csv, const Actor& submitter = jane) {
        directory_.write("people.csv", csv);
        protocol::UniqueFd file(::open((directory_.path() / "people.csv").c_str(), O_RDONLY | O_CLOEXEC));
        auto spooled = world_.run(spool_copy(file.get(), directory_.fd(), 1 << 20, "people.csv"));
        Submission submission;
        if (spooled) submission.people = std::move(*spooled);
        submission.source = "people.csv";
        submission.profile = ProfileName{"staff"};
        submission.submitter = submitter;
        return submission;
    }
    IntakeOutcome take(Submission submission) { return world_.run(intake().take(std::move(submission))); }

    SmallWorld world_;
    TemporaryDirectory directory_;
    config::Config config_ = a_config();
    std::unique_ptr<IntakeService> intake_;
    int woken_ = 0;
};

FaultCode first_code(const IntakeOutcome& outcome) {
    const auto* rejected = std::get_if<Rejected>(&outcome);
    return rejected == nullptr ? FaultCode{} : rejected->faults.at(0).code;
}

TEST_F(IntakeServiceTest, AGoodFileBecomesAJobWithARowForEachPerson) {
    std::string csv = "sAMAccountName,#note\n";
    for (int i = 0; i < 2'500; ++i) csv += "user" + std::to_string(i) + ",n" + std::to_string(i) + "\n";

    const auto outcome = take(a_submission(csv));

    ASSERT_TRUE(std::holds_alternative<Accepted>(outcome));
    const auto job = std::get<Accepted>(outcome).job;
    EXPECT_EQ(std::get<Accepted>(outcome).people, 2'500);
    EXPECT_EQ(world_.queue.job_summary(job)->people, 2'500);
    const auto people = world_.queue.enrollments(job, 2'499, 10);
    ASSERT_EQ(people.size(), 1u);
    EXPECT_EQ(people[0].enrollment.given.at(0).value, "user2499");
    EXPECT_EQ(people[0].enrollment.carried.at(0), "n2499");
    EXPECT_EQ(woken_, 1);
}

TEST_F(IntakeServiceTest, TheSameBytesOfTheSamePersonAreTheSameOpenJob_AC05) {
    const auto first = std::get<Accepted>(take(a_submission("sAMAccountName\njdoe\n")));

    const auto again = std::get<Accepted>(take(a_submission("sAMAccountName\njdoe\n")));
    const auto other =
        std::get<Accepted>(take(a_submission("sAMAccountName\njdoe\n", {.uid = 1001, .name = "joe"})));

    EXPECT_EQ(again.acceptance, engine::Acceptance::same_job);
    EXPECT_EQ(again.job, first.job);
    EXPECT_EQ(other.acceptance, engine::Acceptance::new_job);
    EXPECT_EQ(world_.queue.list_jobs().size(), 2u);
}

TEST_F(IntakeServiceTest, AFileWithAFaultMakesNoJobAndAllItsFaultsAreTold) {
    const auto outcome = take(a_submission("sAMAccountName,password\njdoe,x\n,\n"));

    ASSERT_TRUE(std::holds_alternative<Rejected>(outcome));
    EXPECT_EQ(std::get<Rejected>(outcome).count, 2);
    EXPECT_EQ(first_code(outcome), FaultCode::csv_password_column);
    EXPECT_TRUE(world_.queue.list_jobs().empty());
}

TEST_F(IntakeServiceTest, AnUnknownProfileIsToldWithTheKnownOnes) {
    auto submission = a_submission("sAMAccountName\njdoe\n");
    submission.profile = ProfileName{"stuff"};

    const auto outcome = take(std::move(submission));

    EXPECT_EQ(first_code(outcome), FaultCode::unknown_profile);
    EXPECT_NE(std::get<Rejected>(outcome).faults[0].cure.find("staff"), std::string::npos);
}

TEST_F(IntakeServiceTest, AFileThatCannotBeMovedBeforeTheCommitMakesNoJob) {
    auto submission = a_submission("sAMAccountName\njdoe\n");
    std::optional<JobId> asked;
    submission.before_commit = [&](JobId job) -> boost::asio::awaitable<Result<void>> {
        asked = job;
        co_return Fault{.code = FaultCode::file_changed, .where = "", .what = "swapped", .cure = "-"};
    };

    const auto outcome = take(std::move(submission));

    EXPECT_TRUE(std::holds_alternative<Postponed>(outcome));
    ASSERT_TRUE(asked);
    EXPECT_FALSE(world_.queue.job_summary(*asked));
}

TEST_F(IntakeServiceTest, TheJobIsNotShownBeforeItsFileHasMoved) {
    auto submission = a_submission("sAMAccountName\njdoe\n");
    bool shown_early = true;
    submission.before_commit = [&](JobId job) -> boost::asio::awaitable<Result<void>> {
        shown_early = world_.queue.job_summary(job).has_value();
        co_return Result<void>();
    };

    const auto outcome = take(std::move(submission));

    EXPECT_FALSE(shown_early);
    EXPECT_TRUE(world_.queue.job_summary(std::get<Accepted>(outcome).job));
}

TEST_F(IntakeServiceTest, ATypedPasswordIsSealedForItsJobOnly) {
    auto submission = a_submission("sAMAccountName\njdoe\n");
    submission.password = Secret::copy_of("Winter-Sun-2026");

    const auto outcome = take(std::move(submission));

    const auto job = world_.queue.job_summary(std::get<Accepted>(outcome).job)->job;
    EXPECT_EQ(job.profile.password.mode, PasswordMode::typed);
    ASSERT_TRUE(job.sealed_password);
    EXPECT_TRUE(world_.vault.open(*job.sealed_password, job_password_context(job.fingerprint)));
    EXPECT_FALSE(world_.vault.open(*job.sealed_password, job_password_context("another")));
}

TEST_F(IntakeServiceTest, ATypedPasswordThatMicrosoftRefusesIsRefusedHere) {
    auto submission = a_submission("sAMAccountName\njdoe\n");
    submission.password = Secret::copy_of("short");

    EXPECT_EQ(first_code(take(std::move(submission))), FaultCode::password_rule);
}

TEST_F(IntakeServiceTest, AProfileThatWantsATypedPasswordTakesNoFileWithoutOne) {
    config_.profiles.begin()->second.password.mode = PasswordMode::typed;

    EXPECT_EQ(first_code(take(a_submission("sAMAccountName\njdoe\n"))), FaultCode::password_rule);
}

TEST(Spool, AFileOverTheLimitIsNotTaken_AC16) {
    SmallWorld world;
    const TemporaryDirectory directory;
    directory.write("big", std::string(1'001, 'x'));
    protocol::UniqueFd file(::open((directory.path() / "big").c_str(), O_RDONLY | O_CLOEXEC));

    const auto spooled = world.run(spool_copy(file.get(), directory.fd(), 1'000, "big"));

    ASSERT_FALSE(spooled);
    EXPECT_EQ(spooled.error().code, FaultCode::file_too_large);
}

TEST(Spool, TheCopyIsWholeAndHashed) {
    SmallWorld world;
    const TemporaryDirectory directory;
    directory.write("abc", "abc");
    protocol::UniqueFd file(::open((directory.path() / "abc").c_str(), O_RDONLY | O_CLOEXEC));

    const auto spooled = world.run(spool_copy(file.get(), directory.fd(), 1'000, "abc"));

    ASSERT_TRUE(spooled);
    EXPECT_EQ(spooled->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(*read_slice(*spooled, 1), "bc");
    EXPECT_EQ(*read_slice(*spooled, 3), "");
}

TEST(Spool, ADescriptorThatItsOwnerCouldStillChangeIsRefused_AC13) {
    SmallWorld world;
    protocol::UniqueFd unsealed(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));

    const auto spooled = world.run(spool_sealed(std::move(unsealed), 1'000, "submit"));

    ASSERT_FALSE(spooled);
    EXPECT_EQ(spooled.error().code, FaultCode::bad_request);
}

}  // namespace
}  // namespace uplift::daemon
