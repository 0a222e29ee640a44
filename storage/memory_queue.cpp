#include "storage/memory_queue.hpp"

#include <algorithm>

#include "storage/identity_index.hpp"
#include "storage/order_faults.hpp"

namespace uplift::storage {

using boost::asio::awaitable;

namespace {

Fault no_such_job(JobId job) {
    return Fault{
        FaultCode::no_such_job, to_string(job), "there is no such job", "`upliftctl jobs` lists them"};
}

}  // namespace

MemoryQueue::HeldJob* MemoryQueue::shown(JobId id) {
    const auto found = jobs_.find(id);
    return found == jobs_.end() || found->second.stage != Stage::shown ? nullptr : &found->second;
}

// ---- intake ----------------------------------------------------------------------------------------

awaitable<Result<JobId>> MemoryQueue::begin_job(NewJob job) {
    const JobId id{++last_job_};
    auto& held = jobs_[id];
    held.job = Job{.id = id,
                   .profile = std::move(job.profile),
                   .label = std::move(job.label),
                   .source = std::move(job.source),
                   .fingerprint = std::move(job.fingerprint),
                   .submitter = std::move(job.submitter),
                   .accepted_at = job.accepted_at,
                   .run_at = job.run_at,
                   .ended_at = {},
                   .carried_columns = std::move(job.carried_columns),
                   .sealed_password = std::move(job.sealed_password)};
    co_return id;
}

awaitable<Result<void>> MemoryQueue::add_rows(JobId id, std::vector<IntakeRow> rows) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || found->second.stage != Stage::taking_in) co_return no_such_job(id);
    auto& job = found->second;
    for (auto& row : rows) {
        const EnrollmentId number{++last_enrollment_};
        name(number, names_of(row.given));
        auto& added = entries_[number];
        added.enrollment.id = number;
        added.enrollment.job = id;
        added.enrollment.tenant = job.job.profile.tenant;
        added.enrollment.row = row.row;
        added.enrollment.given = std::move(row.given);
        added.enrollment.overrides = std::move(row.overrides);
        added.enrollment.carried = std::move(row.carried);
        added.enrollment.accepted_at = job.job.accepted_at;
        added.due = job.job.run_at.value_or(job.job.accepted_at);
        job.rows.emplace(row.row, number);
        job.due.emplace(*added.due, number);
        ++count(job.counts.enrollments, EnrollmentState::pending);
    }
    co_return Result<void>();
}

awaitable<Result<engine::AcceptedJob>> MemoryQueue::show_job(JobId id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || found->second.stage != Stage::taking_in) co_return no_such_job(id);
    auto& job = found->second;
    if (const auto same = co_await find_open_job(job.job.fingerprint)) {
        drop(id);
        co_return engine::AcceptedJob{.job = *same, .acceptance = engine::Acceptance::same_job};
    }
    job.stage = Stage::shown;
    if (job.rows.empty()) job.job.ended_at = job.job.accepted_at;
    if (job.job.run_at) job.orders = JobOrder::schedule;
    AuditEntry entry{.at = job.job.accepted_at,
                     .actor = job.job.submitter,
                     .action = "job_accepted",
                     .target = job.job.source,
                     .detail = "people=" + std::to_string(job.rows.size()) +
                               " fingerprint=" + job.job.fingerprint +
                               (job.job.run_at ? " run_at=" + to_rfc3339(*job.job.run_at) : ""),
                     .attempt = {}};
    write_audit(entry, id, std::nullopt);
    co_return engine::AcceptedJob{.job = id, .acceptance = engine::Acceptance::new_job};
}

awaitable<void> MemoryQueue::abandon_job(JobId id) {
    const auto found = jobs_.find(id);
    if (found != jobs_.end() && found->second.stage == Stage::taking_in) drop(id);
    co_return;
}

void MemoryQueue::drop(JobId id) {
    for (const auto& [row, number] : jobs_.at(id).rows) {
        for (const auto& known : names_of(entry(number).enrollment)) names_[known].erase(number);
        entries_.erase(number);
    }
    jobs_.erase(id);
}

awaitable<std::optional<JobId>> MemoryQueue::find_open_job(std::string fingerprint) {
    for (const auto& [id, job] : jobs_)
        if (job.stage == Stage::shown && !job.job.ended_at && job.job.fingerprint == fingerprint)
            co_return id;
    co_return std::nullopt;
}

Step MemoryQueue::touched(StepKind kind, TimePoint now) {
    Step step;
    step.kind = kind;
    step.since = now;
    return step;
}

// ---- claims ----------------------------------------------------------------------------------------

std::vector<JobId> MemoryQueue::claimable(const TenantName& tenant) {
    std::vector<JobId> claimable;
    for (const auto& [id, job] : jobs_) {
        const bool gives_out =
            job.orders == JobOrder::go || job.orders == JobOrder::schedule || job.orders == JobOrder::cancel;
        if (job.stage == Stage::shown && !job.job.ended_at && gives_out && job.job.profile.tenant == tenant)
            claimable.push_back(id);
    }
    return claimable;
}

awaitable<std::vector<engine::StepTask>> MemoryQueue::claim(engine::ClaimRequest request) {
    std::vector<engine::StepTask> tasks;
    auto turn = claimable(request.tenant);
    const auto first = std::upper_bound(turn.begin(), turn.end(), last_served_[request.tenant]);
    std::rotate(turn.begin(), first, turn.end());
    while (!turn.empty() && tasks.size() < request.limit) {
        std::vector<JobId> has_more;
        const auto share = std::max<std::size_t>(1, (request.limit - tasks.size()) / turn.size());
        for (const auto id : turn) {
            const auto before = tasks.size();
            const auto room = std::min(share, request.limit - before);
            if (room == 0) break;
            claim_from(jobs_.at(id), request, room, tasks);
            if (tasks.size() > before) last_served_[request.tenant] = id;
            if (tasks.size() - before == room) has_more.push_back(id);
        }
        turn = std::move(has_more);
    }
    co_return tasks;
}

void MemoryQueue::claim_from(HeldJob& job,
                             const engine::ClaimRequest& request,
                             std::size_t limit,
                             std::vector<engine::StepTask>& tasks) {
    const auto enough = tasks.size() + limit;
    while (tasks.size() < enough && !job.due.empty() && job.due.begin()->first <= request.now) {
        auto& person = entry(job.due.begin()->second);
        if (person.steps.empty()) {
            auto& first = person.steps[walk_order.front()];
            first.step = touched(walk_order.front(), request.now);
            first.due = request.now;
            ++count(counts_of(job.counts, walk_order.front()), StepState::pending);
        }
        std::vector<StepKind> claimed;
        for (auto& [kind, held] : person.steps) {
            const bool expired = held.step.state == StepState::running && held.lease_until <= request.now;
            const bool due = !ended(held.step.state) && held.due && *held.due <= request.now;
            if (tasks.size() + claimed.size() == enough || !(expired || due)) continue;
            set_state(person, kind, StepState::running);
            stop_awaiting(person, held, kind);
            held.due.reset();
            held.lease = Lease::held;
            held.lease_until = request.lease_until;
            claimed.push_back(kind);
        }
        settle(person, request.now);
        if (job.orders == JobOrder::schedule) job.orders = JobOrder::go;
        for (const auto kind : claimed) tasks.push_back(task_of(person, kind));
    }
}

engine::StepTask MemoryQueue::task_of(const Entry& person, StepKind kind) {
    engine::StepTask task{
        .enrollment = with_password(person), .step = person.steps.at(kind).step, .attempts = {}};
    task.step.waits_for = WaitsFor::nothing;
    task.step.due = TimePoint{};
    for (const auto& attempt : person.attempts)
        if (attempt.step == kind) task.attempts.push_back(attempt);
    return task;
}

Enrollment MemoryQueue::with_password(const Entry& person) {
    auto enrollment = person.enrollment;
    if (enrollment.intent && person.password) enrollment.intent->sealed_password = person.password->sealed;
    return enrollment;
}

awaitable<void> MemoryQueue::release(EnrollmentId id, StepKind kind, TimePoint due) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || !found->second.steps.contains(kind)) co_return;
    auto& held = found->second.steps.at(kind);
    if (held.step.state != StepState::running || held.lease == Lease::none) co_return;
    held.lease = Lease::none;
    if (job_of(found->second).orders == JobOrder::cancel) {
        set_state(found->second, kind, StepState::cancelled);
    } else {
        const bool waited = held.step.waits_for != WaitsFor::nothing;
        set_state(found->second, kind, waited ? StepState::waiting : StepState::pending);
        held.due = due;
    }
    settle(found->second, due);
}

awaitable<std::optional<TimePoint>> MemoryQueue::next_due(TenantName tenant) {
    std::optional<TimePoint> next;
    for (const auto id : claimable(tenant)) {
        const auto& due = jobs_.at(id).due;
        if (!due.empty() && (!next || due.begin()->first < *next)) next = due.begin()->first;
    }
    co_return next;
}

awaitable<std::shared_ptr<const Job>> MemoryQueue::job(JobId id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) co_return nullptr;
    co_return std::make_shared<const Job>(found->second.job);
}

void MemoryQueue::restart() {
    std::vector<JobId> unseen;
    for (const auto& [id, job] : jobs_)
        if (job.stage == Stage::taking_in) unseen.push_back(id);
    for (const auto id : unseen) drop(id);
    for (auto& [id, person] : entries_) {
        bool was_running = false;
        for (auto& [kind, held] : person.steps) {
            if (held.step.state != StepState::running) continue;
            held.lease = Lease::none;
            held.lease_until = TimePoint{};
            was_running = true;
        }
        if (was_running) settle(person, TimePoint{});
    }
}

// ---- operators -------------------------------------------------------------------------------------

awaitable<Result<engine::JobChange>> MemoryQueue::cancel_job(JobId id, Actor actor, TimePoint now) {
    auto* job = shown(id);
    if (job == nullptr) co_return no_such_job(id);
    engine::JobChange change{.job = id};
    if (job->job.ended_at || job->orders == JobOrder::cancel) co_return change;
    job->orders = JobOrder::cancel;
    write_order(actor, now, "job_cancelled", id, "");
    for (const auto& [row, number] : job->rows) {
        auto& person = entry(number);
        if (ended(person.enrollment.state)) continue;
        if (person.steps.empty()) {
            person.steps[walk_order.front()].step = touched(walk_order.front(), now);
            ++count(counts_of(job->counts, walk_order.front()), StepState::pending);
        }
        for (auto& [kind, held] : person.steps) {
            if (ended(held.step.state) || held.step.state == StepState::running) continue;
            stop_awaiting(person, held, kind);
            set_state(person, kind, StepState::cancelled);
            held.due.reset();
            ++change.steps;
        }
        settle(person, now);
    }
    co_return change;
}

awaitable<Result<engine::JobChange>> MemoryQueue::retry_job(JobId id, Actor actor, TimePoint now) {
    auto* job = shown(id);
    if (job == nullptr) co_return no_such_job(id);
    engine::JobChange change{.job = id};
    if (count(job->counts.enrollments, EnrollmentState::failed) == 0) co_return change;
    if (job->orders == JobOrder::cancel) {
        if (!job->job.ended_at) {
            co_return Fault{FaultCode::bad_request,
                            to_string(id),
                            "the job is being cancelled: steps on the wire have yet to end",
                            "Retry when `upliftctl job show` says that it is cancelled"};
        }
        job->orders = JobOrder::go;
    }
    write_order(actor, now, "job_retried", id, "");
    for (const auto& [row, number] : job->rows) {
        auto& person = entry(number);
        if (person.enrollment.state != EnrollmentState::failed) continue;
        std::optional<Guid> taken;
        if (person.enrollment.person) {
            const auto guid = person.enrollment.person->object_guid;
            const auto [claim, ours] = claims_.try_emplace({person.enrollment.tenant, guid}, number);
            if (!ours && claim->second != number) taken = guid;
        }
        for (auto& [kind, held] : person.steps) {
            if (held.step.state != StepState::failed) continue;
            held.step.tries = 0;
            held.step.fault.reset();
            ++change.steps;
            if (taken) {
                await_person(person, kind, *taken);
            } else {
                set_state(person, kind, StepState::pending);
                held.due = now;
            }
        }
        settle(person, now);
    }
    co_return change;
}

awaitable<Result<engine::Effect>> MemoryQueue::pause_job(JobId id, Actor actor, TimePoint now) {
    auto* job = shown(id);
    if (job == nullptr) co_return no_such_job(id);
    if (job->orders == JobOrder::pause) co_return engine::Effect::as_before;
    if (job->job.ended_at) co_return job_has_ended(id, "paused");
    if (job->orders == JobOrder::cancel) co_return job_is_cancelled(id, "paused");
    job->orders = JobOrder::pause;
    write_order(actor, now, "job_paused", id, "");
    co_return engine::Effect::changed;
}

awaitable<Result<engine::Effect>> MemoryQueue::resume_job(JobId id, Actor actor, TimePoint now) {
    auto* job = shown(id);
    if (job == nullptr) co_return no_such_job(id);
    if (job->job.ended_at) co_return job_has_ended(id, "resumed");
    if (job->orders == JobOrder::cancel) co_return job_is_cancelled(id, "resumed");
    if (job->orders != JobOrder::pause) co_return engine::Effect::as_before;
    const bool to_come = job->job.run_at && *job->job.run_at > now;
    job->orders = to_come ? JobOrder::schedule : JobOrder::go;
    write_order(actor, now, "job_resumed", id, "");
    co_return engine::Effect::changed;
}

awaitable<Result<void>> MemoryQueue::purge_job(JobId id,
                                               Actor actor,
                                               engine::Untaken passwords,
                                               TimePoint now) {
    auto* job = shown(id);
    if (job == nullptr) co_return no_such_job(id);
    if (!job->job.ended_at) co_return still_open(id);
    const auto untaken = job->counts.passwords;
    if (untaken > 0 && passwords == engine::Untaken::keep) co_return passwords_untaken(id, untaken);
    write_order(actor,
                now,
                "job_purged",
                id,
                "source=" + job->job.source + " passwords_discarded=" + std::to_string(untaken));
    drop(id);
    co_return Result<void>();
}

void MemoryQueue::write_order(
    const Actor& actor, TimePoint now, const char* action, JobId job, std::string detail) {
    const AuditEntry entry{.at = now,
                           .actor = actor,
                           .action = action,
                           .target = to_string(job),
                           .detail = std::move(detail),
                           .attempt = {}};
    write_audit(entry, job, std::nullopt);
}

awaitable<void> MemoryQueue::audit(AuditEntry entry) {
    write_audit(entry, std::nullopt, std::nullopt);
    co_return;
}

awaitable<std::vector<engine::AuditRow>> MemoryQueue::read_after(std::int64_t number, std::size_t limit) {
    std::vector<engine::AuditRow> rows;
    for (auto at = static_cast<std::size_t>(std::max<std::int64_t>(0, number));
         at < audit_.size() && rows.size() < limit;
         ++at)
        rows.push_back(audit_[at]);
    co_return rows;
}

void MemoryQueue::write_audit(const AuditEntry& entry,
                              std::optional<JobId> job,
                              std::optional<EnrollmentId> enrollment) {
    const auto number = static_cast<std::int64_t>(audit_.size()) + 1;
    audit_.push_back({.number = number, .job = job, .enrollment = enrollment, .entry = entry});
}

void MemoryQueue::name(EnrollmentId id, const std::vector<std::string>& names) {
    for (const auto& known : names) names_[known].insert(id);
}

}  // namespace uplift::storage
