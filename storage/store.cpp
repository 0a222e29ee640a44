#include "storage/store.hpp"

#include "storage/enrollment_change.hpp"
#include "storage/schema.hpp"

namespace uplift::storage {
namespace {

std::vector<JobId> jobs_where(Database& database, std::string_view sql) {
    std::vector<JobId> jobs;
    auto statement = database.use(sql);
    while (statement.step()) jobs.push_back(statement.next<JobId>());
    return jobs;
}

std::vector<EnrollmentId> running_of(Database& database, JobId job) {
    std::vector<EnrollmentId> running;
    auto statement = database.use("SELECT id FROM enrollment WHERE job = ? AND state = 1");
    statement.bind(job);
    while (statement.step()) running.push_back(statement.next<EnrollmentId>());
    return running;
}

// The step stays `running`: it may have an attempt on the wire; who claims it next looks it up first.
void void_leases(Books& books, EnrollmentId id) {
    auto change = EnrollmentChange::load(books, id);
    for (const auto kind : change->kinds()) {
        if (change->step(kind)->state != StepState::running) continue;
        auto& step = *change->edit(kind);
        step.owner = 0;
        step.lease_until = TimePoint{};
    }
    change->save(TimePoint{});
}

}  // namespace

Store::Store(Database& database) : books_(database) { migrate(database); }

void Store::commit() {
    books_.ledger.write();
    books_.database.commit();
}

void Store::roll_back() noexcept {
    books_.database.roll_back();
    books_.forget();
}

void Store::restart() {
    auto& database = books_.database;
    begin();
    books_.owner = std::stoll(meta("starts").value_or("0")) + 1;
    set_meta("starts", std::to_string(books_.owner));
    for (const auto job : jobs_where(database, "SELECT id FROM job WHERE stage = 0")) abandon_job(job);
    for (const auto job : jobs_where(database, "SELECT id FROM job WHERE stage = 1 AND ended_at IS NULL"))
        for (const auto id : running_of(database, job)) void_leases(books_, id);
    commit();

    auto more = More::yes;
    while (more == More::yes) {
        begin();
        more = sweep_abandoned();
        commit();
    }
    for (const auto job : jobs_where(database, "SELECT id FROM job WHERE cancelling IS NOT NULL")) {
        const auto row = load_job(database, job);
        Sweep sweep{.change = {.job = job}, .now = *row->cancelling, .after = 0};
        for (more = More::yes; more == More::yes;) {
            begin();
            more = go_on_cancelling(sweep);
            commit();
        }
    }
}

std::optional<std::string> Store::meta(const std::string& key) {
    auto statement = books_.database.use("SELECT value FROM meta WHERE key = ?");
    statement.bind(key);
    if (!statement.step()) return std::nullopt;
    return statement.next<std::string>();
}

void Store::set_meta(const std::string& key, const std::string& value) {
    books_.database.use("INSERT OR REPLACE INTO meta VALUES (?, ?)").with(key, value).run();
}

Result<JobRow> Store::shown_job(JobId id) {
    auto row = load_job(books_.database, id);
    if (!row || row->stage != JobStage::shown) {
        return Fault{
            FaultCode::no_such_job, to_string(id), "there is no such job", "`upliftctl jobs` lists them"};
    }
    return std::move(*row);
}

std::int64_t Store::last_number(const char* of) {
    auto statement = books_.database.use("SELECT number FROM last_number WHERE of = ?");
    statement.bind(of);
    if (!statement.step())
        books_.database.damaged("the counter of table " + std::string(of) + " is not there");
    return statement.next_number();
}

void Store::set_last_number(const char* of, std::int64_t number) {
    books_.database.use("UPDATE last_number SET number = ? WHERE of = ?").with(number, of).run();
}

}  // namespace uplift::storage
