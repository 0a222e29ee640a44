#include "storage/mailbox_line.hpp"

#include <algorithm>

#include "storage/enrollment_change.hpp"
#include "storage/profile_json.hpp"

namespace uplift::storage {
namespace {

struct Wait {
    EnrollmentId enrollment;
    std::string license;
    TimePoint since;
};

std::vector<Wait> waits_for(Database& database, const TenantName& tenant, const ObjectId& account) {
    std::vector<Wait> waits;
    auto statement = database.use(
        "SELECT enrollment, license, since FROM mailbox_wait WHERE tenant = ? AND account = ? AND arrived_at "
        "IS NULL ORDER BY enrollment");
    statement.with(tenant, account);
    while (statement.step()) {
        auto& wait = waits.emplace_back();
        wait.enrollment = statement.next<EnrollmentId>();
        wait.license = statement.next<std::string>();
        wait.since = statement.next<TimePoint>();
    }
    return waits;
}

std::int64_t wake(Books& books, EnrollmentId enrollment, TimePoint now) {
    auto change = EnrollmentChange::load(books, enrollment);
    if (!change) return 0;
    std::int64_t woken = 0;
    for (const auto kind : change->kinds()) {
        const auto& step = *change->step(kind);
        if (step.state != StepState::waiting || step.waits_for != WaitsFor::mailbox) continue;
        change->edit(kind)->due = now;
        ++woken;
    }
    change->save(now);
    return woken;
}

}  // namespace

void begin_mailbox_wait(Books& books, const EnrollmentRow& row, TimePoint now) {
    if (!row.made_id) return;
    const auto plan = row.plan ? plan_from(*row.plan) : std::nullopt;
    const std::string license = plan && !plan->licenses.empty() ? plan->licenses.front().sku : std::string{};
    // A step that waits although the mailbox was listed looked in between, or from a replica that lags:
    // whoever lists it again must wake it.
    books.database
        .use(
            "INSERT INTO mailbox_wait VALUES (?, ?, ?, ?, ?, ?, NULL) "
            "ON CONFLICT (enrollment) DO UPDATE SET arrived_at = NULL")
        .with(row.id, books.job(row.job).tenant, *row.made_id, license, now, now)
        .run();
}

void end_mailbox_wait(Database& database, EnrollmentId enrollment) {
    database.use("DELETE FROM mailbox_wait WHERE enrollment = ?").with(enrollment).run();
}

engine::MailboxStanding mailbox_standing(Database& database, const TenantName& tenant) {
    engine::MailboxStanding standing;
    {
        auto waiting = database.use(
            "SELECT count(*), max(since), min(since) FROM mailbox_wait WHERE tenant = ? AND arrived_at IS "
            "NULL");
        waiting.bind(tenant);
        if (waiting.step()) {
            standing.waiting = waiting.next_number();
            standing.youngest_since = waiting.next<std::optional<TimePoint>>();
            standing.oldest_since = waiting.next<std::optional<TimePoint>>();
        }
    }
    {
        auto sweep = database.use("SELECT watermark, looked_at FROM mailbox_sweep WHERE tenant = ?");
        sweep.bind(tenant);
        if (sweep.step()) {
            standing.watermark = sweep.next<TimePoint>();
            standing.looked_at = sweep.next<TimePoint>();
        }
    }
    WaitHistogram waits;
    auto times = database.use("SELECT bucket, sum(n) FROM mailbox_time WHERE tenant = ? GROUP BY bucket");
    times.bind(tenant);
    while (times.step()) {
        const auto bucket = times.next_number();
        waits[bucket] = times.next_number();
    }
    standing.usual = usual_wait(waits);
    return standing;
}

engine::UsualWait usual_wait(const WaitHistogram& waits) {
    engine::UsualWait usual;
    for (const auto& [bucket, n] : waits) usual.arrivals += n;
    usual.half = wait_quantile(waits, 50);
    usual.most = wait_quantile(waits, 95);
    return usual;
}

std::vector<engine::MailboxWaiter> mailbox_waiters(Database& database,
                                                   const TenantName& tenant,
                                                   TimePoint probed_before,
                                                   std::size_t limit) {
    std::vector<engine::MailboxWaiter> waiters;
    auto statement = database.use(
        "SELECT enrollment, account, since, probed_at FROM mailbox_wait WHERE tenant = ? AND arrived_at IS "
        "NULL AND probed_at < ? ORDER BY probed_at, enrollment LIMIT ?");
    statement.with(tenant, probed_before, limit);
    while (statement.step()) {
        auto& waiter = waiters.emplace_back();
        waiter.enrollment = statement.next<EnrollmentId>();
        waiter.account = statement.next<ObjectId>();
        waiter.since = statement.next<TimePoint>();
        waiter.probed_at = statement.next<TimePoint>();
    }
    return waiters;
}

std::int64_t record_look(Books& books, const engine::MailboxLook& look) {
    auto& database = books.database;
    std::int64_t woken = 0;
    for (const auto& mailbox : look.arrived) {
        for (const auto& wait : waits_for(database, look.tenant, mailbox.account)) {
            // Listed once is enough: a mailbox that takes no commands yet is the step's own affair.
            database.use("UPDATE mailbox_wait SET arrived_at = ? WHERE enrollment = ?")
                .with(look.now, wait.enrollment)
                .run();
            const auto took = std::max(mailbox.created_at.value_or(look.now), wait.since) - wait.since;
            database.use("INSERT INTO mailbox_time VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1")
                .with(look.tenant, wait.license, wait_bucket(took))
                .run();
            woken += wake(books, wait.enrollment, look.now);
        }
    }
    for (const auto enrollment : look.not_there)
        database.use("UPDATE mailbox_wait SET probed_at = ? WHERE enrollment = ?")
            .with(look.now, enrollment)
            .run();
    if (look.swept_to)
        database.use("INSERT OR REPLACE INTO mailbox_sweep VALUES (?, ?, ?)")
            .with(look.tenant, *look.swept_to, look.now)
            .run();
    return woken;
}

}  // namespace uplift::storage
