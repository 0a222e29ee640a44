// What every queue promises of scheduled, paused and purged jobs.
#pragma once

#include "tests/unit/storage/queue_contract.hpp"

namespace uplift::storage::testing {

class QueueOrders : public QueueContract {
 protected:
    JobId submit_for(TimePoint run_at, std::vector<IntakeRow> people) {
        auto scheduled = a_job("f");
        scheduled.run_at = run_at;
        const auto job = run(queue().begin_job(scheduled));
        EXPECT_TRUE(run(queue().add_rows(*job, std::move(people))));
        return run(queue().show_job(*job))->job;
    }
    Result<engine::Effect> pause(JobId job, TimePoint now) {
        return run(queue().pause_job(job, operator_anna, now));
    }
    Result<engine::Effect> resume(JobId job, TimePoint now) {
        return run(queue().resume_job(job, operator_anna, now));
    }
    Result<void> purge(JobId job, engine::Untaken passwords) {
        return run(queue().purge_job(job, operator_anna, passwords, at(900)));
    }
    JobState state(JobId job) { return world->summary(job)->state; }
};

TEST_P(QueueOrders, AScheduledJobGivesNothingOutBeforeItsTimeAndThenRunsLikeAnyOther) {
    const auto job = submit_for(at(100), rows(2));

    EXPECT_EQ(state(job), JobState::scheduled);
    EXPECT_EQ(world->summary(job)->job.run_at, at(100));
    EXPECT_TRUE(claim(10, at(99)).empty());
    EXPECT_EQ(run(queue().next_due(contoso)), at(100));

    EXPECT_EQ(claim(1, at(100)).size(), 1u);
    EXPECT_EQ(state(job), JobState::running);
}

TEST_P(QueueOrders, AScheduledJobStaysScheduledOverARestart) {
    const auto job = submit_for(at(100), rows(1));

    world->restart();

    EXPECT_EQ(state(job), JobState::scheduled);
    EXPECT_TRUE(claim(10, at(99)).empty());
    EXPECT_EQ(claim(10, at(101)).size(), 1u);
}

TEST_P(QueueOrders, APausedJobBeginsNothingAndGoesOnWhereItStood) {
    const auto job = submit("f", rows(3));
    const auto task = claim_one(at(0));

    EXPECT_EQ(*pause(job, at(1)), engine::Effect::changed);
    EXPECT_EQ(*pause(job, at(2)), engine::Effect::as_before);

    EXPECT_EQ(state(job), JobState::paused);
    EXPECT_TRUE(claim(10, at(3)).empty());
    EXPECT_FALSE(run(queue().next_due(contoso)));
    // What is on the wire ends; what follows it waits.
    const auto ended = resolve(task, 1, at(3));
    EXPECT_EQ(ended.verdict, engine::RecordVerdict::written);
    EXPECT_FALSE(ended.next);
    EXPECT_EQ(state_of(who(job, 1), StepKind::account), StepState::pending);
    world->restart();
    EXPECT_TRUE(claim(10, at(4)).empty());

    EXPECT_EQ(*resume(job, at(5)), engine::Effect::changed);
    EXPECT_EQ(*resume(job, at(6)), engine::Effect::as_before);

    EXPECT_EQ(state(job), JobState::running);
    const auto tasks = claim(10, at(7));
    ASSERT_EQ(tasks.size(), 3u);
    const auto account = std::count_if(tasks.begin(), tasks.end(), [](const auto& claimed) {
        return claimed.step.kind == StepKind::account;
    });
    EXPECT_EQ(account, 1);
    expect_true_counts(*world, job);
    EXPECT_EQ(actions(), (std::vector<std::string>{"job_accepted", "job_paused", "job_resumed"}));
}

TEST_P(QueueOrders, AScheduledJobThatIsResumedBeforeItsTimeIsScheduledAgain) {
    const auto job = submit_for(at(100), rows(1));
    ASSERT_TRUE(pause(job, at(1)));
    EXPECT_TRUE(claim(10, at(101)).empty());

    ASSERT_TRUE(resume(job, at(50)));

    EXPECT_EQ(state(job), JobState::scheduled);
    EXPECT_TRUE(claim(10, at(99)).empty());
    EXPECT_EQ(claim(10, at(100)).size(), 1u);
}

TEST_P(QueueOrders, AnEndedOrCancelledJobIsNeitherPausedNorResumed) {
    const auto ended = submit("f", rows(1));
    walk(claim_one(at(0)), 1, at(1));
    const auto cancelled = submit("g", rows(1));
    resolve(claim_one(at(2)), 2, at(2));
    ASSERT_TRUE(run(queue().cancel_job(cancelled, operator_anna, at(3))));

    for (const auto job : {ended, cancelled}) {
        EXPECT_EQ(pause(job, at(4)).error().code, FaultCode::job_ended);
        EXPECT_EQ(resume(job, at(4)).error().code, FaultCode::job_ended);
    }
    EXPECT_EQ(pause(JobId{99}, at(4)).error().code, FaultCode::no_such_job);
}

TEST_P(QueueOrders, APausedJobCanBeCancelled) {
    const auto job = submit("f", rows(2));
    ASSERT_TRUE(pause(job, at(1)));

    EXPECT_EQ(run(queue().cancel_job(job, operator_anna, at(2)))->steps, 2);

    EXPECT_EQ(state(job), JobState::cancelled);
}

TEST_P(QueueOrders, APurgedJobLeavesNothingButItsAudit) {
    const auto purged = submit("f", rows(2));
    for (unsigned person = 1; person <= 2; ++person) {
        const auto task = claim_one(at(0));
        auto resolved = resolve(task, person, at(0)).next;
        auto sent = a_record(*resolved, StepState::running, at(0));
        sent.attempt_sent = Attempt{.id = AttemptId{"a" + std::to_string(person)},
                                    .step = StepKind::account,
                                    .number = 1,
                                    .call = "create_user",
                                    .target = {},
                                    .sent_at = at(0),
                                    .ended_at = {},
                                    .result = AttemptResult::open,
                                    .note = {}};
        record(sent);
        record(*resolved, StepState::failed, at(1));
    }
    const auto kept = submit("g", rows(1));
    const auto audit_before = actions().size();
    ASSERT_EQ(state(purged), JobState::failed);

    ASSERT_TRUE(purge(purged, engine::Untaken::keep));

    EXPECT_FALSE(world->summary(purged));
    EXPECT_TRUE(world->people(purged).empty());
    for (const auto* name : {"user2", "user1@corp.example.com", "user2@contoso.com"})
        for (const auto& found : world->find_person(name)) EXPECT_EQ(found.enrollment.job, kept) << name;
    EXPECT_EQ(actions().size(), audit_before + 1);
    EXPECT_EQ(actions().back(), "job_purged");
    EXPECT_EQ(purge(purged, engine::Untaken::keep).error().code, FaultCode::no_such_job);
    // Its numbers are not used again, and everybody else goes on.
    EXPECT_EQ(world->people(kept).size(), 1u);
    world->restart();
    EXPECT_GT(submit("h", rows(1)).value, kept.value);
}

TEST_P(QueueOrders, AnOpenJobIsNotPurgedAndPasswordsAreNotLostByAccident) {
    const auto open = submit("f", rows(1));
    EXPECT_EQ(purge(open, engine::Untaken::discard).error().code, FaultCode::job_open);
    walk(claim_one(at(0)), 1, at(1));

    EXPECT_EQ(purge(open, engine::Untaken::keep).error().code, FaultCode::passwords_untaken);
    EXPECT_TRUE(world->summary(open));

    EXPECT_TRUE(purge(open, engine::Untaken::discard));
    EXPECT_EQ(world->totals().passwords_waiting, 0);
}

}  // namespace uplift::storage::testing
