// What queue.hpp promises, asked of every implementation. Included by one test file, which says which.
#pragma once

#include <functional>
#include <numeric>

#include "tests/unit/storage/true_counts.hpp"

namespace uplift::storage::testing {

struct WorldCase {
    std::string name;
    std::function<std::unique_ptr<QueueWorld>()> make;
};
inline void PrintTo(const WorldCase& world, std::ostream* out) { *out << world.name; }

class QueueContract : public ::testing::TestWithParam<WorldCase> {
 protected:
    std::unique_ptr<QueueWorld> world = GetParam().make();
    engine::Queue& queue() { return world->queue(); }

    JobId submit(std::string fingerprint, std::vector<IntakeRow> people, TenantName tenant = contoso) {
        const auto job = run(queue().begin_job(a_job(std::move(fingerprint), std::move(tenant))));
        EXPECT_TRUE(run(queue().add_rows(*job, std::move(people))));
        return run(queue().show_job(*job))->job;
    }
    std::vector<engine::StepTask> claim(std::size_t limit, TimePoint now, TenantName tenant = contoso) {
        engine::ClaimRequest request{
            .tenant = std::move(tenant), .limit = limit, .now = now, .lease_until = now + lease};
        return run(queue().claim(request));
    }
    engine::StepTask claim_one(TimePoint now) {
        auto tasks = claim(1, now);
        if (tasks.size() != 1) throw std::runtime_error("nothing was due");
        return tasks.front();
    }
    engine::Recorded record(const engine::StepRecord& record) { return run(queue().record(record)); }
    engine::Recorded record(const engine::StepTask& task, StepState state, TimePoint now) {
        return record(a_record(task, state, now));
    }
    // Resolves, claiming the person; what follows is `account`, started.
    engine::Recorded resolve(const engine::StepTask& task, unsigned number, TimePoint now) {
        auto resolved = a_record(task, StepState::done, now);
        resolved.person = person(number);
        resolved.plan = plan(number);
        resolved.claims_person = engine::StepRecord::Person::claim;
        return record(resolved);
    }
    // A whole walk with a created account.
    engine::Recorded walk(const engine::StepTask& task, unsigned number, TimePoint now) {
        auto next = resolve(task, number, now).next;
        auto made = a_record(*next, StepState::done, now);
        made.intent =
            Intent{.at = now, .sealed_password = "sealed" + std::to_string(number), .plan_digest = "d"};
        made.made = MadeAccount{.id = ObjectId{"object" + std::to_string(number)},
                                .origin = AccountOrigin::created,
                                .evidence = Evidence::reply,
                                .at = now};
        next = record(made).next;
        next = record(*next, StepState::done, now).next;
        next = record(*next, StepState::done, now).next;
        return record(*next, StepState::done, now);
    }
    EnrollmentDetail who(JobId job, std::int64_t row) {
        for (auto& detail : world->people(job))
            if (detail.enrollment.row == row) return detail;
        throw std::runtime_error("no such row");
    }
    std::vector<std::string> actions(std::int64_t after = 0) {
        std::vector<std::string> words;
        for (const auto& row : run(world->audit_log().read_after(after, everybody)))
            words.push_back(row.entry.action);
        return words;
    }
};

inline StepState state_of(const EnrollmentDetail& detail, StepKind kind) {
    for (const auto& step : detail.steps)
        if (step.kind == kind) return step.state;
    return StepState::pending;
}

// ---- intake ----------------------------------------------------------------------------------------

TEST_P(QueueContract, AJobIsUnseenUntilItIsShown) {
    const auto job = *run(queue().begin_job(a_job("f")));
    ASSERT_TRUE(run(queue().add_rows(job, rows(3))));
    EXPECT_FALSE(world->summary(job));
    EXPECT_TRUE(claim(10, at(1)).empty());
    EXPECT_FALSE(run(queue().find_open_job("f")));

    const auto accepted = run(queue().show_job(job));

    EXPECT_EQ(accepted->acceptance, engine::Acceptance::new_job);
    EXPECT_EQ(world->summary(job)->people, 3);
    EXPECT_EQ(world->summary(job)->state, JobState::running);
    EXPECT_EQ(run(queue().find_open_job("f")), job);
    EXPECT_EQ(actions(), std::vector<std::string>{"job_accepted"});
}

TEST_P(QueueContract, WhatWasAcceptedIsReadBackWhole) {
    auto fresh = a_job("f");
    fresh.label = "December starters";
    fresh.carried_columns = {"#cost centre"};
    fresh.sealed_password = std::string("sealed\0bytes", 12);
    fresh.profile.litigation_hold = LitigationHold{.duration_days = 2'555, .comment = "c", .url = "u"};
    fresh.profile.attributes = {{"displayName", "{displayName|cn}"}, {"jobTitle", ""}};
    fresh.profile.licenses = {{.sku = "SPE_E3", .disabled_plans = {}, .enabled_plans = {{"TEAMS1"}}}};
    fresh.profile.allow.columns = {"aliases"};
    fresh.profile.seats = Seats::create_unlicensed;
    auto row = a_row(7, "CORP\\jdoe");
    row.overrides.licenses = std::vector<std::string>{};
    row.overrides.archive = true;
    row.overrides.domain = "fabrikam.com";
    row.carried = {"4711", ""};
    const auto id = *run(queue().begin_job(fresh));
    ASSERT_TRUE(run(queue().add_rows(id, {row})));
    ASSERT_TRUE(run(queue().show_job(id)));

    const auto job = run(queue().job(id));
    const auto task = claim_one(at(1));

    EXPECT_EQ(job->profile, fresh.profile);
    EXPECT_EQ(job->label, fresh.label);
    EXPECT_EQ(job->submitter, fresh.submitter);
    EXPECT_EQ(job->carried_columns, fresh.carried_columns);
    EXPECT_EQ(job->sealed_password, fresh.sealed_password);
    EXPECT_EQ(job->accepted_at, fresh.accepted_at);
    EXPECT_EQ(task.enrollment.row, 7);
    EXPECT_EQ(task.enrollment.tenant, contoso);
    EXPECT_EQ(task.enrollment.given, row.given);
    EXPECT_EQ(task.enrollment.overrides, row.overrides);
    EXPECT_EQ(task.enrollment.carried, row.carried);
    EXPECT_EQ(task.enrollment.accepted_at, fresh.accepted_at);
    EXPECT_EQ(run(queue().job(JobId{99})), nullptr);
}

TEST_P(QueueContract, TheSameFingerprintIsTheSameJobWhileThatIsOpen) {
    const auto first = submit("f", rows(1));
    const auto second = *run(queue().begin_job(a_job("f")));
    ASSERT_TRUE(run(queue().add_rows(second, rows(1))));

    const auto again = run(queue().show_job(second));

    EXPECT_EQ(again->acceptance, engine::Acceptance::same_job);
    EXPECT_EQ(again->job, first);
    EXPECT_FALSE(world->summary(second));

    walk(claim_one(at(1)), 1, at(2));
    EXPECT_FALSE(run(queue().find_open_job("f")));
    EXPECT_NE(submit("f", rows(1)), first);
}

TEST_P(QueueContract, AnAbandonedJobLeavesNothing) {
    const auto job = *run(queue().begin_job(a_job("f")));
    ASSERT_TRUE(run(queue().add_rows(job, rows(3))));

    run(queue().abandon_job(job));

    EXPECT_FALSE(run(queue().add_rows(job, rows(1))));
    EXPECT_FALSE(run(queue().show_job(job)));
    EXPECT_TRUE(world->find_person("user1").empty());
    EXPECT_TRUE(claim(10, at(1)).empty());
}

TEST_P(QueueContract, WhatACrashLeftUnseenIsSweptAndItsNumberIsNotUsedAgain) {
    const auto unseen = *run(queue().begin_job(a_job("f")));
    ASSERT_TRUE(run(queue().add_rows(unseen, rows(2'500))));

    world->restart();

    EXPECT_FALSE(run(queue().show_job(unseen)));
    EXPECT_TRUE(world->find_person("user1").empty());
    EXPECT_NE(submit("g", rows(1)), unseen);
}

TEST_P(QueueContract, AJobWithoutPeopleEndsWhenItIsShown) {
    const auto job = submit("f", {});

    EXPECT_TRUE(world->summary(job)->job.ended_at);
    EXPECT_EQ(world->summary(job)->state, JobState::done);
}

// ---- claims ----------------------------------------------------------------------------------------

TEST_P(QueueContract, PeopleAreClaimedInTheOrderOfTheFileAndOnlyOnce) {
    submit("f", rows(5));

    const auto first = claim(3, at(1));
    const auto second = claim(3, at(1));

    ASSERT_EQ(first.size(), 3u);
    ASSERT_EQ(second.size(), 2u);
    EXPECT_EQ(first[0].enrollment.row, 1);
    EXPECT_EQ(first[2].enrollment.row, 3);
    EXPECT_EQ(second[0].enrollment.row, 4);
    EXPECT_EQ(first[0].step.kind, StepKind::resolve);
    EXPECT_EQ(first[0].step.state, StepState::running);
    EXPECT_EQ(first[0].step.since, at(1));
    EXPECT_TRUE(claim(3, at(1)).empty());
}

TEST_P(QueueContract, AnUntouchedPersonHasNoStepRow) {
    const auto job = submit("f", rows(2));
    claim(1, at(1));

    EXPECT_EQ(who(job, 1).steps.size(), 1u);
    EXPECT_EQ(who(job, 2).steps.size(), 0u);
    EXPECT_EQ(who(job, 2).enrollment.state, EnrollmentState::pending);
}

TEST_P(QueueContract, OpenJobsTakeTurns) {
    const auto big = submit("big", rows(100));
    const auto small = submit("small", rows(8));
    const auto tiny = submit("tiny", rows(1));

    std::map<JobId, int> served;
    for (const auto& task : claim(9, at(1))) ++served[task.enrollment.job];
    std::vector<JobId> one_by_one;
    for (int i = 0; i < 2; ++i) one_by_one.push_back(claim_one(at(1)).enrollment.job);

    EXPECT_EQ(served[tiny], 1);
    EXPECT_GE(served[small], 3);
    EXPECT_GE(served[big], 3);
    EXPECT_NE(one_by_one[0], one_by_one[1]);
}

TEST_P(QueueContract, TenantsDoNotSeeEachOther) {
    submit("f", rows(2));
    const TenantName fabrikam{"fabrikam"};
    submit("g", rows(1), fabrikam);

    EXPECT_EQ(claim(10, at(1), fabrikam).size(), 1u);
    EXPECT_EQ(claim(10, at(1)).size(), 2u);
    EXPECT_TRUE(claim(10, at(1), TenantName{"nobody"}).empty());
}

TEST_P(QueueContract, NextDueSaysWhenSomethingBecomesDue) {
    EXPECT_FALSE(run(queue().next_due(contoso)));
    submit("f", rows(1));
    EXPECT_LE(*run(queue().next_due(contoso)), at(1));

    const auto task = claim_one(at(1));
    EXPECT_EQ(*run(queue().next_due(contoso)), at(1) + lease);

    auto waits = a_record(task, StepState::waiting, at(2));
    waits.waits_for = WaitsFor::retry;
    waits.due = at(100);
    record(waits);
    EXPECT_EQ(*run(queue().next_due(contoso)), at(100));
    EXPECT_TRUE(claim(1, at(99)).empty());
    EXPECT_EQ(claim(1, at(100)).size(), 1u);
}

TEST_P(QueueContract, OldestDueComesFirstWithinAJob) {
    submit("f", rows(3));
    const auto tasks = claim(3, at(1));
    const std::int64_t dues[] = {300, 100, 200};
    for (std::size_t i = 0; i < 3; ++i) {
        auto waits = a_record(tasks[i], StepState::waiting, at(2));
        waits.waits_for = WaitsFor::retry;
        waits.due = at(dues[i]);
        record(waits);
    }

    const auto again = claim(3, at(400));

    ASSERT_EQ(again.size(), 3u);
    EXPECT_EQ(again[0].enrollment.row, 2);
    EXPECT_EQ(again[1].enrollment.row, 3);
    EXPECT_EQ(again[2].enrollment.row, 1);
}

// ---- leases ----------------------------------------------------------------------------------------

TEST_P(QueueContract, ALeaseThatEndedIsGivenToTheNextAndTheLateRecordWritesNothing) {
    const auto job = submit("f", rows(1));
    const auto task = claim_one(at(0));

    EXPECT_EQ(record(task, StepState::done, at(0) + lease).verdict, engine::RecordVerdict::lease_lost);
    EXPECT_EQ(state_of(who(job, 1), StepKind::resolve), StepState::running);
    EXPECT_EQ(claim(1, at(0) + lease).size(), 1u);
}

TEST_P(QueueContract, ARecordForAStepThatIsNotRunningWritesNothing) {
    const auto job = submit("f", rows(1));
    const auto task = claim_one(at(0));
    ASSERT_EQ(record(task, StepState::failed, at(1)).verdict, engine::RecordVerdict::written);

    auto late = a_record(task, StepState::done, at(2));
    late.audit.push_back(
        {.at = at(2), .actor = {}, .action = "late", .target = {}, .detail = {}, .attempt = {}});
    EXPECT_EQ(record(late).verdict, engine::RecordVerdict::lease_lost);

    engine::StepTask nobody = task;
    nobody.enrollment.id = EnrollmentId{4'711};
    EXPECT_EQ(record(nobody, StepState::done, at(2)).verdict, engine::RecordVerdict::lease_lost);
    EXPECT_EQ(state_of(who(job, 1), StepKind::resolve), StepState::failed);
    EXPECT_EQ(actions(), std::vector<std::string>{"job_accepted"});
}

TEST_P(QueueContract, ARestartVoidsLeasesAndWhatWasRunningIsDueAtOnceWithItsOpenAttempt) {
    const auto job = submit("f", rows(2));
    const auto task = claim_one(at(0));
    auto sent = a_record(task, StepState::running, at(1));
    sent.attempt_sent = Attempt{.id = AttemptId{"a1"},
                                .step = task.step.kind,
                                .number = 1,
                                .call = "create_user",
                                .target = {},
                                .sent_at = at(1),
                                .ended_at = {},
                                .result = AttemptResult::open,
                                .note = {}};
    ASSERT_EQ(record(sent).verdict, engine::RecordVerdict::written);

    world->restart();

    EXPECT_EQ(record(task, StepState::done, at(2)).verdict, engine::RecordVerdict::lease_lost);
    const auto again = claim_one(at(2));
    EXPECT_EQ(again.enrollment.id, task.enrollment.id);
    ASSERT_EQ(again.attempts.size(), 1u);
    EXPECT_EQ(again.attempts[0].result, AttemptResult::open);
    EXPECT_EQ(record(again, StepState::failed, at(3)).verdict, engine::RecordVerdict::written);
    expect_true_counts(*world, job);
}

TEST_P(QueueContract, AReleasedStepIsDueAgainAsItWas) {
    const auto job = submit("f", rows(1));
    const auto task = claim_one(at(0));

    run(queue().release(task.enrollment.id, task.step.kind, at(60)));

    EXPECT_EQ(state_of(who(job, 1), StepKind::resolve), StepState::pending);
    EXPECT_TRUE(claim(1, at(59)).empty());
    auto waits = a_record(claim_one(at(60)), StepState::waiting, at(61));
    waits.waits_for = WaitsFor::retry;
    waits.due = at(70);
    record(waits);
    const auto again = claim_one(at(70));
    run(queue().release(again.enrollment.id, again.step.kind, at(80)));
    EXPECT_EQ(who(job, 1).steps[0].waits_for, WaitsFor::retry);
    EXPECT_EQ(who(job, 1).steps[0].due, at(80));
    EXPECT_EQ(record(again, StepState::done, at(71)).verdict, engine::RecordVerdict::lease_lost);
}

// ---- the walk --------------------------------------------------------------------------------------

TEST_P(QueueContract, AStepThatIsDoneStartsTheNextUnderTheSameLease) {
    const auto job = submit("f", rows(1));
    const auto task = claim_one(at(0));

    const auto resolved = resolve(task, 1, at(1));

    ASSERT_TRUE(resolved.next);
    EXPECT_EQ(resolved.next->step.kind, StepKind::account);
    EXPECT_EQ(resolved.next->step.state, StepState::running);
    EXPECT_EQ(resolved.next->step.since, at(1));
    EXPECT_EQ(resolved.next->enrollment.person, person(1));
    EXPECT_EQ(resolved.next->enrollment.plan, plan(1));
    EXPECT_EQ(resolved.next->enrollment.state, EnrollmentState::running);
    EXPECT_TRUE(claim(1, at(0) + lease - std::chrono::seconds(1)).empty());
    EXPECT_EQ(record(*resolved.next, StepState::done, at(0) + lease).verdict,
              engine::RecordVerdict::lease_lost);
    expect_true_counts(*world, job);
}

TEST_P(QueueContract, AWalkEndsWithItsLastStepAndTheJobWithItsLastPerson) {
    const auto job = submit("f", rows(2));
    const auto tasks = claim(2, at(0));

    EXPECT_FALSE(walk(tasks[0], 1, at(5)).job_ended);
    EXPECT_FALSE(world->summary(job)->job.ended_at);
    const auto last = walk(tasks[1], 2, at(6));

    EXPECT_EQ(last.job_ended, job);
    EXPECT_FALSE(last.next);
    EXPECT_EQ(world->summary(job)->job.ended_at, at(6));
    EXPECT_EQ(world->summary(job)->state, JobState::done);
    EXPECT_EQ(who(job, 1).enrollment.state, EnrollmentState::done);
    EXPECT_EQ(who(job, 1).enrollment.ended_at, at(5));
    EXPECT_EQ(who(job, 1).enrollment.made->id, ObjectId{"object1"});
    expect_true_counts(*world, job);
}

TEST_P(QueueContract, AFailedStepEndsThePerson) {
    const auto job = submit("f", rows(1));
    const auto next = resolve(claim_one(at(0)), 1, at(1)).next;

    const auto failed = record(*next, StepState::failed, at(2));

    EXPECT_FALSE(failed.next);
    EXPECT_EQ(failed.job_ended, job);
    EXPECT_EQ(who(job, 1).enrollment.state, EnrollmentState::failed);
    EXPECT_EQ(who(job, 1).steps[1].fault->code, a_fault().code);
    EXPECT_EQ(who(job, 1).steps[1].fault->cure, a_fault().cure);
    EXPECT_EQ(world->summary(job)->state, JobState::failed);
}

TEST_P(QueueContract, ASkippedPersonEndsButASkippedLaterStepGoesOn) {
    const auto job = submit("f", rows(2));
    const auto tasks = claim(2, at(0));

    EXPECT_FALSE(record(tasks[0], StepState::skipped, at(1)).next);
    const auto account = resolve(tasks[1], 2, at(1)).next;
    const auto license = record(*account, StepState::done, at(1)).next;
    const auto groups = record(*license, StepState::skipped, at(1)).next;

    EXPECT_EQ(who(job, 1).enrollment.state, EnrollmentState::skipped);
    ASSERT_TRUE(groups);
    EXPECT_EQ(groups->step.kind, StepKind::groups);
    const auto manager = record(*groups, StepState::skipped, at(2)).next;
    record(*manager, StepState::skipped, at(2));
    EXPECT_EQ(who(job, 2).enrollment.state, EnrollmentState::done);
    EXPECT_EQ(world->summary(job)->state, JobState::done);
}

TEST_P(QueueContract, ARecoveryPointKeepsTheLeaseAndWhatItSays) {
    submit("f", rows(1));
    const auto account = *resolve(claim_one(at(0)), 1, at(1)).next;
    auto intent = a_record(account, StepState::running, at(2));
    intent.intent = Intent{.at = at(2), .sealed_password = "sealed", .plan_digest = "digest"};
    intent.progress = "intent";
    intent.tries = 3;

    EXPECT_FALSE(record(intent).next);
    world->restart();
    const auto again = claim_one(at(3));

    EXPECT_EQ(again.step.kind, StepKind::account);
    EXPECT_EQ(again.enrollment.intent, *intent.intent);
    EXPECT_EQ(again.step.progress, "intent");
    EXPECT_EQ(again.step.tries, 3);
}

TEST_P(QueueContract, AttemptsAreNumberedByStepAndGoOnAfterARetry) {
    const auto job = submit("f", rows(1));
    auto account = *resolve(claim_one(at(0)), 1, at(1)).next;
    const auto attempt = [&](const std::string& id, StepState state, TimePoint now) {
        auto sent = a_record(account, StepState::running, now);
        sent.attempt_sent = Attempt{.id = AttemptId{id},
                                    .step = StepKind::account,
                                    .number = 1,
                                    .call = "create_user",
                                    .target = "t",
                                    .sent_at = now,
                                    .ended_at = {},
                                    .result = AttemptResult::open,
                                    .note = {}};
        record(sent);
        auto over = a_record(account, state, now);
        over.attempt_ended =
            engine::AttemptEnd{.id = AttemptId{id}, .result = AttemptResult::refused, .note = "code=x"};
        record(over);
    };
    attempt("a1", StepState::running, at(2));
    attempt("a2", StepState::failed, at(3));
    ASSERT_EQ(run(queue().retry_job(job, operator_anna, at(4)))->steps, 1);
    account = claim_one(at(4));
    ASSERT_EQ(account.attempts.size(), 2u);

    attempt("a3", StepState::failed, at(5));

    const auto attempts = who(job, 1).attempts;
    ASSERT_EQ(attempts.size(), 3u);
    EXPECT_EQ(attempts[2].id, AttemptId{"a3"});
    EXPECT_EQ(attempts[2].number, 3);
    EXPECT_EQ(attempts[1].ended_at, at(3));
    EXPECT_EQ(attempts[1].result, AttemptResult::refused);
    EXPECT_EQ(attempts[1].note, "code=x");
    EXPECT_EQ(attempts[0].target, "t");
}

TEST_P(QueueContract, AuditRowsOfARecordAreNumberedWithoutGaps) {
    submit("f", rows(1));
    const auto task = claim_one(at(0));
    auto audited = a_record(task, StepState::running, at(1));
    AuditEntry entry{.at = at(1),
                     .actor = {.uid = 7, .name = "engine"},
                     .action = "account_sent",
                     .target = "jdoe@contoso.com",
                     .detail = "k=v",
                     .attempt = AttemptId{"a1"}};
    audited.audit = {entry, entry};

    record(audited);
    run(queue().audit(entry));

    const auto rows = run(world->audit_log().read_after(0, 10));
    ASSERT_EQ(rows.size(), 4u);
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].number, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(rows[1].enrollment, task.enrollment.id);
    EXPECT_EQ(rows[1].job, task.enrollment.job);
    EXPECT_EQ(rows[1].entry.attempt, AttemptId{"a1"});
    EXPECT_EQ(rows[1].entry.actor, entry.actor);
    EXPECT_FALSE(rows[3].job);
    EXPECT_EQ(run(world->audit_log().read_after(2, 1)).at(0).number, 3);
    EXPECT_EQ(world->audit_of(task.enrollment.id).size(), 2u);
}

// ---- one open enrollment a person ------------------------------------------------------------------

TEST_P(QueueContract, ASecondEnrollmentOfAPersonWaitsForTheFirst) {
    submit("f", rows(1));
    const auto second_job = submit("g", rows(1));
    const auto tasks = claim(2, at(0));
    const auto account = resolve(tasks[0], 7, at(1)).next;

    const auto taken = resolve(tasks[1], 7, at(1));

    EXPECT_EQ(taken.verdict, engine::RecordVerdict::person_taken);
    EXPECT_FALSE(taken.next);
    const auto waiting = who(second_job, 1);
    EXPECT_FALSE(waiting.enrollment.person);
    EXPECT_FALSE(waiting.enrollment.plan);
    EXPECT_EQ(waiting.enrollment.state, EnrollmentState::waiting);
    EXPECT_EQ(waiting.steps[0].waits_for, WaitsFor::other_job);
    EXPECT_TRUE(claim(10, at(2)).empty());

    const auto license = record(*account, StepState::done, at(3)).next;
    const auto groups = record(*license, StepState::done, at(3)).next;
    const auto manager = record(*groups, StepState::done, at(3)).next;
    EXPECT_EQ(record(*manager, StepState::done, at(3)).woken, 1);
    const auto woken = claim_one(at(3));
    EXPECT_EQ(woken.enrollment.job, second_job);
    EXPECT_EQ(resolve(woken, 7, at(4)).verdict, engine::RecordVerdict::written);
}

TEST_P(QueueContract, AnotherTenantMayHaveThePerson) {
    submit("f", rows(1));
    const TenantName fabrikam{"fabrikam"};
    submit("g", rows(1), fabrikam);
    const auto here = claim(1, at(0)).front();
    const auto there = claim(1, at(0), fabrikam).front();

    EXPECT_EQ(resolve(here, 7, at(1)).verdict, engine::RecordVerdict::written);
    EXPECT_EQ(resolve(there, 7, at(1)).verdict, engine::RecordVerdict::written);
}

TEST_P(QueueContract, AFailedOrCancelledHolderWakesThoseWhoWaitToo) {
    const auto first_job = submit("f", rows(1));
    const auto tasks_of_first = claim(1, at(0));
    submit("g", rows(1));
    submit("h", rows(1));
    const auto others = claim(2, at(0));
    const auto account = resolve(tasks_of_first[0], 7, at(1)).next;
    ASSERT_EQ(resolve(others[0], 7, at(1)).verdict, engine::RecordVerdict::person_taken);
    ASSERT_EQ(resolve(others[1], 7, at(1)).verdict, engine::RecordVerdict::person_taken);

    EXPECT_EQ(record(*account, StepState::failed, at(2)).woken, 2);
    auto woken = claim(2, at(2));
    ASSERT_EQ(woken.size(), 2u);
    auto waits = a_record(woken[0], StepState::waiting, at(3));
    waits.person = person(7);
    waits.claims_person = engine::StepRecord::Person::claim;
    waits.waits_for = WaitsFor::retry;
    waits.due = at(1'000);
    record(waits);
    ASSERT_EQ(resolve(woken[1], 7, at(3)).verdict, engine::RecordVerdict::person_taken);
    ASSERT_TRUE(run(queue().cancel_job(woken[0].enrollment.job, operator_anna, at(4))));
    EXPECT_EQ(claim(2, at(4)).size(), 1u);
    EXPECT_EQ(who(first_job, 1).enrollment.state, EnrollmentState::failed);
}

// ---- retry and cancel ------------------------------------------------------------------------------

TEST_P(QueueContract, ARetryRunsFailedStepsAgainAndRepeatsNothing) {
    const auto job = submit("f", rows(2));
    const auto tasks = claim(2, at(0));
    walk(tasks[0], 1, at(1));
    const auto account = resolve(tasks[1], 2, at(1)).next;
    auto failed = a_record(*account, StepState::failed, at(2));
    failed.tries = 9;
    record(failed);

    EXPECT_EQ(run(queue().retry_job(job, operator_bert, at(10)))->steps, 1);
    EXPECT_EQ(run(queue().retry_job(job, operator_bert, at(10)))->steps, 0);

    EXPECT_FALSE(world->summary(job)->job.ended_at);
    EXPECT_EQ(world->summary(job)->state, JobState::running);
    EXPECT_FALSE(who(job, 2).enrollment.ended_at);
    EXPECT_EQ(state_of(who(job, 2), StepKind::account), StepState::pending);
    const auto again = claim(10, at(10));
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].step.kind, StepKind::account);
    EXPECT_EQ(again[0].step.tries, 0);
    EXPECT_FALSE(again[0].step.fault);
    EXPECT_EQ(again[0].enrollment.plan, plan(2));
    expect_true_counts(*world, job);
    EXPECT_EQ(actions().back(), "job_retried");
    EXPECT_EQ(run(queue().retry_job(JobId{99}, operator_bert, at(10))).error().code, FaultCode::no_such_job);
}

TEST_P(QueueContract, ARetriedPersonIsClaimedAgainOrWaitsForTheOtherJob) {
    const auto first = submit("f", rows(1));
    const auto account = *resolve(claim_one(at(0)), 7, at(1)).next;
    record(account, StepState::failed, at(2));
    const auto second = submit("g", rows(1));
    const auto other = resolve(claim_one(at(3)), 7, at(3)).next;

    ASSERT_EQ(run(queue().retry_job(first, operator_anna, at(4)))->steps, 1);

    EXPECT_EQ(who(first, 1).steps[1].waits_for, WaitsFor::other_job);
    EXPECT_EQ(who(first, 1).enrollment.state, EnrollmentState::waiting);
    EXPECT_EQ(record(*other, StepState::failed, at(5)).woken, 1);
    ASSERT_EQ(run(queue().retry_job(second, operator_anna, at(6)))->steps, 1);
    EXPECT_EQ(who(second, 1).enrollment.state, EnrollmentState::running);
    // Neither has it by a record of its own: who resolves or runs with the claim first goes on.
    EXPECT_EQ(claim(2, at(6)).size(), 2u);
}

TEST_P(QueueContract, ACancelEndsWhatWaitsAndLetsWhatRunsEndByItsRecord) {
    const auto job = submit("f", rows(4));
    const auto tasks = claim(3, at(0));
    const auto account = resolve(tasks[0], 1, at(1)).next;
    auto waits = a_record(tasks[1], StepState::waiting, at(1));
    waits.waits_for = WaitsFor::retry;
    waits.due = at(500);
    record(waits);

    EXPECT_EQ(run(queue().cancel_job(job, operator_anna, at(10)))->steps, 2);
    EXPECT_EQ(run(queue().cancel_job(job, operator_anna, at(11)))->steps, 0);

    EXPECT_EQ(who(job, 1).enrollment.state, EnrollmentState::running);
    EXPECT_EQ(who(job, 2).enrollment.state, EnrollmentState::cancelled);
    EXPECT_EQ(state_of(who(job, 4), StepKind::resolve), StepState::cancelled);
    EXPECT_EQ(who(job, 4).enrollment.ended_at, at(10));
    EXPECT_TRUE(claim(10, at(20)).empty());

    auto made = a_record(*account, StepState::done, at(21));
    made.made = MadeAccount{
        .id = ObjectId{"o1"}, .origin = AccountOrigin::created, .evidence = Evidence::reply, .at = at(21)};
    const auto recorded = record(made);
    EXPECT_EQ(recorded.verdict, engine::RecordVerdict::written);
    EXPECT_FALSE(recorded.next);
    EXPECT_EQ(state_of(who(job, 1), StepKind::account), StepState::done);
    EXPECT_EQ(who(job, 1).enrollment.made->id, ObjectId{"o1"});
    EXPECT_EQ(who(job, 1).enrollment.state, EnrollmentState::cancelled);

    auto retry = a_record(tasks[2], StepState::waiting, at(22));
    retry.waits_for = WaitsFor::retry;
    retry.due = at(600);
    EXPECT_EQ(record(retry).job_ended, job);
    EXPECT_EQ(who(job, 3).enrollment.state, EnrollmentState::cancelled);
    EXPECT_EQ(world->summary(job)->state, JobState::cancelled);
    EXPECT_FALSE(run(queue().next_due(contoso)));
    expect_true_counts(*world, job);
    EXPECT_EQ(run(queue().cancel_job(JobId{99}, operator_anna, at(1))).error().code, FaultCode::no_such_job);
}

TEST_P(QueueContract, AStepThatWasOnTheWireWhenACrashCameStillEndsAfterACancel) {
    const auto job = submit("f", rows(2));
    resolve(claim_one(at(0)), 1, at(1));
    ASSERT_TRUE(run(queue().cancel_job(job, operator_anna, at(2))));
    world->restart();

    const auto again = claim(10, at(3));

    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].step.kind, StepKind::account);
    run(queue().release(again[0].enrollment.id, again[0].step.kind, at(4)));
    EXPECT_EQ(world->summary(job)->state, JobState::cancelled);
    EXPECT_TRUE(world->summary(job)->job.ended_at);
}

TEST_P(QueueContract, WhatFailedInACancelledJobCanBeRetried) {
    const auto job = submit("f", rows(2));
    record(claim_one(at(0)), StepState::failed, at(1));
    ASSERT_TRUE(run(queue().cancel_job(job, operator_anna, at(2))));
    ASSERT_EQ(world->summary(job)->state, JobState::cancelled);

    ASSERT_EQ(run(queue().retry_job(job, operator_anna, at(3)))->steps, 1);

    EXPECT_TRUE(walk(claim_one(at(3)), 1, at(4)).job_ended);
    EXPECT_EQ(who(job, 1).enrollment.state, EnrollmentState::done);
    EXPECT_EQ(who(job, 2).enrollment.state, EnrollmentState::cancelled);
}

TEST_P(QueueContract, ABigJobIsCancelledAndRetriedWhole) {
    const auto job = submit("f", rows(4'500));
    for (const auto& task : claim(4'200, at(0))) record(task, StepState::failed, at(1));

    EXPECT_EQ(run(queue().retry_job(job, operator_anna, at(2)))->steps, 4'200);
    EXPECT_EQ(run(queue().cancel_job(job, operator_anna, at(3)))->steps, 4'500);

    EXPECT_EQ(world->summary(job)->state, JobState::cancelled);
    expect_true_counts(*world, job);
}

// ---- passwords -------------------------------------------------------------------------------------

TEST_P(QueueContract, PasswordsAreShownPageByPageToOneReaderAndDestroyedWhenTaken) {
    const auto job = submit("f", rows(3));
    const auto tasks = claim(3, at(0));
    for (unsigned i = 0; i < 3; ++i) walk(tasks[i], i + 1, at(1));
    ASSERT_EQ(world->summary(job)->passwords_waiting, 3);

    const auto page = *run(queue().open_password_page(job, operator_anna, 2, at(2)));
    const auto again = *run(queue().open_password_page(job, operator_anna, 2, at(3)));
    const auto others = *run(queue().open_password_page(job, operator_bert, 2, at(3)));

    ASSERT_EQ(page.rows.size(), 2u);
    EXPECT_EQ(page.left, 1);
    EXPECT_EQ(page.rows[0].row, 1);
    EXPECT_EQ(page.rows[0].person, guid(1));
    EXPECT_EQ(page.rows[0].user_principal_name, "user1@contoso.com");
    EXPECT_EQ(page.rows[0].display_name, "User 1");
    EXPECT_EQ(page.rows[0].sealed_password, "sealed1");
    EXPECT_EQ(again.page, page.page);
    EXPECT_EQ(again.rows.size(), 2u);
    ASSERT_EQ(others.rows.size(), 1u);
    EXPECT_EQ(others.rows[0].row, 3);
    EXPECT_EQ(others.left, 0);
    EXPECT_EQ(world->summary(job)->passwords_waiting, 3);
    EXPECT_FALSE(run(queue().close_password_page(job, page.page, operator_bert, at(4))));

    EXPECT_TRUE(run(queue().close_password_page(job, page.page, operator_anna, at(4))));
    EXPECT_TRUE(run(queue().close_password_page(job, page.page, operator_anna, at(5))));
    EXPECT_EQ(world->summary(job)->passwords_waiting, 1);
    EXPECT_TRUE(run(queue().open_password_page(job, operator_anna, 2, at(6)))->rows.empty());
    const auto expected = std::vector<std::string>{"job_accepted",
                                                   "password_shown",
                                                   "password_shown",
                                                   "password_shown_again",
                                                   "password_shown_again",
                                                   "password_shown",
                                                   "passwords_taken"};
    EXPECT_EQ(actions(), expected);
    EXPECT_EQ(run(queue().open_password_page(JobId{99}, operator_anna, 2, at(6))).error().code,
              FaultCode::no_such_job);
}

TEST_P(QueueContract, OnlyPasswordsOfAccountsThatWeMadeAreShown) {
    const auto job = submit("f", rows(4));
    const auto tasks = claim(4, at(0));
    const AccountOrigin origins[] = {
        AccountOrigin::created, AccountOrigin::continued, AccountOrigin::adopted};
    for (unsigned i = 0; i < 4; ++i) {
        auto account = a_record(*resolve(tasks[i], i + 1, at(1)).next, StepState::running, at(2));
        account.intent = Intent{.at = at(2), .sealed_password = "s", .plan_digest = "d"};
        record(account);
        if (i == 3) continue;  // never made
        account.intent.reset();
        account.made = MadeAccount{
            .id = ObjectId{"o"}, .origin = origins[i], .evidence = Evidence::look_up, .at = at(2)};
        record(account);
    }

    const auto page = *run(queue().open_password_page(job, operator_anna, 10, at(3)));

    ASSERT_EQ(page.rows.size(), 1u);
    EXPECT_EQ(page.rows[0].row, 1);
    EXPECT_EQ(world->summary(job)->passwords_waiting, 1);
}

TEST_P(QueueContract, ASealedPasswordThatIsNotOursIsDestroyedOnWord) {
    const auto job = submit("f", rows(1));
    auto account = a_record(*resolve(claim_one(at(0)), 1, at(1)).next, StepState::running, at(2));
    account.intent = Intent{.at = at(2), .sealed_password = "s", .plan_digest = "d"};
    record(account);
    account.intent.reset();
    account.sealed_password = engine::StepRecord::SealedPassword::destroy;
    account.state = StepState::done;

    const auto next = record(account).next;

    EXPECT_EQ(next->enrollment.intent->sealed_password, "");
    EXPECT_EQ(next->enrollment.intent->plan_digest, "d");
    EXPECT_EQ(world->summary(job)->passwords_waiting, 0);
}

// ---- finding ---------------------------------------------------------------------------------------

TEST_P(QueueContract, APersonIsFoundUnderEveryNameAndNobodyElseIs) {
    auto given = a_row(1, "CORP\\user7");
    const auto job = submit("f", {given, a_row(2, "user8")});
    const auto tasks = claim(2, at(0));
    walk(tasks[0], 7, at(1));
    const std::string names[] = {"corp\\USER7",
                                 "user7",
                                 to_string(guid(7)),
                                 "{" + to_string(guid(7)) + "}",
                                 "User7@corp.example.com",
                                 "user7@CONTOSO.com",
                                 "cn=user7,dc=corp,dc=example,dc=com",
                                 "object7"};

    for (const auto& name : names) {
        const auto found = world->find_person(name);
        ASSERT_EQ(found.size(), 1u) << name;
        EXPECT_EQ(found[0].enrollment.row, 1) << name;
    }
    EXPECT_TRUE(world->find_person("user").empty());
    submit("g", {a_row(1, "user7")});
    EXPECT_EQ(world->find_person("user7").size(), 2u);
    EXPECT_EQ(world->totals().open_jobs, 2);
    EXPECT_EQ(world->totals().passwords_waiting, 1);
    EXPECT_EQ(world->summary(job)->people, 2);
}

}  // namespace uplift::storage::testing
