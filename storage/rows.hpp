// Rows of job, enrollment, step, attempt and person_claim, as SQLite holds them: read with their checksum
// proved, written with a new one.
//
// JSON columns stay text here: most changes of a row never look inside. A row that does not fit its checksum
// stops the process (queue_damaged) before anything is made of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/job.hpp"
#include "storage/database.hpp"

namespace uplift::storage {

enum class JobStage : std::uint8_t { taking_in, shown, abandoned };

struct JobRow {
    JobId id;
    JobStage stage = JobStage::taking_in;
    JobOrder orders = JobOrder::go;
    std::optional<TimePoint> cancelling;
    TenantName tenant;
    std::string profile;
    std::string label;
    std::string source;
    std::string fingerprint;
    std::uint32_t submitter_uid = 0;
    std::string submitter_name;
    TimePoint accepted_at;
    std::optional<TimePoint> run_at;
    std::optional<TimePoint> ended_at;
    std::optional<std::string> carried_columns;
    std::optional<Octets> sealed_password;
};

struct EnrollmentRow {
    EnrollmentId id;
    JobId job;
    std::int64_t row = 0;
    EnrollmentState state = EnrollmentState::pending;
    std::optional<TimePoint> due;
    std::string given;
    std::optional<std::string> overrides;
    std::optional<std::string> carried;
    std::optional<Octets> person_guid;
    std::optional<std::string> person_dn;
    std::optional<std::string> person_upn;
    std::optional<std::string> person_sam;
    std::optional<std::string> person_from;
    std::optional<std::string> plan;
    std::optional<TimePoint> intent_at;
    std::optional<std::string> intent_digest;
    std::optional<ObjectId> made_id;
    std::optional<AccountOrigin> made_origin;
    std::optional<Evidence> made_evidence;
    std::optional<TimePoint> made_at;
    std::optional<TimePoint> ended_at;
};

struct StepRow {
    EnrollmentId enrollment;
    StepKind kind{};
    StepState state = StepState::pending;
    WaitsFor waits_for = WaitsFor::nothing;
    std::optional<TimePoint> due;
    std::optional<Octets> awaits;
    TimePoint since;
    std::int64_t tries = 0;
    std::optional<FaultCode> fault_code;
    std::optional<std::string> fault_where;
    std::optional<std::string> fault_what;
    std::optional<std::string> fault_cure;
    std::string progress;
    std::int64_t owner = 0;
    TimePoint lease_until;
};

struct AttemptRow {
    EnrollmentId enrollment;
    StepKind step{};
    std::int64_t number = 0;
    AttemptId id;
    std::string call;
    std::string target;
    TimePoint sent_at;
    std::optional<TimePoint> ended_at;
    AttemptResult result = AttemptResult::open;
    std::string note;
};

struct ClaimRow {
    TenantName tenant;
    Octets person;
    EnrollmentId enrollment;
};

std::optional<JobRow> load_job(Database& database, JobId id);
std::optional<EnrollmentRow> load_enrollment(Database& database, EnrollmentId id);
std::vector<StepRow> load_steps(Database& database, EnrollmentId id);  // by kind
std::vector<AttemptRow> load_attempts(Database& database, EnrollmentId id, StepKind step);
std::vector<AttemptRow> load_attempts(Database& database, EnrollmentId id);
std::optional<ClaimRow> load_claim(Database& database, const TenantName& tenant, const Octets& person);

std::vector<EnrollmentRow> load_enrollments(Database& database,
                                            JobId job,
                                            std::int64_t after_row,
                                            std::size_t limit);
std::vector<JobRow> load_shown_jobs(Database& database, JobId before, std::size_t limit);

void insert(Database& database, const JobRow& row);
void insert(Database& database, const EnrollmentRow& row);
void insert(Database& database, const StepRow& row);
void insert(Database& database, const AttemptRow& row);
void insert(Database& database, const ClaimRow& row);

void update(Database& database, const JobRow& row);
// What of an enrollment has changed: where it stands (state, due, ended_at), what is known (person, plan,
// intent, made), or both. The rest never changes.
enum class Changed : std::uint8_t { nothing = 0, standing = 1, facts = 2, both = 3 };
void update(Database& database, const EnrollmentRow& row, Changed changed);
void update(Database& database, const StepRow& row);
void update(Database& database, const AttemptRow& row);
void remove_claim(Database& database, const ClaimRow& row);

// ---- to and from the model -------------------------------------------------------------------------

Octets octets_of(const Guid& guid);
JobRow row_of(const NewJob& job);
Job job_of(Database& database, const JobRow& row);
Step step_of(const StepRow& row);
Attempt attempt_of(const AttemptRow& row);
void set_fault(StepRow& row, const std::optional<Fault>& fault);
// Without tenant and accepted_at (the job's) and without the sealed password (password table).
Enrollment enrollment_of(Database& database, const EnrollmentRow& row);
void set_person(EnrollmentRow& row, const ResolvedPerson& person);

}  // namespace uplift::storage
