// Claims: what is due for a tenant, fairly between its open jobs.
#include <algorithm>

#include "storage/enrollment_change.hpp"
#include "storage/store.hpp"

namespace uplift::storage {
namespace {

std::vector<EnrollmentId> due_of(Database& database, JobId job, TimePoint now, std::size_t limit) {
    std::vector<EnrollmentId> due;
    auto statement = database.use(
        "SELECT id FROM enrollment WHERE job = ? AND due IS NOT NULL AND due <= ? ORDER BY due, id LIMIT ?");
    statement.with(job, now, limit);
    while (statement.step()) due.push_back(statement.next<EnrollmentId>());
    return due;
}

bool is_due(const StepRow& step, TimePoint now) {
    if (step.state == StepState::running) return step.lease_until <= now;
    return (step.state == StepState::pending || step.state == StepState::waiting) && step.due &&
           *step.due <= now;
}

}  // namespace

// Jobs that are held or paused give nothing out. Of a scheduled one nothing is due before its time. A
// cancelled one does once the cancel is through: what a crash left running must still end.
std::vector<JobId> Store::claimable_jobs(const TenantName& tenant) {
    std::vector<JobId> jobs;
    auto statement = books_.database.use(
        "SELECT id FROM job WHERE stage = 1 AND ended_at IS NULL AND tenant = ? "
        "AND (orders IN (0, 2) OR (orders = 4 AND cancelling IS NULL)) ORDER BY id");
    statement.bind(tenant);
    while (statement.step()) jobs.push_back(statement.next<JobId>());
    return jobs;
}

std::vector<engine::StepTask> Store::claim(const engine::ClaimRequest& request) {
    std::vector<engine::StepTask> tasks;
    auto jobs = claimable_jobs(request.tenant);
    if (jobs.empty() || request.limit == 0) return tasks;
    // Whoever comes after the job that was served last is first in turn.
    const auto first = std::upper_bound(jobs.begin(), jobs.end(), last_served_[request.tenant]);
    std::rotate(jobs.begin(), first, jobs.end());
    while (!jobs.empty() && tasks.size() < request.limit) {
        std::vector<JobId> has_more;
        const auto share = std::max<std::size_t>(1, (request.limit - tasks.size()) / jobs.size());
        for (const auto job : jobs) {
            const auto before = tasks.size();
            const auto room = std::min(share, request.limit - before);
            if (room == 0) break;
            claim_from(job, request, room, tasks);
            if (tasks.size() > before) last_served_[request.tenant] = job;
            if (tasks.size() - before == room) has_more.push_back(job);
        }
        jobs = std::move(has_more);
    }
    return tasks;
}

void Store::claim_from(JobId job,
                       const engine::ClaimRequest& request,
                       std::size_t limit,
                       std::vector<engine::StepTask>& tasks) {
    const auto enough = tasks.size() + limit;
    for (const auto id : due_of(books_.database, job, request.now, limit)) {
        auto change = EnrollmentChange::load(books_, id);
        if (change->kinds().empty()) change->add(walk_order.front(), request.now).due = request.now;
        std::vector<StepKind> claimed;
        for (const auto kind : change->kinds()) {
            if (tasks.size() + claimed.size() == enough || !is_due(*change->step(kind), request.now))
                continue;
            auto& step = *change->edit(kind);
            step.state = StepState::running;
            step.due.reset();
            step.awaits.reset();
            step.owner = books_.owner;
            step.lease_until = request.lease_until;
            claimed.push_back(kind);
        }
        if (claimed.empty()) break;
        change->save(request.now);
        begin_scheduled(job);
        for (const auto kind : claimed) tasks.push_back(task_of(change->row(), *change->step(kind)));
    }
}

// The time of a scheduled job has come: it runs like any other from now on.
void Store::begin_scheduled(JobId id) {
    if (books_.job(id).orders != JobOrder::schedule) return;
    auto job = load_job(books_.database, id);
    job->orders = JobOrder::go;
    books_.save(*job);
}

engine::StepTask Store::task_of(const EnrollmentRow& row, const StepRow& step) {
    engine::StepTask task{.enrollment = books_.enrollment(row), .step = step_of(step), .attempts = {}};
    for (const auto& attempt : load_attempts(books_.database, row.id, step.kind))
        task.attempts.push_back(attempt_of(attempt));
    return task;
}

bool Store::holds_lease(const StepRow* step, TimePoint now) const {
    return step != nullptr && step->state == StepState::running && step->owner == books_.owner &&
           now < step->lease_until;
}

void Store::release(EnrollmentId enrollment, StepKind kind, TimePoint due) {
    auto change = EnrollmentChange::load(books_, enrollment);
    const auto* held = change ? change->step(kind) : nullptr;
    // A lease that ended meanwhile is nobody's to give back, but nothing is lost by that.
    if (held == nullptr || held->state != StepState::running || held->owner != books_.owner) return;
    auto& step = *change->edit(kind);
    step.owner = 0;
    step.lease_until = TimePoint{};
    if (books_.job(change->row().job).orders == JobOrder::cancel) {
        step.state = StepState::cancelled;
    } else {
        step.state = step.waits_for == WaitsFor::nothing ? StepState::pending : StepState::waiting;
        step.due = due;
    }
    change->save(due);
}

std::optional<TimePoint> Store::next_due(const TenantName& tenant) {
    std::optional<TimePoint> next;
    for (const auto job : claimable_jobs(tenant)) {
        auto statement = books_.database.use(
            "SELECT due FROM enrollment WHERE job = ? AND due IS NOT NULL ORDER BY due LIMIT 1");
        statement.bind(job);
        if (!statement.step()) continue;
        const auto due = statement.next<TimePoint>();
        if (!next || due < *next) next = due;
    }
    return next;
}

std::shared_ptr<const Job> Store::job(JobId id) {
    const auto row = load_job(books_.database, id);
    if (!row) return nullptr;
    return std::make_shared<const Job>(job_of(books_.database, *row));
}

}  // namespace uplift::storage
