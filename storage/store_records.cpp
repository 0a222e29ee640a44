// Records: what came of a step, with the facts, attempts and audit rows that belong to it.
#include <algorithm>

#include "storage/enrollment_change.hpp"
#include "storage/identity_index.hpp"
#include "storage/mailbox_line.hpp"
#include "storage/profile_json.hpp"
#include "storage/seat_line.hpp"
#include "storage/store.hpp"

namespace uplift::storage {
namespace {

using engine::Recorded;
using engine::RecordVerdict;
using engine::StepRecord;

// Only events wake these two; and nothing wakes at the end of time.
std::optional<TimePoint> due_of(const StepRecord& record) {
    if (record.waits_for == WaitsFor::other_job || record.waits_for == WaitsFor::operator_)
        return std::nullopt;
    if (record.due == TimePoint::max()) return std::nullopt;
    return record.due;
}

void give_up_lease(StepRow& step) {
    step.owner = 0;
    step.lease_until = TimePoint{};
}

void take_outcome(StepRow& step, const StepRecord& record, JobOrder orders) {
    // A step that has ended shows why it ended, not the trouble it had on the way.
    if (record.fault || ended(record.state)) set_fault(step, record.fault);
    if (record.tries) step.tries = *record.tries;
    if (record.progress) step.progress = *record.progress;
    if (record.state == StepState::running) return;
    give_up_lease(step);
    step.state = record.state;
    step.waits_for = WaitsFor::nothing;
    if (ended(record.state)) return;
    if (orders == JobOrder::cancel) {
        step.state = StepState::cancelled;
        return;
    }
    step.waits_for = record.state == StepState::waiting ? record.waits_for : WaitsFor::nothing;
    step.due = due_of(record);
    if (record.waits_for == WaitsFor::manager && record.awaits) step.awaits = octets_of(*record.awaits);
}

void wait_for_person(StepRow& step, const Octets& person, JobOrder orders) {
    give_up_lease(step);
    if (orders == JobOrder::cancel) {
        step.state = StepState::cancelled;
        return;
    }
    step.state = StepState::waiting;
    step.waits_for = WaitsFor::other_job;
    step.awaits = person;
}

}  // namespace

Recorded Store::record(const StepRecord& record) {
    auto change = EnrollmentChange::load(books_, record.enrollment);
    if (!change || !holds_lease(change->step(record.step), record.now))
        return {.verdict = RecordVerdict::lease_lost, .next = {}, .job_ended = {}, .woken = 0};
    const auto job = books_.job(change->row().job);
    Recorded recorded;

    if (record.claims_person == StepRecord::Person::claim) {
        const auto person =
            record.person ? std::optional(octets_of(record.person->object_guid)) : change->row().person_guid;
        const auto holder = person ? load_claim(books_.database, job.tenant, *person) : std::nullopt;
        if (holder && holder->enrollment != record.enrollment) {
            wait_for_person(*change->edit(record.step), *person, job.orders);
            const auto saved = change->save(record.now);
            return {.verdict = RecordVerdict::person_taken,
                    .next = {},
                    .job_ended = saved.job_ended,
                    .woken = saved.woken};
        }
        if (person && !holder)
            insert(books_.database,
                   ClaimRow{.tenant = job.tenant, .person = *person, .enrollment = record.enrollment});
    }

    take_facts(*change, record, recorded.woken);
    take_password(change->row(), record);
    take_attempts(record);
    for (const auto& entry : record.audit) books_.audit(entry, change->row().job, record.enrollment);

    auto& step = *change->edit(record.step);
    const auto lease = step;  // before it is given up: what follows runs under the same one
    take_outcome(step, record, job.orders);
    take_seats(record, step);
    if (step.waits_for == WaitsFor::manager && step.awaits && has_account(job.tenant, *step.awaits))
        step.due = record.now;  // it was made while the step looked
    if (step.state == StepState::waiting && step.waits_for == WaitsFor::mailbox)
        begin_mailbox_wait(books_, change->row(), record.now);
    std::optional<StepKind> next;
    if (step.state == StepState::done ||
        (step.state == StepState::skipped && record.step != walk_order.front())) {
        next = start_next(*change, lease, record.now);
        if (record.step == walk_order.back()) recorded.woken += begin_tasks(*change, record);
    }
    const auto saved = change->save(record.now);
    recorded.job_ended = saved.job_ended;
    recorded.woken += saved.woken;
    if (next) recorded.next = task_of(change->row(), *change->step(*next));
    return recorded;
}

std::optional<StepKind> Store::start_next(EnrollmentChange& change, const StepRow& lease, TimePoint now) {
    auto kind = step_after(lease.kind);
    // What an earlier walk has ended is not repeated.
    while (kind && change.step(*kind) != nullptr && ended(change.step(*kind)->state))
        kind = step_after(*kind);
    if (!kind) return std::nullopt;
    auto& next = change.step(*kind) == nullptr ? change.add(*kind, now) : *change.edit(*kind);
    const auto orders = books_.job(change.row().job).orders;
    if (orders == JobOrder::cancel) {
        next.state = StepState::cancelled;
        return std::nullopt;
    }
    if (orders == JobOrder::pause || orders == JobOrder::hold) {
        next.state = StepState::pending;
        next.due = now;
        return std::nullopt;
    }
    next.state = StepState::running;
    next.due.reset();
    next.owner = lease.owner;
    next.lease_until = lease.lease_until;
    return kind;
}

// The delayed tasks, all at once; those that an earlier walk began stay as they are.
std::int64_t Store::begin_tasks(EnrollmentChange& change, const StepRecord& record) {
    const bool cancelled = books_.job(change.row().job).orders == JobOrder::cancel;
    std::int64_t begun = 0;
    for (const auto kind : record.begins) {
        if (change.step(kind) != nullptr) continue;
        auto& task = change.add(kind, record.now);
        if (cancelled) {
            task.state = StepState::cancelled;
        } else {
            task.due = record.now;
            ++begun;
        }
    }
    return begun;
}

void Store::take_seats(const StepRecord& record, StepRow& step) {
    switch (record.seats) {
        case StepRecord::Seats::keep:
            break;
        case StepRecord::Seats::taken:
            seats_taken(books_, record.enrollment, record.now);
            break;
        case StepRecord::Seats::refused:
            seats_refused(books_, record.enrollment);
            break;
        case StepRecord::Seats::given_back:
            storage::give_back_seats(books_, record.enrollment, record.now);
            break;
    }
    // They were promised while the step was still on its way here.
    if (step.state == StepState::waiting && step.waits_for == WaitsFor::seat &&
        has_all_seats(books_, record.enrollment))
        step.due = record.now;
}

bool Store::has_account(const TenantName& tenant, const Octets& person) {
    const auto claim = load_claim(books_.database, tenant, person);
    const auto row = claim ? load_enrollment(books_.database, claim->enrollment) : std::nullopt;
    return row && row->made_id.has_value();
}

void Store::take_facts(EnrollmentChange& change, const StepRecord& record, std::int64_t& woken) {
    if (!record.person && !record.plan && !record.intent && !record.made) return;
    auto& row = change.edit_facts();
    if (record.person) {
        const auto person = octets_of(record.person->object_guid);
        if (row.person_guid && *row.person_guid != person)
            woken += books_.release_person(row.job, row.id, *row.person_guid, record.now);
        set_person(row, *record.person);
        books_.index_names(row.id, names_of(*record.person));
    }
    if (record.plan) {
        row.plan = to_json(*record.plan);
        books_.index_names(row.id, {folded_name(record.plan->user_principal_name)});
    }
    if (record.intent) {
        row.intent_at = record.intent->at;
        row.intent_digest = record.intent->plan_digest;
    }
    if (record.made) {
        row.made_id = record.made->id;
        row.made_origin = record.made->origin;
        row.made_evidence = record.made->evidence;
        row.made_at = record.made->at;
        books_.index_names(row.id, {folded_name(record.made->id.value)});
        if (row.person_guid) woken += books_.wake_subordinates(row.job, *row.person_guid, record.now);
    }
}

void Store::take_password(const EnrollmentRow& row, const StepRecord& record) {
    auto& database = books_.database;
    auto& waiting = books_.ledger.of(row.job).passwords;
    if (record.intent) {
        const Octets sealed{record.intent->sealed_password};
        database
            .use(
                "INSERT INTO password VALUES (?, ?, ?, 0, NULL) "
                "ON CONFLICT (enrollment) DO UPDATE SET sealed = excluded.sealed")
            .with(row.id, row.job, sealed)
            .run();
    }
    if (record.made) {
        // Only the password of an account that a create of ours made is the account's.
        const bool ours = record.made->origin == AccountOrigin::created;
        database.use("UPDATE password SET ready = ? WHERE enrollment = ? AND ready <> ?")
            .with(ours, row.id, ours)
            .run();
        if (database.changed_rows() != 0) waiting += ours ? 1 : -1;
    }
    if (record.sealed_password == StepRecord::SealedPassword::destroy) {
        database.use("DELETE FROM password WHERE enrollment = ? AND ready = 1").with(row.id).run();
        waiting -= database.changed_rows();
        database.use("DELETE FROM password WHERE enrollment = ?").with(row.id).run();
    }
}

void Store::take_attempts(const StepRecord& record) {
    auto& database = books_.database;
    if (record.attempt_sent) {
        const auto& sent = *record.attempt_sent;
        std::int64_t number = 1;
        {
            auto statement = database.use(
                "SELECT number FROM attempt WHERE enrollment = ? AND step = ? ORDER BY number DESC LIMIT 1");
            statement.with(record.enrollment, record.step);
            if (statement.step()) number = statement.next_number() + 1;
        }
        AttemptRow row{.enrollment = record.enrollment,
                       .step = record.step,
                       .number = number,
                       .id = sent.id,
                       .call = sent.call,
                       .target = sent.target,
                       .sent_at = sent.sent_at,
                       .ended_at = sent.ended_at,
                       .result = sent.result,
                       .note = sent.note};
        insert(database, row);
    }
    if (record.attempt_ended) {
        auto attempts = load_attempts(database, record.enrollment, record.step);
        const auto found = std::find_if(attempts.begin(), attempts.end(), [&](const auto& attempt) {
            return attempt.id == record.attempt_ended->id;
        });
        if (found == attempts.end()) database.damaged("an attempt ended that was never recorded as sent");
        found->ended_at = record.now;
        found->result = record.attempt_ended->result;
        found->note = record.attempt_ended->note;
        update(database, *found);
    }
}

}  // namespace uplift::storage
