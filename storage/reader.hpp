// Reader: what lists, reports and `why` show, over a read-only connection of its own.
//
// Synchronous: the daemon runs it on its reader thread. Each call sees one moment of the queue. Damage stops
// the process as it does in the writer. Sealed passwords are not shown here: pages of the queue are.
#pragma once

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/ports/audit_log.hpp"
#include "core/engine/ports/mailbox_waits.hpp"
#include "core/model/job.hpp"
#include "storage/database.hpp"

namespace uplift::storage {

// The whole queue at a glance.
struct QueueTotals {
    std::int64_t open_jobs = 0;
    StateCounts enrollments{};                         // of the open jobs, by state
    std::array<StateCounts, step_kind_count> steps{};  // of the open jobs, by kind and state
    std::int64_t passwords_waiting = 0;                // of all jobs
    std::optional<TimePoint> oldest_due;               // of the open jobs
};

inline const JobId newest_job{std::numeric_limits<std::int64_t>::max()};

// Delayed tasks that fit; what is absent fits all.
struct TaskFilter {
    std::vector<StepState> states;  // empty: every open one and the failed
    std::optional<StepKind> kind;
    std::optional<JobId> job;
    std::string person;                     // any identity; empty: everybody
    std::optional<TimePoint> begun_before;  // touched first before then
};
class Reader {
 public:
    static Result<std::unique_ptr<Reader>> open(const std::filesystem::path& database, Stop stop);
    // On a connection of somebody else, in the same thread (simulations in memory).
    explicit Reader(Database& database);
    ~Reader();

    // Newest first.
    std::vector<JobSummary> list_jobs(JobId before = newest_job, std::size_t limit = 1'000);
    std::optional<JobSummary> job_summary(JobId job);
    // In the order of the file.
    std::vector<EnrollmentDetail> enrollments(JobId job, std::int64_t after_row, std::size_t limit);
    std::optional<EnrollmentDetail> enrollment(EnrollmentId id);
    // Everybody who is known under this objectGUID, UPN (in AD or planned), sAMAccountName as given, DN or
    // object id. Newest job first, at most `limit`.
    std::vector<EnrollmentDetail> find_person(const std::string& name, std::size_t limit = 100);
    // In the order of their numbers, at most `limit`.
    std::vector<TaskSummary> tasks(const TaskFilter& filter, std::size_t limit);
    // By tenant and licence; only what somebody of ours wanted or wants.
    std::vector<SeatSummary> seats();
    engine::MailboxStanding mailbox_standing(const TenantName& tenant);
    QueueTotals totals();
    std::vector<engine::AuditRow> audit_of(EnrollmentId id);

 private:
    explicit Reader(std::unique_ptr<Database> owned);
    template <class Work>
    auto at_one_moment(Work work);
    EnrollmentDetail detail(const struct EnrollmentRow& row);
    JobSummary summary(const struct JobRow& row);

    std::unique_ptr<Database> owned_;
    Database& database_;
};

template <class Work>
auto Reader::at_one_moment(Work work) {
    if (database_.in_transaction()) return work();
    database_.use("BEGIN").run();
    try {
        auto answer = work();
        database_.use("COMMIT").run();
        return answer;
    } catch (...) {
        database_.roll_back();
        throw;
    }
}

}  // namespace uplift::storage
