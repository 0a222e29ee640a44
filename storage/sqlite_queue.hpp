// SqliteQueue: the queue of the daemon. Every call is one transaction, durable when the call returns.
//
// Calls come from coroutines on any executor and are resumed there; a writer thread joins what waits into one
// synchronous commit. Destroy it before the io_contexts of its callers: what was not answered by then is
// dropped with its coroutine. Not cancellable: a transaction that was handed in is committed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/engine/ports/audit_log.hpp"
#include "core/engine/ports/queue.hpp"
#include "storage/database.hpp"
#include "storage/writer.hpp"

namespace uplift::storage {

struct QueueOptions {
    std::filesystem::path directory;  // STATE_DIR/queue; it exists, 0700
    Durability durability = Durability::full;
    std::string vfs;             // empty: SQLite's own
    std::int64_t max_pages = 0;  // of 4 KiB; 0: as many as the disk takes
    // Ends the process with stop_exit_code; called on the writer thread.
    Stop stop;
};

// STATE_DIR/queue/queue.db: what a Reader opens.
std::filesystem::path database_path(const std::filesystem::path& directory);

class SqliteQueue : public engine::Queue, public engine::AuditLog {
 public:
    // Opens, migrates, voids the leases of the start before, sweeps what was never shown. queue_newer,
    // queue_damaged, queue_io, already_running, state_dir, disk_full.
    static Result<std::unique_ptr<SqliteQueue>> open(QueueOptions options);
    ~SqliteQueue() override;

    boost::asio::awaitable<Result<JobId>> begin_job(NewJob job) override;
    // More than max_rows_at_once rows are added in several transactions.
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
                                                            std::vector<uplift::Identity> names) override;
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

    // What the database says of itself, as it was when it was opened: which one it is, how often it was
    // started, the check value of the sealing key (empty: none was set), whether it was drained.
    struct Identity {
        std::string instance;
        std::int64_t starts = 0;
        std::string key_check;
        bool drained = false;
    };
    [[nodiscard]] const Identity& identity() const { return identity_; }
    boost::asio::awaitable<void> set_key_check(std::string check);
    // Nothing is begun until it is unset: remembered for the next start.
    boost::asio::awaitable<void> set_drained(bool drained);

    // From any thread.
    [[nodiscard]] QueueHealth health() const { return writer_->health(); }
    // A ceiling for the file in pages of 4 KiB, 0 for none. From any thread; from the next commit on.
    void limit_pages(std::int64_t pages) { writer_->limit_pages(pages); }

 private:
    struct Opened;
    explicit SqliteQueue(Opened opened);

    // Runs `part`, which says its answer or that there is more to come, in the writer's transactions.
    template <class T, class Part>
    boost::asio::awaitable<T> perform(Part part);

    struct Lock;
    std::unique_ptr<Lock> lock_;
    Identity identity_;
    std::unique_ptr<Writer> writer_;
};

}  // namespace uplift::storage
