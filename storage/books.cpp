#include "storage/books.hpp"

#include "storage/enrollment_change.hpp"
#include "storage/identity_index.hpp"

namespace uplift::storage {
namespace {

constexpr std::size_t max_kept_jobs = 4'096;

JobFacts facts_of(const JobRow& row) {
    return {.tenant = row.tenant,
            .accepted_at = row.accepted_at,
            .stage = row.stage,
            .orders = row.orders,
            .ended_at = row.ended_at};
}

std::vector<std::pair<EnrollmentId, StepKind>> waiting_for(Database& database, const Octets& person) {
    std::vector<std::pair<EnrollmentId, StepKind>> waiting;
    auto statement = database.use("SELECT enrollment, kind FROM step WHERE awaits = ? ORDER BY enrollment");
    statement.bind(person);
    while (statement.step()) {
        const auto enrollment = statement.next<EnrollmentId>();
        waiting.emplace_back(enrollment, statement.next<StepKind>());
    }
    return waiting;
}

}  // namespace

const JobFacts& Books::job(JobId id) {
    const auto known = jobs.find(id);
    if (known != jobs.end()) return known->second;
    const auto row = load_job(database, id);
    if (!row) database.damaged("an enrollment belongs to " + to_string(id) + ", which is not there");
    if (jobs.size() > max_kept_jobs) jobs.clear();
    return jobs.emplace(id, facts_of(*row)).first->second;
}

void Books::save(const JobRow& row) {
    update(database, row);
    jobs.insert_or_assign(row.id, facts_of(row));
}

void Books::forget() {
    ledger.forget();
    jobs.clear();
}

void Books::audit(const AuditEntry& entry, std::optional<JobId> job, std::optional<EnrollmentId> enrollment) {
    database
        .use(
            "INSERT INTO audit (at, job, enrollment, actor_uid, actor_name, action, target, detail, attempt) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .with(entry.at, job, enrollment, entry.actor.uid, entry.actor.name, entry.action, entry.target)
        .with(entry.detail, entry.attempt)
        .run();
}

void Books::index_names(EnrollmentId enrollment, const std::vector<std::string>& names) {
    for (const auto& name : names)
        database.use("INSERT OR IGNORE INTO identity VALUES (?, ?)").with(name_hash(name), enrollment).run();
}

std::string Books::sealed_password(EnrollmentId enrollment) {
    auto statement = database.use("SELECT sealed FROM password WHERE enrollment = ?");
    statement.bind(enrollment);
    return statement.step() ? std::string(statement.next_octets()) : std::string();
}

Enrollment Books::enrollment(const EnrollmentRow& row) {
    auto enrollment = enrollment_of(database, row);
    const auto& facts = job(row.job);
    enrollment.tenant = facts.tenant;
    enrollment.accepted_at = facts.accepted_at;
    if (enrollment.intent) enrollment.intent->sealed_password = sealed_password(row.id);
    return enrollment;
}

std::int64_t Books::release_person(JobId of, EnrollmentId enrollment, const Octets& person, TimePoint now) {
    const auto tenant = job(of).tenant;
    const auto claim = load_claim(database, tenant, person);
    if (!claim || claim->enrollment != enrollment) return 0;
    remove_claim(database, *claim);
    return wake_waiting(tenant, person, std::nullopt, now);
}

std::int64_t Books::wake_subordinates(JobId of, const Octets& person, TimePoint now) {
    return wake_waiting(job(of).tenant, person, WaitsFor::manager, now);
}

std::int64_t Books::wake_waiting(const TenantName& tenant,
                                 const Octets& person,
                                 std::optional<WaitsFor> only,
                                 TimePoint now) {
    std::int64_t woken = 0;
    for (const auto& [waiting, kind] : waiting_for(database, person)) {
        auto change = EnrollmentChange::load(*this, waiting);
        if (!change || job(change->row().job).tenant != tenant) continue;
        if (only && change->step(kind)->waits_for != *only) continue;
        auto& step = *change->edit(kind);
        step.due = now;
        step.awaits.reset();
        change->save(now);
        ++woken;
    }
    return woken;
}

}  // namespace uplift::storage
