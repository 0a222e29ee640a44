// What every queue promises of its lines: seats, mailboxes, managers, and of orders for single tasks.
#pragma once

#include "tests/unit/storage/queue_contract.hpp"

namespace uplift::storage::testing {

class QueueLines : public QueueContract {
 protected:
    // Up to the step `license` of the next person, which is running then.
    engine::StepTask walk_to_license(unsigned number, TimePoint now) {
        auto next = resolve(claim_one(now), number, now).next;
        return *record(made_account(*next, number, now)).next;
    }
    engine::StepRecord made_account(const engine::StepTask& task, unsigned number, TimePoint now) {
        auto made = a_record(task, StepState::done, now);
        made.intent = Intent{.at = now, .sealed_password = "sealed", .plan_digest = "d"};
        made.made = MadeAccount{
            .id = account(number), .origin = AccountOrigin::created, .evidence = Evidence::reply, .at = now};
        return made;
    }
    static ObjectId account(unsigned number) { return ObjectId{"object" + std::to_string(number)}; }
    // Through the whole walk; `tasks` begin.
    engine::Recorded walk_to_tasks(unsigned number, std::vector<StepKind> tasks, TimePoint now) {
        auto next = record(walk_to_license(number, now), StepState::done, now).next;  // license
        next = record(*next, StepState::done, now).next;                              // groups
        auto last = a_record(*next, StepState::done, now);
        last.begins = std::move(tasks);
        return record(last);
    }
    engine::Recorded wait_for(const engine::StepTask& task,
                              WaitsFor what,
                              TimePoint now,
                              TimePoint due = TimePoint::max()) {
        auto waiting = a_record(task, StepState::waiting, now);
        waiting.waits_for = what;
        waiting.due = due;
        return record(waiting);
    }
    std::int64_t note(std::int64_t owned, std::int64_t used, TimePoint now) {
        return run(queue().note_seats(contoso, {{.sku = e3, .owned = owned, .used = used}}, now));
    }
    engine::SeatVerdict take(const engine::StepTask& task, TimePoint now) {
        return run(queue().take_seats(task.enrollment.id, {e3}, now));
    }
    engine::Recorded licensed(const engine::StepTask& task, TimePoint now) {
        auto done = a_record(task, StepState::done, now);
        done.seats = engine::StepRecord::Seats::taken;
        return record(done);
    }
    std::vector<engine::TaskEffect> order(engine::TaskOrder what,
                                          std::vector<TaskId> tasks,
                                          TimePoint now,
                                          std::optional<TimePoint> until = std::nullopt) {
        engine::TaskCommand command{
            .order = what, .tasks = std::move(tasks), .until = until, .reason = "because"};
        return run(queue().order_tasks(std::move(command), operator_anna, now));
    }
    const SkuId e3{"e3"};
    const SkuId e5{"e5"};
};

using engine::SeatVerdict;
using engine::TaskEffect;
using engine::TaskOrder;

// ---- seats -----------------------------------------------------------------------------------------

TEST_P(QueueLines, ALicenceWhoseNumbersWereNeverNotedHasNoSeats) {
    submit("f", rows(1));
    const auto task = walk_to_license(1, at(1));
    EXPECT_EQ(take(task, at(1)), SeatVerdict::wait);
    EXPECT_EQ(run(queue().waiting_for_seats(contoso)), 1);
}

TEST_P(QueueLines, TwoJobsAreNeverPromisedTheSameSeat) {
    submit("f", rows(1));
    submit("g", {a_row(2, "p2")});
    note(1, 0, at(0));
    const auto first = walk_to_license(1, at(1));
    const auto second = walk_to_license(2, at(2));

    EXPECT_EQ(take(first, at(3)), SeatVerdict::granted);
    EXPECT_EQ(take(first, at(3)), SeatVerdict::granted);  // asking again changes nothing
    EXPECT_EQ(take(second, at(4)), SeatVerdict::wait);
}

TEST_P(QueueLines, ASeatThatWasTakenCountsUntilTheTenantShowsIt) {
    submit("f", rows(3));
    note(2, 0, at(0));
    const auto first = walk_to_license(1, at(1));
    EXPECT_EQ(take(first, at(1)), SeatVerdict::granted);
    licensed(first, at(2));

    note(2, 0, at(3));  // the tenant's number lags
    const auto second = walk_to_license(2, at(4));
    EXPECT_EQ(take(second, at(4)), SeatVerdict::granted);
    const auto third = walk_to_license(3, at(5));
    EXPECT_EQ(take(third, at(5)), SeatVerdict::wait);

    licensed(second, at(6));
    EXPECT_EQ(note(2, 2, at(7)), 0);  // both are shown now, and no seat is free
    EXPECT_EQ(run(queue().waiting_for_seats(contoso)), 1);
    wait_for(third, WaitsFor::seat, at(8));
    EXPECT_EQ(note(3, 2, at(9)), 1);  // one was bought
    const auto woken = claim(10, at(9));
    ASSERT_EQ(woken.size(), 1u);
    EXPECT_EQ(woken.front().step.kind, StepKind::license);
    EXPECT_EQ(take(woken.front(), at(9)), SeatVerdict::granted);
}

TEST_P(QueueLines, ASeatTakenLongAgoIsCountedByTheTenantWhateverItsNumberSays) {
    submit("f", rows(2));
    note(1, 0, at(0));
    const auto first = walk_to_license(1, at(1));
    EXPECT_EQ(take(first, at(1)), SeatVerdict::granted);
    licensed(first, at(2));
    const auto second = walk_to_license(2, at(3));
    EXPECT_EQ(take(second, at(3)), SeatVerdict::wait);
    wait_for(second, WaitsFor::seat, at(4));

    EXPECT_EQ(note(1, 0, at(60)), 0);
    EXPECT_EQ(note(1, 0, at(2 + 3'601)), 1);  // somebody gave theirs back
}

TEST_P(QueueLines, WhoWaitsIsServedOldestFirst) {
    submit("f", rows(3));
    note(0, 0, at(0));
    std::vector<engine::StepTask> tasks;
    for (unsigned i = 1; i <= 3; ++i) {
        tasks.push_back(walk_to_license(i, at(i)));
        EXPECT_EQ(take(tasks.back(), at(10 - i)), SeatVerdict::wait);  // the third one came first
        wait_for(tasks.back(), WaitsFor::seat, at(20));
    }
    EXPECT_TRUE(claim(10, at(30)).empty());

    EXPECT_EQ(note(1, 0, at(31)), 1);
    const auto woken = claim(10, at(31));
    ASSERT_EQ(woken.size(), 1u);
    EXPECT_EQ(woken.front().enrollment.id, tasks[2].enrollment.id);
}

TEST_P(QueueLines, APersonGetsAllTheirSeatsOrNone) {
    submit("f", rows(2));
    run(queue().note_seats(
        contoso, {{.sku = e3, .owned = 1, .used = 0}, {.sku = e5, .owned = 0, .used = 0}}, at(0)));
    const auto both = walk_to_license(1, at(1));
    const auto one = walk_to_license(2, at(2));

    EXPECT_EQ(run(queue().take_seats(both.enrollment.id, {e3, e5}, at(3))), SeatVerdict::wait);
    EXPECT_EQ(take(one, at(4)), SeatVerdict::wait);  // the older one is first in the line for it…
    note(2, 0, at(5));
    EXPECT_EQ(take(one, at(6)), SeatVerdict::granted);  // …but holds nothing
    EXPECT_EQ(run(queue().take_seats(both.enrollment.id, {e3, e5}, at(7))), SeatVerdict::wait);
}

TEST_P(QueueLines, APromiseMadeWhileTheStepWasOnItsWayToWaitIsNotLost) {
    submit("f", rows(1));
    const auto task = walk_to_license(1, at(1));
    EXPECT_EQ(take(task, at(2)), SeatVerdict::wait);
    EXPECT_EQ(note(1, 0, at(3)), 0);  // promised, but nobody waits yet

    wait_for(task, WaitsFor::seat, at(4));
    EXPECT_EQ(claim(10, at(4)).size(), 1u);
}

TEST_P(QueueLines, ARefusedSeatGoesBackIntoTheLineAtItsOldPlace) {
    submit("f", rows(2));
    note(1, 0, at(0));
    const auto first = walk_to_license(1, at(1));
    EXPECT_EQ(take(first, at(1)), SeatVerdict::granted);
    const auto second = walk_to_license(2, at(2));
    EXPECT_EQ(take(second, at(2)), SeatVerdict::wait);
    wait_for(second, WaitsFor::seat, at(3));
    auto refused = a_record(first, StepState::waiting, at(4));
    refused.waits_for = WaitsFor::seat;
    refused.due = TimePoint::max();
    refused.seats = engine::StepRecord::Seats::refused;
    record(refused);

    EXPECT_EQ(note(1, 0, at(5)), 1);
    EXPECT_EQ(claim_one(at(5)).enrollment.id, first.enrollment.id);
}

TEST_P(QueueLines, WhoEndsWithoutASeatMakesRoomForTheNext) {
    const auto job = submit("f", rows(2));
    note(1, 0, at(0));
    const auto first = walk_to_license(1, at(1));
    EXPECT_EQ(take(first, at(1)), SeatVerdict::granted);
    const auto second = walk_to_license(2, at(2));
    EXPECT_EQ(take(second, at(2)), SeatVerdict::wait);
    wait_for(second, WaitsFor::seat, at(3));

    const auto ended = record(first, StepState::failed, at(4));
    EXPECT_EQ(ended.woken, 1);
    EXPECT_EQ(claim_one(at(4)).enrollment.id, second.enrollment.id);
    expect_true_counts(*world, job);
}

// ---- mailboxes -------------------------------------------------------------------------------------

TEST_P(QueueLines, DelayedTasksBeginTogetherAndTheJobWaits) {
    const auto job = submit("f", rows(1));
    walk_to_tasks(1, {StepKind::alias, StepKind::archive}, at(1));

    EXPECT_EQ(world->summary(job)->state, JobState::waiting);
    const auto tasks = claim(10, at(2));
    ASSERT_EQ(tasks.size(), 2u);
    record(tasks[0], StepState::failed, at(3));
    EXPECT_FALSE(world->summary(job)->job.ended_at);  // one that fails does not hold up the rest
    const auto last = record(tasks[1], StepState::done, at(4));
    EXPECT_EQ(last.job_ended, job);
    EXPECT_EQ(world->summary(job)->state, JobState::failed);
    expect_true_counts(*world, job);
}

TEST_P(QueueLines, WhoWaitsForAMailboxIsWokenByItsAccountAndOnlyOnce) {
    submit("f", rows(2));
    for (unsigned i = 1; i <= 2; ++i) walk_to_tasks(i, {StepKind::alias, StepKind::archive}, at(i));
    for (const auto& task : claim(10, at(5))) wait_for(task, WaitsFor::mailbox, at(5), at(100'000));
    auto standing = run(queue().mailbox_standing(contoso));
    EXPECT_EQ(standing.waiting, 2);
    EXPECT_EQ(standing.oldest_since, at(5));
    EXPECT_TRUE(claim(10, at(50)).empty());

    const engine::MailboxLook look{.tenant = contoso,
                                   .now = at(65),
                                   .swept_to = at(64),
                                   .arrived = {{.account = account(2), .created_at = at(60)},
                                               {.account = ObjectId{"x"}, .created_at = {}}},
                                   .not_there = {}};
    EXPECT_EQ(run(queue().record_look(look)), 2);  // both tasks of the second person
    EXPECT_EQ(run(queue().record_look(look)), 0);  // seen again by the overlap of the next sweep
    const auto woken = claim(10, at(65));
    ASSERT_EQ(woken.size(), 2u);
    EXPECT_EQ(woken[0].enrollment.made->id, account(2));

    standing = run(queue().mailbox_standing(contoso));
    EXPECT_EQ(standing.waiting, 1);
    EXPECT_EQ(standing.watermark, at(64));
    EXPECT_EQ(standing.looked_at, at(65));
    EXPECT_EQ(standing.usual.arrivals, 1);
    EXPECT_GE(standing.usual.half, std::chrono::seconds(55));
    world->restart();
    EXPECT_EQ(run(queue().mailbox_standing(contoso)).waiting, 1);
}

TEST_P(QueueLines, AStepThatLookedWhileTheMailboxWasListedIsWokenByTheNextList) {
    submit("f", rows(1));
    walk_to_tasks(1, {StepKind::alias, StepKind::archive}, at(1));
    const auto tasks = claim(10, at(2));
    wait_for(tasks[0], WaitsFor::mailbox, at(3), at(100'000));
    const engine::MailboxLook look{.tenant = contoso,
                                   .now = at(4),
                                   .swept_to = at(4),
                                   .arrived = {{.account = account(1), .created_at = at(2)}},
                                   .not_there = {}};
    EXPECT_EQ(run(queue().record_look(look)), 1);
    wait_for(tasks[1], WaitsFor::mailbox, at(5), at(100'000));  // its own look was older
    EXPECT_EQ(run(queue().mailbox_standing(contoso)).waiting, 1);
    EXPECT_EQ(run(queue().record_look(look)), 2);
}

TEST_P(QueueLines, LongWaitersAreGivenOutLongestUnaskedFirst) {
    for (unsigned i = 1; i <= 3; ++i) {
        submit("f" + std::to_string(i), rows(1));
        walk_to_tasks(i, {StepKind::archive}, at(i));
        wait_for(claim_one(at(i)), WaitsFor::mailbox, at(10 * i), at(100'000));
    }
    const auto waiters = run(queue().mailbox_waiters(contoso, at(25), 10));
    ASSERT_EQ(waiters.size(), 2u);
    EXPECT_EQ(waiters[0].account, account(1));
    EXPECT_EQ(waiters[0].since, at(10));
    EXPECT_EQ(run(queue().mailbox_waiters(contoso, at(25), 1)).size(), 1u);

    run(queue().record_look({.tenant = contoso,
                             .now = at(90),
                             .swept_to = {},
                             .arrived = {},
                             .not_there = {waiters[0].enrollment}}));
    const auto left = run(queue().mailbox_waiters(contoso, at(80), 10));
    ASSERT_EQ(left.size(), 2u);
    EXPECT_EQ(left[0].account, account(2));
    EXPECT_FALSE(run(queue().mailbox_standing(contoso)).watermark);  // no sweep was whole
}

TEST_P(QueueLines, WhoWaitsForNoMailboxAnyMoreIsOutOfTheLine) {
    submit("f", rows(1));
    walk_to_tasks(1, {StepKind::archive}, at(1));
    wait_for(claim_one(at(1)), WaitsFor::mailbox, at(2), at(10));
    const auto task = claim_one(at(10));
    EXPECT_EQ(run(queue().mailbox_standing(contoso)).waiting, 1);  // it is only being looked at
    record(task, StepState::failed, at(11));
    EXPECT_EQ(run(queue().mailbox_standing(contoso)).waiting, 0);
}

// ---- managers --------------------------------------------------------------------------------------

TEST_P(QueueLines, WhoWaitsForTheirManagerIsWokenByTheManagersAccount) {
    const auto job = submit("f", rows(2));
    const auto license = walk_to_license(1, at(1));
    auto next = record(license, StepState::done, at(1)).next;
    next = record(*next, StepState::done, at(1)).next;
    ASSERT_EQ(next->step.kind, StepKind::manager);
    const auto boss = person(2).object_guid;
    const auto unresolved =
        run(queue().standing(contoso, boss, {{IdentityKind::sAMAccountName, rows(2)[1].given[0].value}}));
    EXPECT_TRUE(unresolved.open);
    EXPECT_FALSE(unresolved.account);
    auto waiting = a_record(*next, StepState::waiting, at(2));
    waiting.waits_for = WaitsFor::manager;
    waiting.due = at(100'000);
    waiting.awaits = boss;
    record(waiting);

    const auto account_step = resolve(claim_one(at(3)), 2, at(3)).next;
    EXPECT_TRUE(claim(10, at(4)).empty());
    const auto made = record(made_account(*account_step, 2, at(5)));
    EXPECT_EQ(made.woken, 1);
    EXPECT_EQ(run(queue().standing(contoso, boss, {})).account, account(2));
    EXPECT_FALSE(run(queue().standing(TenantName{"fabrikam"}, boss, {})).account);
    const auto woken = claim(10, at(5));
    ASSERT_EQ(woken.size(), 1u);
    EXPECT_EQ(woken[0].step.kind, StepKind::manager);
    expect_true_counts(*world, job);
}

TEST_P(QueueLines, AManagerWhoGotTheirAccountMeanwhileIsNotWaitedFor) {
    submit("f", rows(2));
    auto next = record(walk_to_license(1, at(1)), StepState::done, at(1)).next;
    next = record(*next, StepState::done, at(1)).next;
    walk_to_license(2, at(2));
    auto waiting = a_record(*next, StepState::waiting, at(3));
    waiting.waits_for = WaitsFor::manager;
    waiting.due = at(100'000);
    waiting.awaits = person(2).object_guid;
    record(waiting);
    EXPECT_EQ(claim(10, at(3)).size(), 1u);
}

// ---- orders ----------------------------------------------------------------------------------------

TEST_P(QueueLines, TasksAreHeldReleasedDeferredCancelledAndRetried) {
    const auto job = submit("f", rows(1));
    walk_to_tasks(1, {StepKind::alias, StepKind::archive}, at(1));
    const auto id = who(job, 1).enrollment.id;
    const TaskId alias{id, StepKind::alias}, archive{id, StepKind::archive};
    const auto one = [&](TaskOrder what, std::int64_t when, std::optional<TimePoint> until = std::nullopt) {
        return order(what, {archive}, at(when), until).front();
    };

    EXPECT_EQ(one(TaskOrder::hold, 2), TaskEffect::changed);
    EXPECT_EQ(one(TaskOrder::hold, 3), TaskEffect::as_before);
    EXPECT_EQ(one(TaskOrder::run, 3), TaskEffect::as_before);
    const auto others = claim(10, at(4));
    ASSERT_EQ(others.size(), 1u);
    EXPECT_EQ(others[0].step.kind, StepKind::alias);
    EXPECT_EQ(order(TaskOrder::cancel, {alias}, at(4)).front(), TaskEffect::running);
    record(others[0], StepState::done, at(5));
    EXPECT_EQ(order(TaskOrder::run, {alias}, at(5)).front(), TaskEffect::ended);

    EXPECT_EQ(one(TaskOrder::release, 6), TaskEffect::changed);
    EXPECT_EQ(one(TaskOrder::release, 6), TaskEffect::as_before);
    EXPECT_EQ(one(TaskOrder::defer, 7, at(50)), TaskEffect::changed);
    EXPECT_TRUE(claim(10, at(49)).empty());
    record(claim_one(at(50)), StepState::failed, at(51));
    EXPECT_TRUE(world->summary(job)->job.ended_at);

    EXPECT_EQ(one(TaskOrder::retry, 60), TaskEffect::changed);
    EXPECT_EQ(one(TaskOrder::retry, 60), TaskEffect::as_before);
    EXPECT_FALSE(world->summary(job)->job.ended_at);
    EXPECT_EQ(one(TaskOrder::cancel, 61), TaskEffect::changed);
    EXPECT_EQ(one(TaskOrder::cancel, 61), TaskEffect::as_before);
    EXPECT_EQ(one(TaskOrder::retry, 62), TaskEffect::changed);
    record(claim_one(at(62)), StepState::done, at(63));
    EXPECT_EQ(one(TaskOrder::retry, 64), TaskEffect::ended);
    EXPECT_EQ(world->summary(job)->state, JobState::done);
    EXPECT_EQ(order(TaskOrder::run, {{EnrollmentId{99}, StepKind::alias}, {id, StepKind::account}}, at(65)),
              (std::vector{TaskEffect::not_found, TaskEffect::not_found}));
    expect_true_counts(*world, job);
    EXPECT_EQ(actions(1),
              (std::vector<std::string>{
                  "task_hold", "task_release", "task_defer", "task_retry", "task_cancel", "task_retry"}));
}

TEST_P(QueueLines, AJobThatIsCancelledCancelsItsWaitingTasks) {
    const auto job = submit("f", rows(1));
    walk_to_tasks(1, {StepKind::archive}, at(1));
    wait_for(claim_one(at(1)), WaitsFor::mailbox, at(2), at(100'000));
    ASSERT_TRUE(run(queue().cancel_job(job, operator_anna, at(3))));
    EXPECT_EQ(world->summary(job)->state, JobState::cancelled);
    EXPECT_EQ(run(queue().mailbox_standing(contoso)).waiting, 0);
    expect_true_counts(*world, job);
}

}  // namespace uplift::storage::testing
