// Operators: cancel and retry. The order is one small commit; the rows follow in pieces.
#include "storage/enrollment_change.hpp"
#include "storage/order_faults.hpp"
#include "storage/store.hpp"

namespace uplift::storage {
namespace {

AuditEntry order_of(const Actor& actor, TimePoint now, const char* action, JobId job) {
    return {
        .at = now, .actor = actor, .action = action, .target = to_string(job), .detail = {}, .attempt = {}};
}

std::optional<Fault> refuse_order(const JobRow& job, const std::string& ordered) {
    if (job.ended_at) return job_has_ended(job.id, ordered);
    if (job.orders == JobOrder::cancel) return job_is_cancelled(job.id, ordered);
    return std::nullopt;
}

}  // namespace

Result<Sweep> Store::begin_cancel(JobId id, const Actor& actor, TimePoint now) {
    auto job = shown_job(id);
    if (!job) return job.error();
    Sweep sweep{.change = {.job = id}, .now = now, .after = INT64_MIN};
    if (job->ended_at || job->orders == JobOrder::cancel) {
        sweep.after = INT64_MAX;  // nothing is left to look at
        return sweep;
    }
    job->orders = JobOrder::cancel;
    job->cancelling = now;
    books_.save(*job);
    books_.audit(order_of(actor, now, "job_cancelled", id), id, std::nullopt);
    return sweep;
}

More Store::go_on_cancelling(Sweep& sweep) {
    if (sweep.after == INT64_MAX) return More::no;
    const auto rows = load_enrollments(books_.database, sweep.change.job, sweep.after, max_rows_at_once);
    for (const auto& row : rows) {
        sweep.after = row.row;
        if (ended(row.state)) continue;
        EnrollmentChange change(books_, row, load_steps(books_.database, row.id));
        if (cancel_enrollment(change, sweep)) change.save(sweep.now);
    }
    if (rows.size() == max_rows_at_once) return More::yes;
    auto job = load_job(books_.database, sweep.change.job);
    job->cancelling.reset();
    books_.save(*job);
    sweep.after = INT64_MAX;
    return More::no;
}

// Running steps end by their record.
bool Store::cancel_enrollment(EnrollmentChange& change, Sweep& sweep) {
    const auto before = sweep.change.steps;
    if (change.kinds().empty()) {
        change.add(walk_order.front(), sweep.now).state = StepState::cancelled;
        ++sweep.change.steps;
    }
    for (const auto kind : change.kinds()) {
        const auto state = change.step(kind)->state;
        if (state != StepState::pending && state != StepState::waiting) continue;
        auto& step = *change.edit(kind);
        step.state = StepState::cancelled;
        step.waits_for = WaitsFor::nothing;
        step.due.reset();
        step.awaits.reset();
        ++sweep.change.steps;
    }
    return sweep.change.steps != before;
}

Result<engine::Effect> Store::pause(JobId id, const Actor& actor, TimePoint now) {
    auto job = shown_job(id);
    if (!job) return job.error();
    if (job->orders == JobOrder::pause) return engine::Effect::as_before;
    if (auto refused = refuse_order(*job, "paused")) return *refused;
    job->orders = JobOrder::pause;
    books_.save(*job);
    books_.audit(order_of(actor, now, "job_paused", id), id, std::nullopt);
    return engine::Effect::changed;
}

Result<engine::Effect> Store::resume(JobId id, const Actor& actor, TimePoint now) {
    auto job = shown_job(id);
    if (!job) return job.error();
    if (auto refused = refuse_order(*job, "resumed")) return *refused;
    if (job->orders != JobOrder::pause) return engine::Effect::as_before;
    job->orders = job->run_at && *job->run_at > now ? JobOrder::schedule : JobOrder::go;
    books_.save(*job);
    books_.audit(order_of(actor, now, "job_resumed", id), id, std::nullopt);
    return engine::Effect::changed;
}

Result<void> Store::begin_purge(JobId id, const Actor& actor, engine::Untaken passwords, TimePoint now) {
    auto job = shown_job(id);
    if (!job) return job.error();
    if (!job->ended_at) return still_open(id);
    const auto untaken = books_.ledger.of(id).passwords;
    if (untaken > 0 && passwords == engine::Untaken::keep) return passwords_untaken(id, untaken);
    job->stage = JobStage::abandoned;
    books_.save(*job);
    books_.ledger.of(id).passwords = 0;
    auto entry = order_of(actor, now, "job_purged", id);
    entry.detail = "source=" + job->source + " passwords_discarded=" + std::to_string(untaken);
    books_.audit(entry, id, std::nullopt);
    return {};
}

Result<Sweep> Store::begin_retry(JobId id, const Actor& actor, TimePoint now) {
    auto job = shown_job(id);
    if (!job) return job.error();
    Sweep sweep{.change = {.job = id}, .now = now, .after = 0};
    const auto failed = count(books_.ledger.of(id).enrollments, EnrollmentState::failed);
    if (failed == 0) {
        sweep.after = INT64_MAX;
        return sweep;
    }
    if (job->orders == JobOrder::cancel) {
        if (!job->ended_at) {
            return Fault{FaultCode::bad_request,
                         to_string(id),
                         "the job is being cancelled: steps on the wire have yet to end",
                         "Retry when `upliftctl job show` says that it is cancelled"};
        }
        // What failed runs again to its end; what was cancelled stays cancelled.
        job->orders = JobOrder::go;
        books_.save(*job);
    }
    books_.audit(order_of(actor, now, "job_retried", id), id, std::nullopt);
    return sweep;
}

More Store::go_on_retrying(Sweep& sweep) {
    if (sweep.after == INT64_MAX) return More::no;
    std::vector<EnrollmentId> failed;
    {
        auto statement = books_.database.use(
            "SELECT id FROM enrollment WHERE job = ? AND state = 4 AND id > ? ORDER BY id LIMIT ?");
        statement.with(sweep.change.job, sweep.after, max_rows_at_once);
        while (statement.step()) failed.push_back(statement.next<EnrollmentId>());
    }
    for (const auto id : failed) retry_enrollment(id, sweep);
    if (failed.size() == max_rows_at_once) return More::yes;
    sweep.after = INT64_MAX;
    return More::no;
}

void Store::retry_enrollment(EnrollmentId id, Sweep& sweep) {
    sweep.after = id.value;
    auto change = EnrollmentChange::load(books_, id);
    const auto tenant = books_.job(change->row().job).tenant;
    const auto person = change->row().person_guid;
    const auto holder = person ? load_claim(books_.database, tenant, *person) : std::nullopt;
    if (person && !holder)
        insert(books_.database, ClaimRow{.tenant = tenant, .person = *person, .enrollment = id});
    for (const auto kind : change->kinds()) {
        if (change->step(kind)->state != StepState::failed) continue;
        auto& step = *change->edit(kind);
        step.tries = 0;
        set_fault(step, std::nullopt);
        ++sweep.change.steps;
        if (holder && holder->enrollment != id) {
            step.state = StepState::waiting;
            step.waits_for = WaitsFor::other_job;
            step.awaits = *person;
        } else {
            step.state = StepState::pending;
            step.due = sweep.now;
        }
    }
    change->save(sweep.now);
}

}  // namespace uplift::storage
