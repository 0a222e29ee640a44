// Job files through the intake: people listed, people found, and everything that may go wrong on the way.
#include "daemon/people_source.hpp"

#include <gtest/gtest.h>

#include "daemon/intake_service.hpp"
#include "daemon/retention.hpp"
#include "tests/unit/daemon/small_world.hpp"
#include "tests/unit/daemon/temporary_directory.hpp"

namespace uplift::daemon {
namespace {

engine::FoundPerson a_person(std::uint8_t number) {
    engine::FoundPerson found;
    found.person.object_guid.octets[15] = number;
    const auto name = "user" + std::to_string(number);
    found.person.distinguished_name = "CN=" + name + ",OU=Sales,DC=corp";
    found.person.attributes["userPrincipalName"] = {name + "@corp"};
    found.person.attributes["sAMAccountName"] = {name};
    return found;
}

// Gives the same pages to every listing; the first `failures` of them break off after the first page.
class ListedDirectory : public engine::Directory {
 public:
    boost::asio::awaitable<Outcome<std::vector<engine::FoundPerson>>> find(Identity,
                                                                           std::vector<std::string>,
                                                                           TimePoint) override {
        co_return Done<std::vector<engine::FoundPerson>>{};
    }
    boost::asio::awaitable<Outcome<Nothing>> list(Selection selection,
                                                  std::vector<std::string>,
                                                  engine::PageTaker taker,
                                                  Duration) override {
        asked.push_back(std::move(selection));
        for (const auto& page : pages) {
            if (co_await taker(page) == engine::Listing::enough) break;
            if (failures-- > 0) co_return NotSent{.why = "cut", .code = FaultCode::directory_unreachable};
        }
        co_return answer;
    }
    std::vector<std::vector<engine::FoundPerson>> pages;
    Outcome<Nothing> answer = Done<Nothing>{};
    int failures = 0;
    std::vector<Selection> asked;
};

class JobFileIntake : public testing::Test {
 protected:
    IntakeOutcome take(const std::string& text) { return take(a_submission(text)); }
    IntakeOutcome take(Submission submission) { return world_.run(intake_.take(std::move(submission))); }
    Submission a_submission(const std::string& text) {
        directory_.write("job.json", text);
        protocol::UniqueFd file(::open((directory_.path() / "job.json").c_str(), O_RDONLY | O_CLOEXEC));
        auto spooled = world_.run(spool_copy(file.get(), directory_.fd(), 1 << 20, "job.json"));
        Submission submission;
        submission.people = std::move(*spooled);
        submission.source = "job.json";
        submission.format = protocol::FileFormat::json;
        submission.submitter = {.uid = 1000, .name = "jane"};
        return submission;
    }
    std::vector<std::string> given(JobId job) {
        std::vector<std::string> names;
        for (const auto& person : world_.queue.enrollments(job, 0, 100))
            names.push_back(person.enrollment.given.at(0).value);
        return names;
    }
    static FaultCode first_code(const IntakeOutcome& outcome) {
        if (const auto* rejected = std::get_if<Rejected>(&outcome)) return rejected->faults.at(0).code;
        if (const auto* postponed = std::get_if<Postponed>(&outcome)) return postponed->fault.code;
        return FaultCode{};
    }

    SmallWorld world_;
    TemporaryDirectory directory_;
    ListedDirectory people_;
    IntakeService intake_{IntakeService::Parts{.queue = world_.queue,
                                               .vault = world_.vault,
                                               .clock = world_.clock,
                                               .journal = world_.journal,
                                               .secrets = {},
                                               .directories = {{DirectoryName{"corp"}, &people_}},
                                               .accepted = {}},
                          std::make_shared<const config::Config>(a_config())};
};

TEST_F(JobFileIntake, PeopleWhoAreListedAndFoundAreTakenOnce) {
    people_.pages = {{a_person(1), a_person(2)}, {a_person(2), a_person(3)}};

    const auto outcome = take(R"({"users": [{"sAMAccountName": "CORP\\User3"}, {"sAMAccountName": "joe"}],
                                  "select": {"ou": ["OU=Sales,DC=corp"]}})");

    ASSERT_TRUE(std::holds_alternative<Accepted>(outcome));
    const auto& accepted = std::get<Accepted>(outcome);
    EXPECT_EQ(accepted.people, 4);
    EXPECT_EQ(accepted.twice, 2);
    EXPECT_EQ(given(accepted.job),
              (std::vector<std::string>{"CORP\\User3",
                                        "joe",
                                        to_string(a_person(1).person.object_guid),
                                        to_string(a_person(2).person.object_guid)}));
    EXPECT_EQ(people_.asked.at(0).ous, std::vector<std::string>{"OU=Sales,DC=corp"});
}

TEST_F(JobFileIntake, AListingThatBreaksOffStartsOverAndLeavesNothingOfTheHalfOne) {
    people_.pages = {{a_person(1)}, {a_person(2)}};
    people_.failures = 2;

    const auto outcome = take(R"({"select": {}})");

    ASSERT_TRUE(std::holds_alternative<Accepted>(outcome));
    EXPECT_EQ(people_.asked.size(), 3u);
    EXPECT_EQ(given(std::get<Accepted>(outcome).job).size(), 2u);
    EXPECT_EQ(world_.queue.list_jobs().size(), 1u);
}

TEST_F(JobFileIntake, ADirectoryThatStaysAwayPostponesTheJob) {
    people_.pages = {{a_person(1)}};
    people_.failures = 100;

    const auto outcome = take(R"({"select": {}})");

    ASSERT_TRUE(std::holds_alternative<Postponed>(outcome));
    EXPECT_EQ(first_code(outcome), FaultCode::directory_unreachable);
    EXPECT_TRUE(world_.queue.list_jobs().empty());
}

TEST_F(JobFileIntake, AnOuThatDoesNotExistAndASelectionOfNobodyRefuseTheFile) {
    EXPECT_EQ(first_code(take(R"({"select": {}})")), FaultCode::selection_empty);

    people_.answer = Refused{.code = FaultCode::directory_refused, .what = "no such OU", .cure = "Mend it"};
    EXPECT_EQ(first_code(take(R"({"select": {"ou": ["OU=X,DC=corp"]}})")), FaultCode::directory_refused);
    EXPECT_TRUE(world_.queue.list_jobs().empty());
}

TEST_F(JobFileIntake, WhatFileAndCommandSayOfTheJobMustAgree) {
    const std::string text = R"({"profile": "staff", "label": "A", "run_at": "2031-01-01T00:00:00Z",
                                 "users": [{"sAMAccountName": "joe"}]})";
    auto other_profile = a_submission(text);
    other_profile.profile = ProfileName{"guests"};
    EXPECT_EQ(first_code(take(std::move(other_profile))), FaultCode::job_conflicts);
    auto other_label = a_submission(text);
    other_label.label = "B";
    EXPECT_EQ(first_code(take(std::move(other_label))), FaultCode::job_conflicts);
    auto other_time = a_submission(text);
    other_time.run_at = *parse_rfc3339("2031-01-01T00:00:01Z");
    EXPECT_EQ(first_code(take(std::move(other_time))), FaultCode::job_conflicts);

    const auto outcome = take(text);

    ASSERT_TRUE(std::holds_alternative<Accepted>(outcome));
    const auto summary = world_.queue.job_summary(std::get<Accepted>(outcome).job);
    EXPECT_EQ(summary->state, JobState::scheduled);
    EXPECT_EQ(summary->job.label, "A");
}

TEST_F(JobFileIntake, AMomentLongPastIsAMistakeAndOneJustPastIsNow) {
    EXPECT_EQ(first_code(take(R"({"run_at": "2016-12-01T06:00:00Z", "users": [{"sAMAccountName": "a"}]})")),
              FaultCode::job_file_bad_value);
    auto late = a_submission(R"({"users": [{"sAMAccountName": "a"}]})");
    late.run_at = world_.clock.now() - std::chrono::minutes{5};

    const auto outcome = take(std::move(late));

    ASSERT_TRUE(std::holds_alternative<Accepted>(outcome));
    EXPECT_EQ(world_.queue.job_summary(std::get<Accepted>(outcome).job)->state, JobState::running);
}

TEST_F(JobFileIntake, AFileThatIsOnlyCheckedMakesNoJob) {
    people_.pages = {{a_person(1), a_person(2)}};
    auto submission = a_submission(R"({"users": [{"sAMAccountName": "user1"}], "select": {}})");
    submission.purpose = Submission::Purpose::check;

    const auto outcome = take(std::move(submission));

    ASSERT_TRUE(std::holds_alternative<Checked>(outcome));
    EXPECT_EQ(std::get<Checked>(outcome).people, 2);
    EXPECT_EQ(std::get<Checked>(outcome).twice, 1);
    EXPECT_EQ(std::get<Checked>(outcome).profile, ProfileName{"staff"});
    EXPECT_TRUE(world_.queue.list_jobs().empty());
}

TEST(Retention, FilesAreKnownByTheNumberOfTheirJob) {
    EXPECT_EQ(job_of_file("J17-december.csv"), JobId{17});
    EXPECT_EQ(job_of_file("J17.retry.csv"), JobId{17});
    for (const auto* other : {"J17", "J-1.csv", "j17.csv", "J17x.csv", "december.csv", "J.csv", "J0.csv"})
        EXPECT_FALSE(job_of_file(other)) << other;
}

}  // namespace
}  // namespace uplift::daemon
