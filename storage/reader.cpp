#include "storage/reader.hpp"

#include <algorithm>

#include "storage/audit_rows.hpp"
#include "storage/books.hpp"
#include "storage/identity_index.hpp"
#include "storage/schema.hpp"

namespace uplift::storage {

Result<std::unique_ptr<Reader>> Reader::open(const std::filesystem::path& path, Stop stop) {
    DatabaseOptions options{.path = path.string(),
                            .access = Access::read_only,
                            .durability = Durability::full,
                            .vfs = {},
                            .max_pages = 0,
                            .cache_bytes = 16 << 20,
                            .stop = {}};
    try {
        auto database = Database::open(std::move(options));
        if (!database) return database.error();
        (*database)->make_durable();
        const auto version = schema_version(**database);
        if (!version) return version.error();
        (*database)->set_stop(std::move(stop));
        return std::unique_ptr<Reader>(new Reader(std::move(*database)));
    } catch (const Stopped& stopped) {
        return stopped.fault;
    } catch (const CannotNow& cannot) {
        return cannot.fault;
    }
}

Reader::Reader(Database& database) : database_(database) {}
Reader::Reader(std::unique_ptr<Database> owned) : owned_(std::move(owned)), database_(*owned_) {}
Reader::~Reader() = default;

std::vector<JobSummary> Reader::list_jobs(JobId before, std::size_t limit) {
    return at_one_moment([&] {
        std::vector<JobSummary> jobs;
        for (const auto& row : load_shown_jobs(database_, before, limit)) jobs.push_back(summary(row));
        return jobs;
    });
}

std::optional<JobSummary> Reader::job_summary(JobId job) {
    return at_one_moment([&]() -> std::optional<JobSummary> {
        const auto row = load_job(database_, job);
        if (!row || row->stage != JobStage::shown) return std::nullopt;
        return summary(*row);
    });
}

JobSummary Reader::summary(const JobRow& row) {
    const auto counts = load_counts(database_, row.id);
    JobSummary summary{.job = job_of(database_, row),
                       .state = job_state(counts.enrollments, counts.steps, row.orders),
                       .people = counts.people(),
                       .enrollments = counts.enrollments,
                       .steps = counts.steps,
                       .passwords_waiting = counts.passwords};
    return summary;
}

EnrollmentDetail Reader::detail(const EnrollmentRow& row) {
    Books books(database_);
    EnrollmentDetail detail{.enrollment = books.enrollment(row), .steps = {}, .attempts = {}};
    if (detail.enrollment.intent) detail.enrollment.intent->sealed_password.clear();
    for (const auto& step : load_steps(database_, row.id)) detail.steps.push_back(step_of(step));
    for (const auto& attempt : load_attempts(database_, row.id))
        detail.attempts.push_back(attempt_of(attempt));
    std::stable_sort(detail.attempts.begin(), detail.attempts.end(), [](const auto& a, const auto& b) {
        return a.sent_at < b.sent_at;
    });
    return detail;
}

std::vector<EnrollmentDetail> Reader::enrollments(JobId job, std::int64_t after_row, std::size_t limit) {
    return at_one_moment([&] {
        std::vector<EnrollmentDetail> details;
        const auto of = load_job(database_, job);
        if (!of || of->stage != JobStage::shown) return details;
        for (const auto& row : load_enrollments(database_, job, after_row, limit))
            details.push_back(detail(row));
        return details;
    });
}

std::optional<EnrollmentDetail> Reader::enrollment(EnrollmentId id) {
    return at_one_moment([&]() -> std::optional<EnrollmentDetail> {
        const auto row = load_enrollment(database_, id);
        if (!row) return std::nullopt;
        return detail(*row);
    });
}

std::vector<EnrollmentDetail> Reader::find_person(const std::string& name, std::size_t limit) {
    return at_one_moment([&] {
        const auto folded = folded_name(name);
        std::vector<EnrollmentId> candidates;
        {
            auto statement =
                database_.use("SELECT enrollment FROM identity WHERE hash = ? ORDER BY enrollment DESC");
            statement.bind(name_hash(folded));
            while (statement.step()) candidates.push_back(statement.next<EnrollmentId>());
        }
        std::vector<EnrollmentDetail> found;
        for (const auto id : candidates) {
            const auto row = load_enrollment(database_, id);
            if (!row || found.size() == limit) continue;
            const auto job = load_job(database_, row->job);
            if (!job || job->stage != JobStage::shown) continue;
            auto seen = detail(*row);
            const auto names = names_of(seen.enrollment);
            if (std::find(names.begin(), names.end(), folded) != names.end())
                found.push_back(std::move(seen));
        }
        return found;
    });
}

QueueTotals Reader::totals() {
    return at_one_moment([&] {
        QueueTotals totals;
        std::vector<JobId> open;
        {
            auto statement = database_.use("SELECT id FROM job WHERE stage = 1 AND ended_at IS NULL");
            while (statement.step()) open.push_back(statement.next<JobId>());
        }
        totals.open_jobs = static_cast<std::int64_t>(open.size());
        for (const auto job : open) {
            const auto counts = load_counts(database_, job);
            for (std::size_t state = 0; state < step_state_count; ++state) {
                totals.enrollments[state] += counts.enrollments[state];
                for (std::size_t kind = 0; kind < step_kind_count; ++kind)
                    totals.steps[kind][state] += counts.steps[kind][state];
            }
            auto due = database_.use(
                "SELECT due FROM enrollment WHERE job = ? AND due IS NOT NULL ORDER BY due LIMIT 1");
            due.bind(job);
            if (!due.step()) continue;
            const auto earliest = due.next<TimePoint>();
            if (!totals.oldest_due || earliest < *totals.oldest_due) totals.oldest_due = earliest;
        }
        auto passwords = database_.use("SELECT coalesce(sum(n), 0) FROM password_count WHERE n > 0");
        if (passwords.step()) totals.passwords_waiting = passwords.next_number();
        return totals;
    });
}

std::vector<engine::AuditRow> Reader::audit_of(EnrollmentId id) {
    auto statement = database_.use(
        "SELECT number, job, enrollment, at, actor_uid, actor_name, action, target, detail, attempt "
        "FROM audit WHERE enrollment = ? ORDER BY number");
    statement.bind(id);
    return read_audit(statement);
}

}  // namespace uplift::storage
