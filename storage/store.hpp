// Store: the queue's transactions, as plain functions on one database.
//
// Not for several threads at once; no thread and no clock of its own. The caller puts begin() and commit()
// around them, one by one or many together (group commit). Each refuses before it writes anything, so that a
// refused one spoils none of the others in the same transaction and no savepoints are needed (a savepoint
// copies every page that is touched in it). Errors: CannotNow (roll back, try again later) and Stopped.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/ports/audit_log.hpp"
#include "core/engine/ports/queue.hpp"
#include "storage/books.hpp"

namespace uplift::storage {

class EnrollmentChange;

// Rows that one transaction writes or changes at most: the writer is never held up for long.
inline constexpr std::size_t max_rows_at_once = 2'000;

enum class More : std::uint8_t { yes, no };

// An operator's order that works through a job in pieces of max_rows_at_once.
struct Sweep {
    engine::JobChange change;
    TimePoint now;
    std::int64_t after = 0;  // the row, or enrollment, that was looked at last
};

class Store {
 public:
    // Migrates; throws Stopped for a database that is newer or foreign.
    explicit Store(Database& database);

    void begin() { books_.database.begin(); }
    void commit();
    void roll_back() noexcept;
    // A start of the daemon: void leases, sweep what was never shown, go on with cancels. In transactions of
    // its own.
    void restart();

    // store_intake.cpp
    Result<JobId> begin_job(const NewJob& job);
    Result<void> add_rows(JobId job, const IntakeRow* rows, std::size_t count);
    Result<engine::AcceptedJob> show_job(JobId job);
    void abandon_job(JobId job);
    // Deletes rows of abandoned and of purged jobs.
    More sweep_abandoned();
    std::optional<JobId> find_open_job(const std::string& fingerprint);

    // store_claims.cpp
    std::vector<engine::StepTask> claim(const engine::ClaimRequest& request);
    void release(EnrollmentId enrollment, StepKind step, TimePoint due);
    std::optional<TimePoint> next_due(const TenantName& tenant);
    std::shared_ptr<const Job> job(JobId job);

    // store_records.cpp
    engine::Recorded record(const engine::StepRecord& record);

    // store_people.cpp
    engine::PersonStanding standing(const TenantName& tenant,
                                    const Guid& person,
                                    const std::vector<Identity>& names);

    // store_tasks.cpp
    std::vector<engine::TaskEffect> order_tasks(const engine::TaskCommand& command,
                                                const Actor& actor,
                                                TimePoint now);

    // store_operators.cpp
    Result<Sweep> begin_cancel(JobId job, const Actor& actor, TimePoint now);
    More go_on_cancelling(Sweep& sweep);
    Result<engine::Effect> pause(JobId job, const Actor& actor, TimePoint now);
    Result<engine::Effect> resume(JobId job, const Actor& actor, TimePoint now);
    // Hides the job; sweep_abandoned() deletes its rows.
    Result<void> begin_purge(JobId job, const Actor& actor, engine::Untaken passwords, TimePoint now);
    Result<Sweep> begin_retry(JobId job, const Actor& actor, TimePoint now);
    More go_on_retrying(Sweep& sweep);

    // store_passwords.cpp
    Result<engine::PasswordPage> open_password_page(JobId job,
                                                    const Actor& reader,
                                                    std::size_t limit,
                                                    TimePoint now);
    Result<void> close_password_page(JobId job, std::int64_t page, const Actor& reader, TimePoint now);

    // seat_line.cpp, mailbox_line.cpp
    std::int64_t note_seats(const TenantName& tenant,
                            const std::vector<engine::SeatCount>& counts,
                            TimePoint at);
    engine::SeatVerdict take_seats(EnrollmentId enrollment, const std::vector<SkuId>& skus, TimePoint now);
    std::int64_t waiting_for_seats(const TenantName& tenant);
    engine::MailboxStanding mailbox_standing(const TenantName& tenant);
    std::vector<engine::MailboxWaiter> mailbox_waiters(const TenantName& tenant,
                                                       TimePoint probed_before,
                                                       std::size_t limit);
    std::int64_t record_look(const engine::MailboxLook& look);

    // store_audit.cpp
    void audit(const AuditEntry& entry);
    std::vector<engine::AuditRow> audit_after(std::int64_t number, std::size_t limit);

    // What the database remembers of itself: instance, starts, schema_version, key_check.
    std::optional<std::string> meta(const std::string& key);
    void set_meta(const std::string& key, const std::string& value);

    Database& database() { return books_.database; }

 private:
    Result<JobRow> shown_job(JobId id);
    std::int64_t last_number(const char* of);
    void set_last_number(const char* of, std::int64_t number);

    std::vector<JobId> claimable_jobs(const TenantName& tenant);
    void claim_from(JobId job,
                    const engine::ClaimRequest& request,
                    std::size_t limit,
                    std::vector<engine::StepTask>& tasks);
    void begin_scheduled(JobId job);
    engine::StepTask task_of(const EnrollmentRow& row, const StepRow& step);

    [[nodiscard]] bool holds_lease(const StepRow* step, TimePoint now) const;
    void take_facts(EnrollmentChange& change, const engine::StepRecord& record, std::int64_t& woken);
    void take_password(const EnrollmentRow& row, const engine::StepRecord& record);
    void take_attempts(const engine::StepRecord& record);
    void take_seats(const engine::StepRecord& record, StepRow& step);
    bool has_account(const TenantName& tenant, const Octets& person);
    std::int64_t begin_tasks(EnrollmentChange& change, const engine::StepRecord& record);
    // Starts what follows a step that is done or skipped; nothing where the walk ends.
    std::optional<StepKind> start_next(EnrollmentChange& change, const StepRow& ended, TimePoint now);

    engine::TaskEffect order_task(const engine::TaskCommand& command,
                                  TaskId task,
                                  const Actor& actor,
                                  TimePoint now);
    bool claim_again(EnrollmentChange& change);
    bool cancel_enrollment(EnrollmentChange& change, Sweep& sweep);
    void retry_enrollment(EnrollmentId id, Sweep& sweep);
    engine::PasswordPage read_page(JobId job, std::int64_t page);

    Books books_;
    std::map<TenantName, JobId> last_served_;  // the job that got the last claim of the tenant
};

}  // namespace uplift::storage
