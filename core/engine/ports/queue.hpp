// Queue: the cellar. Jobs wait here, and everything the engine must remember over a crash.
//
// Implemented by storage/ (SQLite) and tests/sim (in memory); both pass one contract suite
// (tests/unit/storage/queue_contract.hpp).
//
// What an implementation promises
// - Every call that changes something is one transaction, durable (fsynced) when the call returns.
// - A claimed step belongs to one owner until its lease ends; `record` from anybody else writes nothing.
// - Counts by job, step and state change in the transaction that changes the steps.
// - One open enrollment a person and tenant: see StepRecord::claims_person.
// - When the last step of an enrollment ends, its person is released and enrollments that wait for
//   `other_job` on that person become due, in the same transaction. When the last enrollment of a job ends,
//   the job gets its ended_at in the same transaction.
// - A full disk: intake calls return a fault (disk_full) and leave nothing; `claim` and `record` wait, trying
//   again, until there is room. Any other I/O error stops the process: the queue is durable.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/ports/mailbox_waits.hpp"
#include "core/engine/ports/seat_ledger.hpp"
#include "core/engine/ports/task_orders.hpp"
#include "core/model/job.hpp"

namespace uplift::engine {

enum class Acceptance : std::uint8_t { new_job, same_job };
struct AcceptedJob {
    JobId job;  // where `acceptance` is same_job: the open job with the same fingerprint
    Acceptance acceptance = Acceptance::new_job;
};

struct ClaimRequest {
    TenantName tenant;
    std::size_t limit = 0;
    TimePoint now;
    TimePoint lease_until;
};

// A step to run: claimed for the caller until the lease ends. The step is `running`.
struct StepTask {
    Enrollment enrollment;
    Step step;
    std::vector<Attempt> attempts;  // of this step, oldest first; an `open` one may be on the wire
};

struct AttemptEnd {
    AttemptId id;
    AttemptResult result{};
    std::string note;
};

// What came of (a piece of) a step. Absent = unchanged.
struct StepRecord {
    EnrollmentId enrollment;
    StepKind step{};
    TimePoint now;

    StepState state = StepState::running;  // running: a recovery point inside the step, the lease is kept
    WaitsFor waits_for = WaitsFor::nothing;
    // Of a waiting step. One that waits for `other_job` or `operator` has none, one that waits for `seat`,
    // `manager` or `mailbox` may be woken before. TimePoint::max(): only an event wakes it.
    TimePoint due;
    std::optional<Guid>
        awaits;  // with waits_for manager: becomes due when this person has an account, or ends
    std::optional<Fault> fault;  // of a step that ends: absent = none, what it waited for before is forgotten
    std::optional<int> tries;
    std::optional<std::string> progress;

    std::optional<ResolvedPerson> person;
    std::optional<PlannedAccount> plan;
    std::optional<Intent> intent;
    std::optional<MadeAccount> made;
    // The sealed password of an account that is not ours to hand over, or that will never be made, is
    // destroyed.
    enum class SealedPassword : std::uint8_t { keep, destroy } sealed_password = SealedPassword::keep;

    std::optional<Attempt> attempt_sent;
    std::optional<AttemptEnd> attempt_ended;
    std::vector<AuditEntry> audit;

    // Take the person (of `person`) for this enrollment. Where another open enrollment of the tenant has it,
    // nothing of this record is written but the step, which waits for `other_job`; Recorded says so.
    enum class Person : std::uint8_t { leave, claim } claims_person = Person::leave;

    // What becomes of the seats that the enrollment was granted (take_seats).
    enum class Seats : std::uint8_t {
        keep,
        taken,      // the licences are assigned: counted until the tenant's own numbers show them
        refused,    // the tenant had none after all: back into the line, at the old place
        given_back  // not needed
    } seats = Seats::keep;
    // With the last step of the walk: the delayed tasks that begin when it ends.
    std::vector<StepKind> begins;

    // A step that ends `done` or `skipped` is followed by the next one (step_after), which starts `running`
    // under the same lease: the runner goes on without a new claim. One that ends `failed` or `cancelled`, or
    // `resolve` that ends `skipped`, ends the enrollment.
};

enum class RecordVerdict : std::uint8_t { written, person_taken, lease_lost };
struct Recorded {
    RecordVerdict verdict = RecordVerdict::written;
    std::optional<StepTask> next;    // the following step, started
    std::optional<JobId> job_ended;  // this was the last step of the last enrollment
    std::int64_t woken = 0;          // enrollments that became due by this (other_job)
    // An operator cancelled the job meanwhile: the step's outcome is written, nothing follows.
};

struct JobChange {
    JobId job;
    std::int64_t steps = 0;  // how many steps were changed
};

// An order that is idempotent: it may have been so before.
enum class Effect : std::uint8_t { changed, as_before };
// Initial passwords that nobody has taken yet.
enum class Untaken : std::uint8_t { keep, discard };

struct SealedRow {
    EnrollmentId enrollment;
    std::int64_t row = 0;
    Guid person;
    std::string display_name;
    std::string user_principal_name;
    std::string sealed_password;
};
// A page of passwords for one reader. An unacknowledged page may be shown again, to the same uid only.
struct PasswordPage {
    std::int64_t page = 0;
    std::vector<SealedRow> rows;  // empty: nothing (more) to show
    std::int64_t left = 0;        // passwords of the job after this page
};

// A person of the directory, by our own records of one tenant.
struct PersonStanding {
    std::optional<ObjectId> account;  // the one that we made, found or adopted for them last
    bool open = false;                // an enrollment of theirs is open, as far as names tell
};

class Queue : public SeatLedger, public MailboxWaits, public TaskOrders {
 public:
    // ---- intake ------------------------------------------------------------------------------------
    // A job nobody sees yet; rows are added in chunks, then it is shown, or abandoned. What a crash left
    // unseen is swept when the queue opens.
    virtual boost::asio::awaitable<Result<JobId>> begin_job(NewJob job) = 0;
    virtual boost::asio::awaitable<Result<void>> add_rows(JobId job, std::vector<IntakeRow> rows) = 0;
    // Shows the job and writes its audit row; or finds an open job with the same fingerprint, then this one
    // is abandoned.
    virtual boost::asio::awaitable<Result<AcceptedJob>> show_job(JobId job) = 0;
    virtual boost::asio::awaitable<void> abandon_job(JobId job) = 0;
    // An open job with this fingerprint, before its bytes are read again.
    virtual boost::asio::awaitable<std::optional<JobId>> find_open_job(std::string fingerprint) = 0;

    // ---- engine ------------------------------------------------------------------------------------
    // Steps that are due, fairly between the open jobs of the tenant, oldest due first within a job.
    virtual boost::asio::awaitable<std::vector<StepTask>> claim(ClaimRequest request) = 0;
    virtual boost::asio::awaitable<Recorded> record(StepRecord record) = 0;
    // When the next step of the tenant becomes due; nothing when none waits for a time.
    virtual boost::asio::awaitable<std::optional<TimePoint>> next_due(TenantName tenant) = 0;
    // Facts of a job; cached by the caller, they never change.
    virtual boost::asio::awaitable<std::shared_ptr<const Job>> job(JobId job) = 0;
    // `names`: every identity of the person, for enrollments that are not resolved yet.
    virtual boost::asio::awaitable<PersonStanding> standing(TenantName tenant,
                                                            Guid person,
                                                            std::vector<Identity> names) = 0;
    // Gives back a lease without a change (a stop, a paused tenant): the step is due again at `due`.
    virtual boost::asio::awaitable<void> release(EnrollmentId enrollment, StepKind step, TimePoint due) = 0;

    // ---- operators ---------------------------------------------------------------------------------
    // Failed steps run again; nothing that is done is repeated. Idempotent. An ended job opens again.
    virtual boost::asio::awaitable<Result<JobChange>> retry_job(JobId job, Actor actor, TimePoint now) = 0;
    // Steps on the wire end; the rest is cancelled; accounts stay as they are. Idempotent.
    virtual boost::asio::awaitable<Result<JobChange>> cancel_job(JobId job, Actor actor, TimePoint now) = 0;
    // Nothing of the job is begun until it is resumed; steps under way end, and what follows them waits.
    virtual boost::asio::awaitable<Result<Effect>> pause_job(JobId job, Actor actor, TimePoint now) = 0;
    // Goes on, or is scheduled again where its time has not come.
    virtual boost::asio::awaitable<Result<Effect>> resume_job(JobId job, Actor actor, TimePoint now) = 0;
    // An ended job is forgotten, but for its audit rows: hidden at once, its rows follow in pieces. Refused
    // while it is open, and where passwords would be lost that are to be kept.
    virtual boost::asio::awaitable<Result<void>> purge_job(JobId job,
                                                           Actor actor,
                                                           Untaken passwords,
                                                           TimePoint now) = 0;
    // Marks a page as shown and audits it [c], before it goes out.
    virtual boost::asio::awaitable<Result<PasswordPage>> open_password_page(JobId job,
                                                                            Actor reader,
                                                                            std::size_t limit,
                                                                            TimePoint now) = 0;
    // The reader has it: the sealed copies are destroyed.
    virtual boost::asio::awaitable<Result<void>> close_password_page(JobId job,
                                                                     std::int64_t page,
                                                                     Actor reader,
                                                                     TimePoint now) = 0;
    // An audit row that belongs to no change of a job (a refused command, a reload).
    virtual boost::asio::awaitable<void> audit(AuditEntry entry) = 0;
};

}  // namespace uplift::engine
