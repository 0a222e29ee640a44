// Intake: a job nobody sees is filled in pieces, then shown by one small commit.
#include "storage/enrollment_change.hpp"
#include "storage/identity_index.hpp"
#include "storage/profile_json.hpp"
#include "storage/store.hpp"

namespace uplift::storage {
namespace {

Fault no_open_intake(JobId job) {
    return Fault{FaultCode::no_such_job,
                 to_string(job),
                 "no job is being taken in under this number",
                 "Submit the file again"};
}

EnrollmentRow row_of(const JobRow& job, EnrollmentId id, const IntakeRow& given) {
    EnrollmentRow row;
    row.id = id;
    row.job = job.id;
    row.row = given.row;
    row.due = job.run_at.value_or(job.accepted_at);
    row.given = to_json(given.given);
    if (given.overrides != Overrides{}) row.overrides = to_json(given.overrides);
    if (!given.carried.empty()) row.carried = to_json(given.carried);
    return row;
}

}  // namespace

Result<JobId> Store::begin_job(const NewJob& job) {
    auto row = storage::row_of(job);
    row.id = JobId{last_number("job") + 1};
    set_last_number("job", row.id.value);
    insert(books_.database, row);
    return row.id;
}

Result<void> Store::add_rows(JobId id, const IntakeRow* rows, std::size_t count) {
    const auto job = load_job(books_.database, id);
    if (!job || job->stage != JobStage::taking_in) return no_open_intake(id);
    auto number = last_number("enrollment");
    for (const auto* row = rows; row != rows + count; ++row) {
        const EnrollmentId enrollment{++number};
        insert(books_.database, row_of(*job, enrollment, *row));
        books_.index_names(enrollment, names_of(row->given));
    }
    set_last_number("enrollment", number);
    storage::count(books_.ledger.of(id).enrollments, EnrollmentState::pending) +=
        static_cast<std::int64_t>(count);
    return {};
}

Result<engine::AcceptedJob> Store::show_job(JobId id) {
    auto job = load_job(books_.database, id);
    if (!job || job->stage != JobStage::taking_in) return no_open_intake(id);
    if (const auto same = find_open_job(job->fingerprint)) {
        abandon_job(id);
        return engine::AcceptedJob{.job = *same, .acceptance = engine::Acceptance::same_job};
    }
    const auto people = books_.ledger.of(id).people();
    job->stage = JobStage::shown;
    if (people == 0) job->ended_at = job->accepted_at;
    if (job->run_at) job->orders = JobOrder::schedule;
    books_.save(*job);
    AuditEntry entry{.at = job->accepted_at,
                     .actor = {.uid = job->submitter_uid, .name = job->submitter_name},
                     .action = "job_accepted",
                     .target = job->source,
                     .detail = "people=" + std::to_string(people) + " fingerprint=" + job->fingerprint +
                               (job->run_at ? " run_at=" + to_rfc3339(*job->run_at) : ""),
                     .attempt = {}};
    books_.audit(entry, id, std::nullopt);
    return engine::AcceptedJob{.job = id, .acceptance = engine::Acceptance::new_job};
}

void Store::abandon_job(JobId id) {
    auto job = load_job(books_.database, id);
    if (!job || job->stage != JobStage::taking_in) return;
    job->stage = JobStage::abandoned;
    books_.save(*job);
}

More Store::sweep_abandoned() {
    auto& database = books_.database;
    std::optional<JobId> job;
    {
        auto statement = database.use("SELECT id FROM job WHERE stage = 2 LIMIT 1");
        if (statement.step()) job = statement.next<JobId>();
    }
    if (!job) return More::no;
    // Of a purged job an enrollment has rows of its own, which count too.
    constexpr auto people_at_once = max_rows_at_once / 10;
    const auto rows = load_enrollments(database, *job, INT64_MIN, people_at_once);
    for (const auto& row : rows) {
        for (const auto& name : names_of(enrollment_of(database, row)))
            database.use("DELETE FROM identity WHERE hash = ? AND enrollment = ?")
                .with(name_hash(name), row.id)
                .run();
        for (const auto* of_enrollment : {"DELETE FROM attempt WHERE enrollment = ?",
                                          "DELETE FROM step WHERE enrollment = ?",
                                          "DELETE FROM password WHERE enrollment = ?",
                                          "DELETE FROM enrollment WHERE id = ?"})
            database.use(of_enrollment).with(row.id).run();
    }
    if (rows.size() == people_at_once) return More::yes;
    books_.ledger.forget(*job);
    books_.jobs.erase(*job);
    for (const auto* of_job : {"DELETE FROM job_count WHERE job = ?",
                               "DELETE FROM step_count WHERE job = ?",
                               "DELETE FROM password_count WHERE job = ?",
                               "DELETE FROM password_page WHERE job = ?",
                               "DELETE FROM job WHERE id = ?"})
        database.use(of_job).with(*job).run();
    return More::yes;  // there may be another job
}

std::optional<JobId> Store::find_open_job(const std::string& fingerprint) {
    auto statement = books_.database.use(
        "SELECT id FROM job WHERE fingerprint = ? AND stage = 1 AND ended_at IS NULL ORDER BY id LIMIT 1");
    statement.bind(fingerprint);
    if (!statement.step()) return std::nullopt;
    return statement.next<JobId>();
}

}  // namespace uplift::storage
