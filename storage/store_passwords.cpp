// Passwords: pages that are marked and audited before they are shown, and destroyed when they were taken.
#include "storage/store.hpp"

namespace uplift::storage {
namespace {

AuditEntry page_entry(const Actor& reader, TimePoint now, const char* action, JobId job, std::string detail) {
    return {.at = now,
            .actor = reader,
            .action = action,
            .target = to_string(job),
            .detail = std::move(detail),
            .attempt = {}};
}

std::optional<std::int64_t> open_page_of(Database& database, JobId job, const Actor& reader) {
    auto statement = database.use(
        "SELECT page FROM password_page WHERE job = ? AND reader_uid = ? AND closed_at IS NULL "
        "ORDER BY page LIMIT 1");
    statement.with(job, reader.uid);
    if (!statement.step()) return std::nullopt;
    return statement.next_number();
}

std::int64_t next_page(Database& database, JobId job) {
    auto statement = database.use("SELECT page FROM password_page WHERE job = ? ORDER BY page DESC LIMIT 1");
    statement.bind(job);
    return statement.step() ? statement.next_number() + 1 : 1;
}

std::vector<EnrollmentId> unshown(Database& database, JobId job, std::size_t limit) {
    std::vector<EnrollmentId> waiting;
    auto statement = database.use(
        "SELECT enrollment FROM password WHERE job = ? AND page IS NULL AND ready = 1 "
        "ORDER BY enrollment LIMIT ?");
    statement.with(job, limit);
    while (statement.step()) waiting.push_back(statement.next<EnrollmentId>());
    return waiting;
}

std::vector<EnrollmentId> on_page(Database& database, JobId job, std::int64_t page) {
    std::vector<EnrollmentId> rows;
    auto statement = database.use(
        "SELECT enrollment FROM password WHERE job = ? AND page = ? AND ready = 1 ORDER BY enrollment");
    statement.with(job, page);
    while (statement.step()) rows.push_back(statement.next<EnrollmentId>());
    return rows;
}

// On pages that nobody has acknowledged yet: few, whatever the size of the job.
std::int64_t count_shown(Database& database, JobId job) {
    auto statement = database.use("SELECT count(*) FROM password WHERE job = ? AND page > 0 AND ready = 1");
    statement.bind(job);
    return statement.step() ? statement.next_number() : 0;
}

}  // namespace

Result<engine::PasswordPage> Store::open_password_page(JobId id,
                                                       const Actor& reader,
                                                       std::size_t limit,
                                                       TimePoint now) {
    auto& database = books_.database;
    const auto job = shown_job(id);
    if (!job) return job.error();
    auto page = open_page_of(database, id, reader);
    const bool again = page.has_value();
    if (!again) {
        const auto waiting = unshown(database, id, limit);
        if (waiting.empty()) return engine::PasswordPage{};
        page = next_page(database, id);
        database.use("INSERT INTO password_page VALUES (?, ?, ?, ?, NULL)")
            .with(id, *page, reader.uid, now)
            .run();
        for (const auto enrollment : waiting)
            database.use("UPDATE password SET page = ? WHERE enrollment = ?").with(*page, enrollment).run();
    }
    auto shown = read_page(id, *page);
    for (const auto& row : shown.rows) {
        auto entry = page_entry(reader,
                                now,
                                again ? "password_shown_again" : "password_shown",
                                id,
                                "page=" + std::to_string(*page) + " row=" + std::to_string(row.row));
        entry.target = row.user_principal_name;
        books_.audit(entry, id, row.enrollment);
    }
    return shown;
}

engine::PasswordPage Store::read_page(JobId job, std::int64_t page) {
    const auto left = books_.ledger.of(job).passwords - count_shown(books_.database, job);
    engine::PasswordPage shown{.page = page, .rows = {}, .left = left};
    for (const auto id : on_page(books_.database, job, page)) {
        const auto row = load_enrollment(books_.database, id);
        if (!row) books_.database.damaged("a password belongs to an enrollment that is not there");
        const auto enrollment = books_.enrollment(*row);
        const auto plan = enrollment.plan.value_or(PlannedAccount{});
        const auto person = enrollment.person.value_or(ResolvedPerson{});
        shown.rows.push_back({.enrollment = id,
                              .row = enrollment.row,
                              .person = person.object_guid,
                              .display_name = plan.display_name,
                              .user_principal_name = plan.user_principal_name,
                              .sealed_password = books_.sealed_password(id)});
    }
    return shown;
}

Result<void> Store::close_password_page(JobId id, std::int64_t page, const Actor& reader, TimePoint now) {
    auto& database = books_.database;
    const auto job = shown_job(id);
    if (!job) return job.error();
    std::optional<std::uint32_t> shown_to;
    std::optional<TimePoint> closed_at;
    {
        auto statement =
            database.use("SELECT reader_uid, closed_at FROM password_page WHERE job = ? AND page = ?");
        statement.with(id, page);
        if (statement.step()) {
            shown_to = statement.next<std::uint32_t>();
            closed_at = statement.next<std::optional<TimePoint>>();
        }
    }
    if (shown_to != reader.uid) {
        return Fault{FaultCode::not_allowed,
                     to_string(id),
                     "page " + std::to_string(page) + " was not shown to " + reader.name,
                     "Only who was shown a page can acknowledge it"};
    }
    if (closed_at) return {};
    // By enrollment: secure_delete overwrites what stood there.
    std::int64_t destroyed = 0;
    for (const auto enrollment : on_page(database, id, page)) {
        database.use("DELETE FROM password WHERE enrollment = ?").with(enrollment).run();
        ++destroyed;
    }
    books_.ledger.of(id).passwords -= destroyed;
    database.use("UPDATE password_page SET closed_at = ? WHERE job = ? AND page = ?")
        .with(now, id, page)
        .run();
    books_.audit(page_entry(reader,
                            now,
                            "passwords_taken",
                            id,
                            "page=" + std::to_string(page) + " passwords=" + std::to_string(destroyed)),
                 id,
                 std::nullopt);
    return {};
}

}  // namespace uplift::storage
