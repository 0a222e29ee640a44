#include "storage/seat_line.hpp"

#include <algorithm>
#include <map>

#include "storage/enrollment_change.hpp"

namespace uplift::storage {
namespace {

using Free = std::map<SkuId, std::int64_t>;

// Of the licences that somebody is in the line for.
Free free_seats(Database& database, const TenantName& tenant) {
    Free free;
    {
        auto wanted = database.use("SELECT DISTINCT sku FROM seat WHERE tenant = ? AND state = 0");
        wanted.bind(tenant);
        while (wanted.step()) free.emplace(wanted.next<SkuId>(), 0);
    }
    for (auto& [sku, n] : free) {
        auto count = database.use(
            "SELECT owned - used - (SELECT count(*) FROM seat WHERE tenant = ?1 AND sku = ?2 AND state IN "
            "(1, 2)) FROM seat_count WHERE tenant = ?1 AND sku = ?2");
        count.with(tenant, sku);
        if (count.step()) n = count.next_number();
    }
    return free;
}

std::vector<EnrollmentId> head_of_line(Database& database,
                                       const TenantName& tenant,
                                       const SkuId& sku,
                                       std::int64_t limit) {
    std::vector<EnrollmentId> line;
    auto statement = database.use(
        "SELECT enrollment FROM seat WHERE tenant = ? AND sku = ? AND state = 0 ORDER BY since, enrollment "
        "LIMIT ?");
    statement.with(tenant, sku, limit);
    while (statement.step()) line.push_back(statement.next<EnrollmentId>());
    return line;
}

std::vector<SkuId> wanted_by(Database& database, EnrollmentId enrollment) {
    std::vector<SkuId> wanted;
    auto statement = database.use("SELECT sku FROM seat WHERE enrollment = ? AND state = 0");
    statement.bind(enrollment);
    while (statement.step()) wanted.push_back(statement.next<SkuId>());
    return wanted;
}

bool wake(Books& books, EnrollmentId enrollment, TimePoint now) {
    auto change = EnrollmentChange::load(books, enrollment);
    const auto* waiting = change ? change->step(StepKind::license) : nullptr;
    if (waiting == nullptr || waiting->state != StepState::waiting || waiting->waits_for != WaitsFor::seat)
        return false;
    change->edit(StepKind::license)->due = now;
    change->save(now);
    return true;
}

// Oldest first; all that a person wants, or nothing.
std::int64_t hand_out(Books& books, const TenantName& tenant, TimePoint now) {
    auto& database = books.database;
    auto free = free_seats(database, tenant);
    std::int64_t woken = 0;
    for (auto& [sku, n] : free) {
        if (n <= 0) continue;
        for (const auto enrollment : head_of_line(database, tenant, sku, n)) {
            if (n <= 0) break;
            const auto wanted = wanted_by(database, enrollment);
            const auto is_free = [&](const SkuId& which) { return free.contains(which) && free[which] > 0; };
            if (!std::all_of(wanted.begin(), wanted.end(), is_free)) continue;
            for (const auto& which : wanted) --free[which];
            database.use("UPDATE seat SET state = 1 WHERE enrollment = ? AND state = 0")
                .with(enrollment)
                .run();
            if (wake(books, enrollment, now)) ++woken;
        }
    }
    return woken;
}

// Those that the tenant's own number shows now: the oldest, and whatever is older than any lag.
void forget_shown(
    Database& database, const TenantName& tenant, const SkuId& sku, std::int64_t shown, TimePoint at) {
    std::vector<EnrollmentId> taken;
    {
        auto statement = database.use(
            "SELECT enrollment, since FROM seat WHERE tenant = ? AND sku = ? AND state = 2 "
            "ORDER BY since, enrollment");
        statement.with(tenant, sku);
        while (statement.step()) {
            const auto enrollment = statement.next<EnrollmentId>();
            const auto since = statement.next<TimePoint>();
            if (static_cast<std::int64_t>(taken.size()) >= shown && since + longest_seat_lag > at) break;
            taken.push_back(enrollment);
        }
    }
    for (const auto enrollment : taken)
        database.use("DELETE FROM seat WHERE enrollment = ? AND sku = ?").with(enrollment, sku).run();
}

}  // namespace

std::int64_t note_seats(Books& books,
                        const TenantName& tenant,
                        const std::vector<engine::SeatCount>& counts,
                        TimePoint at) {
    auto& database = books.database;
    for (const auto& count : counts) {
        std::optional<std::int64_t> before;
        {
            auto statement = database.use("SELECT used FROM seat_count WHERE tenant = ? AND sku = ?");
            statement.with(tenant, count.sku);
            if (statement.step()) before = statement.next_number();
        }
        forget_shown(database, tenant, count.sku, before ? count.used - *before : 0, at);
        database.use("INSERT OR REPLACE INTO seat_count VALUES (?, ?, ?, ?, ?)")
            .with(tenant, count.sku, count.owned, count.used, at)
            .run();
    }
    return hand_out(books, tenant, at);
}

engine::SeatVerdict take_seats(Books& books,
                               EnrollmentId enrollment,
                               const std::vector<SkuId>& skus,
                               TimePoint now) {
    auto& database = books.database;
    const auto row = load_enrollment(database, enrollment);
    if (!row) return engine::SeatVerdict::wait;
    const auto tenant = books.job(row->job).tenant;
    for (const auto& sku : skus)
        database.use("INSERT OR IGNORE INTO seat VALUES (?, ?, ?, 0, ?)")
            .with(tenant, sku, enrollment, now)
            .run();
    hand_out(books, tenant, now);
    return has_all_seats(books, enrollment) ? engine::SeatVerdict::granted : engine::SeatVerdict::wait;
}

void seats_taken(Books& books, EnrollmentId enrollment, TimePoint now) {
    books.database.use("UPDATE seat SET state = 2, since = ? WHERE enrollment = ? AND state = 1")
        .with(now, enrollment)
        .run();
}

void seats_refused(Books& books, EnrollmentId enrollment) {
    books.database.use("UPDATE seat SET state = 0 WHERE enrollment = ? AND state = 1").with(enrollment).run();
}

std::int64_t give_back_seats(Books& books, EnrollmentId enrollment, TimePoint now) {
    books.database.use("DELETE FROM seat WHERE enrollment = ? AND state IN (0, 1)").with(enrollment).run();
    if (books.database.changed_rows() == 0) return 0;
    const auto row = load_enrollment(books.database, enrollment);
    return row ? hand_out(books, books.job(row->job).tenant, now) : 0;
}

bool has_all_seats(Books& books, EnrollmentId enrollment) {
    return wanted_by(books.database, enrollment).empty();
}

}  // namespace uplift::storage
