// MemoryQueue: the queue's contract in memory, for simulations: it survives a crash of the engine by being
// kept by the test. One thread; calls run where they are made and go on at once.
//
// An implementation of its own, not the store on a faster disk: the contract suite holds both to one
// behaviour.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/engine/ports/audit_log.hpp"
#include "core/engine/ports/queue.hpp"
#include "storage/ledger.hpp"
#include "storage/reader.hpp"

namespace uplift::storage {

class MemoryQueue : public engine::Queue, public engine::AuditLog {
 public:
    boost::asio::awaitable<Result<JobId>> begin_job(NewJob job) override;
    boost::asio::awaitable<Result<void>> add_rows(JobId job, std::vector<IntakeRow> rows) override;
    boost::asio::awaitable<Result<engine::AcceptedJob>> show_job(JobId job) override;
    boost::asio::awaitable<void> abandon_job(JobId job) override;
    boost::asio::awaitable<std::optional<JobId>> find_open_job(std::string fingerprint) override;
    boost::asio::awaitable<std::vector<engine::StepTask>> claim(engine::ClaimRequest request) override;
    boost::asio::awaitable<engine::Recorded> record(engine::StepRecord record) override;
    boost::asio::awaitable<std::optional<TimePoint>> next_due(TenantName tenant) override;
    boost::asio::awaitable<std::shared_ptr<const Job>> job(JobId job) override;
    boost::asio::awaitable<void> release(EnrollmentId enrollment, StepKind step, TimePoint due) override;
    boost::asio::awaitable<engine::PersonStanding> standing(TenantName tenant,
                                                            Guid person,
                                                            std::vector<Identity> names) override;
    boost::asio::awaitable<std::int64_t> note_seats(TenantName tenant,
                                                    std::vector<engine::SeatCount> counts,
                                                    TimePoint at) override;
    boost::asio::awaitable<engine::SeatVerdict> take_seats(EnrollmentId enrollment,
                                                           std::vector<SkuId> skus,
                                                           TimePoint now) override;
    boost::asio::awaitable<std::int64_t> waiting_for_seats(TenantName tenant) override;
    boost::asio::awaitable<engine::MailboxStanding> mailbox_standing(TenantName tenant) override;
    boost::asio::awaitable<std::vector<engine::MailboxWaiter>> mailbox_waiters(TenantName tenant,
                                                                               TimePoint probed_before,
                                                                               std::size_t limit) override;
    boost::asio::awaitable<std::int64_t> record_look(engine::MailboxLook look) override;
    boost::asio::awaitable<std::vector<engine::TaskEffect>> order_tasks(engine::TaskCommand command,
                                                                        Actor actor,
                                                                        TimePoint now) override;
    boost::asio::awaitable<Result<engine::JobChange>> retry_job(JobId job,
                                                                Actor actor,
                                                                TimePoint now) override;
    boost::asio::awaitable<Result<engine::JobChange>> cancel_job(JobId job,
                                                                 Actor actor,
                                                                 TimePoint now) override;
    boost::asio::awaitable<Result<engine::Effect>> pause_job(JobId job, Actor actor, TimePoint now) override;
    boost::asio::awaitable<Result<engine::Effect>> resume_job(JobId job, Actor actor, TimePoint now) override;
    boost::asio::awaitable<Result<void>> purge_job(JobId job,
                                                   Actor actor,
                                                   engine::Untaken passwords,
                                                   TimePoint now) override;
    boost::asio::awaitable<Result<engine::PasswordPage>> open_password_page(JobId job,
                                                                            Actor reader,
                                                                            std::size_t limit,
                                                                            TimePoint now) override;
    boost::asio::awaitable<Result<void>> close_password_page(JobId job,
                                                             std::int64_t page,
                                                             Actor reader,
                                                             TimePoint now) override;
    boost::asio::awaitable<void> audit(AuditEntry entry) override;
    boost::asio::awaitable<std::vector<engine::AuditRow>> read_after(std::int64_t number,
                                                                     std::size_t limit) override;

    // The daemon was killed and started again: leases are void, what was running is due at once, what was
    // never shown is gone.
    void restart();

    // What a Reader shows of the other queues (reader.hpp).
    std::vector<JobSummary> list_jobs(JobId before = newest_job, std::size_t limit = 1'000);
    std::optional<JobSummary> job_summary(JobId job);
    std::vector<EnrollmentDetail> enrollments(JobId job, std::int64_t after_row, std::size_t limit);
    std::optional<EnrollmentDetail> enrollment(EnrollmentId id);
    std::vector<EnrollmentDetail> find_person(const std::string& name, std::size_t limit = 100);
    QueueTotals totals();
    std::vector<engine::AuditRow> audit_of(EnrollmentId id);

 private:
    enum class Lease : std::uint8_t { none, held };
    struct HeldStep {
        Step step;
        Lease lease = Lease::none;
        TimePoint lease_until;
        std::optional<TimePoint> due;  // nothing: it waits for an event, or for nothing
        std::optional<Guid> awaits;
    };
    struct Password {
        std::string sealed;
        enum class For : std::uint8_t { not_yet_known, our_account } use = For::not_yet_known;
        std::optional<std::int64_t> page;
    };
    struct Entry {
        Enrollment enrollment;  // without the sealed password
        std::map<StepKind, HeldStep> steps;
        std::vector<Attempt> attempts;
        std::optional<TimePoint> due;
        std::optional<Password> password;
    };
    struct Page {
        std::uint32_t reader = 0;
        std::optional<TimePoint> closed_at;
    };
    enum class Stage : std::uint8_t { taking_in, shown };
    struct HeldJob {
        Job job;
        Stage stage = Stage::taking_in;
        JobOrder orders = JobOrder::go;
        std::map<std::int64_t, EnrollmentId> rows;
        std::set<std::pair<TimePoint, EnrollmentId>> due;
        JobCounts counts;
        std::map<std::int64_t, Page> pages;
    };
    enum class Seat : std::uint8_t { wanted, promised, taken };
    struct HeldSeat {
        Seat seat = Seat::wanted;
        TimePoint since;
    };
    struct SeatBook {
        engine::SeatCount count;
        std::map<EnrollmentId, HeldSeat> held;
    };
    struct MailboxWait {
        TenantName tenant;
        ObjectId account;
        TimePoint since;
        TimePoint probed_at;
        std::optional<TimePoint> arrived_at;
    };
    struct Sweep {
        TimePoint watermark;
        TimePoint looked_at;
    };
    using PersonKey = std::pair<TenantName, Guid>;

    Entry& entry(EnrollmentId id) { return entries_.at(id); }
    HeldJob& job_of(const Entry& entry) { return jobs_.at(entry.enrollment.job); }
    HeldJob* shown(JobId id);
    void drop(JobId id);
    std::vector<JobId> claimable(const TenantName& tenant);
    void claim_from(HeldJob& job,
                    const engine::ClaimRequest& request,
                    std::size_t limit,
                    std::vector<engine::StepTask>& tasks);
    engine::StepTask task_of(const Entry& entry, StepKind kind);
    Enrollment with_password(const Entry& entry);
    EnrollmentDetail detail(const Entry& entry);
    JobSummary summary(const HeldJob& job);

    static Step touched(StepKind kind, TimePoint now);
    void set_state(Entry& entry, StepKind kind, StepState state);
    void take_facts(Entry& entry, const engine::StepRecord& record, std::int64_t& woken);
    void take_attempts(Entry& entry, const engine::StepRecord& record);
    void take_outcome(Entry& entry, const engine::StepRecord& record);
    std::optional<StepKind> start_next(Entry& entry, StepKind after, const HeldStep& lease, TimePoint now);
    void await_person(Entry& entry, StepKind kind, const Guid& person);
    void stop_awaiting(Entry& entry, HeldStep& step, StepKind kind);
    std::int64_t release_person(Entry& entry, const Guid& person, TimePoint now);
    // The person has an account now: whoever waits for their manager's.
    std::int64_t wake_subordinates(const PersonKey& person, TimePoint now);
    bool has_account(const PersonKey& person);

    // memory_lines.cpp
    void take_seats_of(Entry& entry, const engine::StepRecord& record);
    std::int64_t hand_out_seats(const TenantName& tenant, TimePoint now);
    bool has_all_seats(const Entry& entry);
    std::int64_t give_back_seats(Entry& entry, TimePoint now);
    void follow_mailbox_line(Entry& entry);
    void begin_mailbox_wait(Entry& entry, TimePoint now);
    void begin_tasks(Entry& entry, const engine::StepRecord& record, std::int64_t& woken);
    engine::TaskEffect order_task(const engine::TaskCommand& command,
                                  TaskId task,
                                  const Actor& actor,
                                  TimePoint now);
    struct Settled {
        std::optional<JobId> job_ended;
        std::int64_t woken = 0;
    };
    // After any change of steps: state, due time, counts, and what follows from an end.
    Settled settle(Entry& entry, TimePoint now);
    void write_audit(const AuditEntry& entry,
                     std::optional<JobId> job,
                     std::optional<EnrollmentId> enrollment);
    void write_order(const Actor& actor, TimePoint now, const char* action, JobId job, std::string detail);
    void name(EnrollmentId id, const std::vector<std::string>& names);

    std::map<JobId, HeldJob> jobs_;
    std::unordered_map<EnrollmentId, Entry> entries_;
    std::map<PersonKey, EnrollmentId> claims_;
    std::map<PersonKey, std::set<std::pair<EnrollmentId, StepKind>>> awaited_;
    std::unordered_map<std::string, std::set<EnrollmentId>> names_;
    std::map<TenantName, std::map<SkuId, SeatBook>> seats_;
    std::map<EnrollmentId, MailboxWait> mailbox_waits_;
    std::map<TenantName, Sweep> sweeps_;
    std::map<TenantName, std::map<std::int64_t, std::int64_t>> mailbox_times_;
    std::vector<engine::AuditRow> audit_;
    std::map<TenantName, JobId> last_served_;
    std::int64_t last_job_ = 0;
    std::int64_t last_enrollment_ = 0;
};

}  // namespace uplift::storage
