// Jobs, enrollments, steps and attempts: what the queue keeps and the engine works on.
//
// Pure. A job is one submission, an enrollment is one person in it, a step is one durable piece of an
// enrollment, an attempt is one try at a write to the tenant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/account.hpp"
#include "core/model/identity.hpp"
#include "core/model/ids.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"
#include "core/model/step.hpp"
#include "core/model/time.hpp"

namespace uplift {

// Who did something: a person by the kernel's word, or the daemon itself (uid of the daemon).
struct Actor {
    std::uint32_t uid = 0;
    std::string name;  // login name, or "uid 1000" where it has none; "engine" for the daemon
    bool operator==(const Actor&) const = default;
};

// One row of a file, as read.
struct IntakeRow {
    std::int64_t row = 0;         // 1 is the first row after the header
    std::vector<Identity> given;  // non-empty ones, in the order of IdentityKind; the first finds the person
    Overrides overrides;
    std::vector<std::string> carried;  // the values of the file's # columns, in the job's order
    bool operator==(const IntakeRow&) const = default;
};

// A job as it is accepted. The typed password, where there is one, is sealed before it gets here.
struct NewJob {
    Profile profile;
    std::string label;
    std::string source;       // file name as dropped, or "submit"; shown escaped
    std::string fingerprint;  // of bytes, profile and submitter: the same while open = the same job
    Actor submitter;
    TimePoint accepted_at;
    std::optional<TimePoint> run_at;             // nothing is done before; absent: at once
    std::vector<std::string> carried_columns;    // headers of the # columns, with the #
    std::optional<std::string> sealed_password;  // typed; associated data: job_password_context(fingerprint)
};

struct Job {
    JobId id;
    Profile profile;
    std::string label;
    std::string source;
    std::string fingerprint;
    Actor submitter;
    TimePoint accepted_at;
    std::optional<TimePoint> run_at;
    std::optional<TimePoint> ended_at;
    std::vector<std::string> carried_columns;
    std::optional<std::string> sealed_password;
};

// The associated data that binds a sealed password to where it belongs (AC-40: swapped ones do not open).
std::string job_password_context(std::string_view fingerprint);
std::string person_password_context(JobId job, std::int64_t row, const Guid& person);

// The person as found, kept for the rest of the walk; the objectGUID decides ever after.
struct ResolvedPerson {
    Guid object_guid;
    std::string distinguished_name;
    std::string user_principal_name;
    std::string sam_account_name;
    std::string read_from;  // domain controller
    bool operator==(const ResolvedPerson&) const = default;
};

// Written before the first byte of a create leaves: from here on, the same body and password for ever.
struct Intent {
    TimePoint at;
    std::string sealed_password;  // associated data: person_password_context
    std::string plan_digest;      // of the plan, without the password
    bool operator==(const Intent&) const = default;
};

// How we came to the account.
enum class AccountOrigin : std::uint8_t {
    created,    // by a create of ours: the sealed password is the account's
    continued,  // was there with this person's anchor: its password is not ours to hand over
    adopted     // had no anchor; the profile says adopt
};
std::string_view word(AccountOrigin origin);
std::optional<AccountOrigin> parse_account_origin(std::string_view text);

// How sure we are that nothing of ours is on the account yet.
enum class Evidence : std::uint8_t { reply, look_up };  // a 201 of ours | found by a look-up
struct MadeAccount {
    ObjectId id;
    AccountOrigin origin = AccountOrigin::created;
    Evidence evidence = Evidence::reply;
    TimePoint at;
    bool operator==(const MadeAccount&) const = default;
};

enum class AttemptResult : std::uint8_t {
    open,  // sent, no answer recorded: may be on the wire, counts as unknown
    done,
    not_sent,
    unknown,
    conflict,
    refused,
    throttled,
    not_yet,
    unauthorized
};
std::string_view word(AttemptResult result);
std::optional<AttemptResult> parse_attempt_result(std::string_view text);

struct Attempt {
    AttemptId id;  // client-request-id of the call
    StepKind step{};
    int number = 0;      // 1 is the first of its step
    std::string call;    // create_user, assign_license, add_member, …
    std::string target;  // group id or other object of the call; empty for the account itself
    TimePoint sent_at;
    std::optional<TimePoint> ended_at;
    AttemptResult result = AttemptResult::open;
    std::string note;  // why, code, request id; no message text of the service
    bool operator==(const Attempt&) const = default;
};

// One step of one enrollment as the queue keeps it.
struct Step {
    StepKind kind{};
    StepState state = StepState::pending;
    WaitsFor waits_for = WaitsFor::nothing;
    TimePoint due;               // next try of a waiting step
    TimePoint since;             // when the step was first touched
    int tries = 0;               // counted tries that ended in a retry; backoff grows with it
    std::optional<Fault> fault;  // why it failed or was skipped, or the last trouble of a waiting one
    std::string progress;        // the step's own durable note, e.g. the groups joined so far
    bool operator==(const Step&) const = default;
};

struct Enrollment {
    EnrollmentId id;
    JobId job;
    TenantName tenant;
    std::int64_t row = 0;
    EnrollmentState state = EnrollmentState::pending;
    std::vector<Identity> given;
    Overrides overrides;
    std::vector<std::string> carried;
    std::optional<ResolvedPerson> person;
    std::optional<PlannedAccount> plan;
    std::optional<Intent> intent;
    std::optional<MadeAccount> made;
    TimePoint accepted_at;
    std::optional<TimePoint> ended_at;
};

// One step of one enrollment by its name: T123-archive.
struct TaskId {
    EnrollmentId enrollment;
    StepKind kind{};
    auto operator<=>(const TaskId&) const = default;
};
std::string to_string(TaskId id);
std::optional<TaskId> parse_task_id(std::string_view text);

// A line of the audit record: who did what to whom. Ids and UPNs yes, secrets never.
struct AuditEntry {
    TimePoint at;
    Actor actor;
    std::string action;  // account_sent, account_made, license_sent, job_accepted, passwords_shown, …
    std::string target;  // UPN, object id, group id, file
    std::string detail;  // key=value pairs
    std::optional<AttemptId> attempt;
};

// ---- what lists and reports show -------------------------------------------------------------------

struct JobSummary {
    Job job;
    JobState state = JobState::running;
    std::int64_t people = 0;
    StateCounts enrollments{};                         // by state
    std::array<StateCounts, step_kind_count> steps{};  // by kind and state
    std::int64_t passwords_waiting = 0;                // created accounts whose password nobody has taken yet
};

// A delayed task as lists show it.
struct TaskSummary {
    TaskId id;
    JobId job;
    std::int64_t row = 0;
    TenantName tenant;
    std::string user_principal_name;  // planned
    std::string display_name;
    Step step;
    std::optional<TimePoint> waiting_since;  // for a mailbox
};

// The seats of one licence.
struct SeatShare {
    JobId job;
    std::int64_t reserved = 0;  // promised, not yet shown by the tenant
    std::int64_t waiting = 0;   // people of the job in the line
};
struct SeatSummary {
    TenantName tenant;
    SkuId sku;
    std::int64_t owned = 0;  // by the tenant's word
    std::int64_t used = 0;
    TimePoint read_at;
    std::vector<SeatShare> jobs;
};

struct EnrollmentDetail {
    Enrollment enrollment;
    std::vector<Step> steps;        // in walk order, those touched so far
    std::vector<Attempt> attempts;  // in order of sending
};

}  // namespace uplift
