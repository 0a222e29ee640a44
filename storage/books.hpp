// Books: the database with what is kept in memory beside it while a transaction runs.
//
// Internal to storage. Everything here is dropped after a rollback.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "storage/ledger.hpp"
#include "storage/rows.hpp"

namespace uplift::storage {

// What every change of an enrollment asks of its job.
struct JobFacts {
    TenantName tenant;
    TimePoint accepted_at;
    JobStage stage = JobStage::taking_in;
    JobOrder orders = JobOrder::go;
    std::optional<TimePoint> ended_at;
};

struct Books {
    explicit Books(Database& connection) : database(connection), ledger(connection) {}

    Database& database;
    Ledger ledger;
    std::int64_t owner = 0;  // this start of the daemon: leases of others are void
    std::map<JobId, JobFacts> jobs;

    // Stops the process where an enrollment names a job that is not there.
    const JobFacts& job(JobId id);
    void save(const JobRow& row);
    void forget();

    void audit(const AuditEntry& entry, std::optional<JobId> job, std::optional<EnrollmentId> enrollment);
    void index_names(EnrollmentId enrollment, const std::vector<std::string>& names);
    // Empty where there is none (any more).
    std::string sealed_password(EnrollmentId enrollment);
    // With tenant, time of acceptance and sealed password.
    Enrollment enrollment(const EnrollmentRow& row);

    // The person has an account now: whoever waits to be linked to them as their manager becomes due.
    std::int64_t wake_subordinates(JobId job, const Octets& person, TimePoint now);
    // Gives the person up where the enrollment has it; returns how many waiting enrollments became due.
    std::int64_t release_person(JobId job, EnrollmentId enrollment, const Octets& person, TimePoint now);

 private:
    std::int64_t wake_waiting(const TenantName& tenant,
                              const Octets& person,
                              std::optional<WaitsFor> only,
                              TimePoint now);
};

}  // namespace uplift::storage
