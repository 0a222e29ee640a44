#include "core/model/step.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/model/identity.hpp"
#include "core/model/job.hpp"

namespace uplift {
namespace {

template <class Enum, class Parse>
void expect_words_come_back(std::size_t count, Parse parse) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<Enum>(i);
        EXPECT_EQ(parse(word(value)), value);
        EXPECT_TRUE(seen.insert(word(value)).second) << word(value);
    }
    EXPECT_FALSE(parse("no such word"));
    EXPECT_FALSE(parse(""));
}

TEST(Words, OfEveryKindComeBack) {
    expect_words_come_back<StepKind>(step_kind_count, parse_step_kind);
    expect_words_come_back<StepState>(step_state_count, parse_step_state);
    expect_words_come_back<JobState>(9, parse_job_state);
    expect_words_come_back<AttemptResult>(9, parse_attempt_result);
    expect_words_come_back<AccountOrigin>(3, parse_account_origin);
}

TEST(Words, WhatAStepWaitsForIsWrittenAsUsersSeeIt) {
    EXPECT_EQ(word(WaitsFor::operator_), "operator");
    EXPECT_EQ(word(WaitsFor::other_job), "other_job");
    EXPECT_EQ(word(WaitsFor::nothing), "");
    EXPECT_EQ(parse_waits_for("day_limit"), WaitsFor::day_limit);
}

TEST(Words, IdentityKindsAreReadInAnyLetterCase) {
    for (const auto kind : all_identity_kinds) EXPECT_EQ(parse_identity_kind(word(kind)), kind);
    EXPECT_EQ(parse_identity_kind("SAMACCOUNTNAME"), IdentityKind::sAMAccountName);
    EXPECT_EQ(parse_identity_kind("sAMAccount"), std::nullopt);
}

TEST(Steps, WalkStartsWithResolveAndEnds) {
    auto kind = std::optional(StepKind::resolve);
    std::vector<StepKind> walked;
    while (kind) {
        walked.push_back(*kind);
        kind = step_after(*kind);
    }

    EXPECT_TRUE(std::equal(walked.begin(), walked.end(), walk_order.begin(), walk_order.end()));
}

TEST(Steps, DelayedTasksAreThoseThatNeedAMailbox) {
    for (const auto kind :
         {StepKind::alias, StepKind::litigation_hold, StepKind::archive, StepKind::distribution_groups})
        EXPECT_TRUE(is_delayed_task(kind));
    for (const auto kind :
         {StepKind::resolve, StepKind::account, StepKind::license, StepKind::groups, StepKind::manager})
        EXPECT_FALSE(is_delayed_task(kind));
}

using S = StepState;
struct EnrollmentCase {
    std::vector<StepState> steps;
    Walk walk;
    EnrollmentState state;
};
const EnrollmentCase enrollment_cases[] = {
    {{}, Walk::going_on, S::pending},
    {{S::pending}, Walk::going_on, S::pending},
    {{S::running}, Walk::going_on, S::running},
    {{S::done}, Walk::going_on, S::running},
    {{S::done, S::pending}, Walk::going_on, S::running},
    {{S::done, S::waiting}, Walk::going_on, S::waiting},
    {{S::done, S::failed}, Walk::walked, S::failed},
    {{S::done, S::failed, S::running}, Walk::going_on, S::running},
    {{S::done, S::failed, S::waiting}, Walk::going_on, S::waiting},
    {{S::done, S::cancelled}, Walk::walked, S::cancelled},
    {{S::skipped}, Walk::walked, S::skipped},                          // the person is skipped
    {{S::done, S::done, S::skipped, S::done}, Walk::walked, S::done},  // nothing to do for one step
    {{S::done, S::done, S::done, S::done}, Walk::walked, S::done},
};

TEST(EnrollmentState, FollowsFromTheSteps) {
    for (const auto& given : enrollment_cases)
        EXPECT_EQ(enrollment_state(given.steps, given.walk), given.state);
}

StateCounts counts(std::initializer_list<std::pair<StepState, std::int64_t>> some) {
    StateCounts all{};
    for (const auto& [state, count] : some) all[static_cast<std::size_t>(state)] = count;
    return all;
}

StepCounts step_counts(StepKind kind, StepState state) {
    StepCounts all{};
    all[static_cast<std::size_t>(kind)][static_cast<std::size_t>(state)] = 1;
    return all;
}
const StepCounts walking = step_counts(StepKind::license, S::waiting);

struct JobCase {
    StateCounts enrollments;
    JobOrder order;
    JobState state;
    StepCounts steps = walking;
};
const JobCase job_cases[] = {
    {counts({{S::done, 3}}), JobOrder::go, JobState::done},
    {counts({{S::done, 2}, {S::skipped, 1}}), JobOrder::go, JobState::done},  // no failure
    {counts({{S::done, 2}, {S::failed, 1}}), JobOrder::go, JobState::partial},
    {counts({{S::failed, 3}}), JobOrder::go, JobState::failed},
    {counts({{S::done, 1}, {S::pending, 1}}), JobOrder::go, JobState::running},
    {counts({{S::pending, 3}}), JobOrder::hold, JobState::held},
    {counts({{S::pending, 3}}), JobOrder::schedule, JobState::scheduled},
    {counts({{S::done, 1}, {S::waiting, 1}}), JobOrder::pause, JobState::paused},
    {counts({{S::done, 3}}), JobOrder::pause, JobState::done},
    {counts({{S::done, 1}, {S::cancelled, 2}}), JobOrder::cancel, JobState::cancelled},
    {counts({{S::done, 1}, {S::running, 1}}), JobOrder::cancel, JobState::running},
    {counts({{S::done, 3}}), JobOrder::cancel, JobState::done},  // there was nothing left to cancel
    // Only delayed tasks are left.
    {counts({{S::done, 1}, {S::waiting, 1}}),
     JobOrder::go,
     JobState::waiting,
     step_counts(StepKind::archive, S::waiting)},
    {counts({{S::pending, 1}, {S::waiting, 1}}),
     JobOrder::go,
     JobState::running,
     step_counts(StepKind::archive, S::waiting)},
};

TEST(JobState, FollowsFromItsEnrollments) {
    for (const auto& given : job_cases)
        EXPECT_EQ(job_state(given.enrollments, given.steps, given.order), given.state);
}

RC_GTEST_PROP(JobStateProperties, JobHasEndedExactlyWhenAllPeopleHave, ()) {
    StateCounts people{};
    for (auto& count : people) count = *rc::gen::inRange<std::int64_t>(0, 4);
    ++people[*rc::gen::inRange<std::size_t>(0, step_state_count)];  // a job has somebody
    std::int64_t open = 0;
    for (const auto state : {S::pending, S::running, S::waiting})
        open += people[static_cast<std::size_t>(state)];
    const auto order = static_cast<JobOrder>(*rc::gen::inRange(0, 5));

    RC_ASSERT(ended(job_state(people, StepCounts{}, order)) == (open == 0));
}

}  // namespace
}  // namespace uplift
