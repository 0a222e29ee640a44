// Passwords and lists of the queue in memory.
#include <algorithm>

#include "storage/identity_index.hpp"
#include "storage/memory_queue.hpp"

namespace uplift::storage {

using boost::asio::awaitable;

// ---- passwords -------------------------------------------------------------------------------------

awaitable<Result<engine::PasswordPage>> MemoryQueue::open_password_page(JobId id,
                                                                        Actor reader,
                                                                        std::size_t limit,
                                                                        TimePoint now) {
    auto* job = shown(id);
    if (job == nullptr) {
        co_return Fault{
            FaultCode::no_such_job, to_string(id), "there is no such job", "`upliftctl jobs` lists them"};
    }
    engine::PasswordPage shown_page;
    for (const auto& [number, page] : job->pages)
        if (shown_page.page == 0 && page.reader == reader.uid && !page.closed_at) shown_page.page = number;
    const bool again = shown_page.page != 0;
    if (!again) shown_page.page = static_cast<std::int64_t>(job->pages.size()) + 1;

    for (const auto& [row, number] : job->rows) {
        auto& person = entry(number);
        if (!person.password || person.password->use != Password::For::our_account) continue;
        auto& on = person.password->page;
        if (!again && !on && shown_page.rows.size() < limit) on = shown_page.page;
        if (!on) ++shown_page.left;
        if (on != shown_page.page) continue;
        const auto plan = person.enrollment.plan.value_or(PlannedAccount{});
        const auto resolved = person.enrollment.person.value_or(ResolvedPerson{});
        shown_page.rows.push_back({.enrollment = number,
                                   .row = row,
                                   .person = resolved.object_guid,
                                   .display_name = plan.display_name,
                                   .user_principal_name = plan.user_principal_name,
                                   .sealed_password = person.password->sealed});
    }
    if (shown_page.rows.empty() && !again) co_return engine::PasswordPage{};
    if (!again) job->pages[shown_page.page].reader = reader.uid;
    for (const auto& row : shown_page.rows) {
        AuditEntry line{
            .at = now,
            .actor = reader,
            .action = again ? "password_shown_again" : "password_shown",
            .target = row.user_principal_name,
            .detail = "page=" + std::to_string(shown_page.page) + " row=" + std::to_string(row.row),
            .attempt = {}};
        write_audit(line, id, row.enrollment);
    }
    co_return shown_page;
}

awaitable<Result<void>> MemoryQueue::close_password_page(JobId id,
                                                         std::int64_t number,
                                                         Actor reader,
                                                         TimePoint now) {
    auto* job = shown(id);
    if (job == nullptr) {
        co_return Fault{
            FaultCode::no_such_job, to_string(id), "there is no such job", "`upliftctl jobs` lists them"};
    }
    const auto page = job->pages.find(number);
    if (page == job->pages.end() || page->second.reader != reader.uid) {
        co_return Fault{FaultCode::not_allowed,
                        to_string(id),
                        "page " + std::to_string(number) + " was not shown to " + reader.name,
                        "Only who was shown a page can acknowledge it"};
    }
    if (page->second.closed_at) co_return Result<void>();
    page->second.closed_at = now;
    std::int64_t destroyed = 0;
    for (const auto& [row, of] : job->rows) {
        auto& password = entry(of).password;
        if (!password || password->page != number) continue;
        password.reset();
        ++destroyed;
    }
    job->counts.passwords -= destroyed;
    AuditEntry line{.at = now,
                    .actor = reader,
                    .action = "passwords_taken",
                    .target = to_string(id),
                    .detail = "page=" + std::to_string(number) + " passwords=" + std::to_string(destroyed),
                    .attempt = {}};
    write_audit(line, id, std::nullopt);
    co_return Result<void>();
}

// ---- lists -----------------------------------------------------------------------------------------

JobSummary MemoryQueue::summary(const HeldJob& job) {
    return {.job = job.job,
            .state = job_state(job.counts.enrollments, job.counts.steps, job.orders),
            .people = job.counts.people(),
            .enrollments = job.counts.enrollments,
            .steps = job.counts.steps,
            .passwords_waiting = job.counts.passwords};
}

EnrollmentDetail MemoryQueue::detail(const Entry& person) {
    EnrollmentDetail detail{.enrollment = person.enrollment, .steps = {}, .attempts = person.attempts};
    for (const auto& [kind, held] : person.steps) {
        auto step = held.step;
        step.due = held.due.value_or(TimePoint{});
        if (step.state != StepState::waiting) step.waits_for = WaitsFor::nothing;
        detail.steps.push_back(std::move(step));
    }
    return detail;
}

std::vector<JobSummary> MemoryQueue::list_jobs(JobId before, std::size_t limit) {
    std::vector<JobSummary> jobs;
    for (auto job = jobs_.rbegin(); job != jobs_.rend() && jobs.size() < limit; ++job)
        if (job->first < before && job->second.stage == Stage::shown) jobs.push_back(summary(job->second));
    return jobs;
}

std::optional<JobSummary> MemoryQueue::job_summary(JobId id) {
    const auto* job = shown(id);
    if (job == nullptr) return std::nullopt;
    return summary(*job);
}

std::vector<EnrollmentDetail> MemoryQueue::enrollments(JobId id, std::int64_t after_row, std::size_t limit) {
    std::vector<EnrollmentDetail> details;
    const auto* job = shown(id);
    if (job == nullptr) return details;
    for (auto row = job->rows.upper_bound(after_row); row != job->rows.end() && details.size() < limit; ++row)
        details.push_back(detail(entry(row->second)));
    return details;
}

std::optional<EnrollmentDetail> MemoryQueue::enrollment(EnrollmentId id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::nullopt;
    return detail(found->second);
}

std::vector<EnrollmentDetail> MemoryQueue::find_person(const std::string& name, std::size_t limit) {
    std::vector<EnrollmentDetail> found;
    const auto folded = folded_name(name);
    const auto known = names_.find(folded);
    if (known == names_.end()) return found;
    for (auto id = known->second.rbegin(); id != known->second.rend() && found.size() < limit; ++id) {
        const auto& person = entry(*id);
        const auto names = names_of(person.enrollment);
        const bool still = std::find(names.begin(), names.end(), folded) != names.end();
        if (still && shown(person.enrollment.job) != nullptr) found.push_back(detail(person));
    }
    return found;
}

QueueTotals MemoryQueue::totals() {
    QueueTotals totals;
    for (const auto& [id, job] : jobs_) {
        if (job.stage != Stage::shown) continue;
        totals.passwords_waiting += job.counts.passwords;
        if (job.job.ended_at) continue;
        ++totals.open_jobs;
        for (std::size_t state = 0; state < step_state_count; ++state) {
            totals.enrollments[state] += job.counts.enrollments[state];
            for (std::size_t kind = 0; kind < step_kind_count; ++kind)
                totals.steps[kind][state] += job.counts.steps[kind][state];
        }
        if (!job.due.empty() && (!totals.oldest_due || job.due.begin()->first < *totals.oldest_due))
            totals.oldest_due = job.due.begin()->first;
    }
    return totals;
}

std::vector<engine::AuditRow> MemoryQueue::audit_of(EnrollmentId id) {
    std::vector<engine::AuditRow> rows;
    for (const auto& row : audit_)
        if (row.enrollment == id) rows.push_back(row);
    return rows;
}

}  // namespace uplift::storage
