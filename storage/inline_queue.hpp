// InlineQueue: the same store without a thread. Each call runs where it is made and goes on at once.
//
// For deterministic simulations over the real SQLite: one thread, no clock. A crash of the daemon is
// restart(), or another InlineQueue on the same file.
#pragma once

#include <functional>
#include <memory>

#include "core/engine/ports/audit_log.hpp"
#include "core/engine/ports/queue.hpp"
#include "storage/database.hpp"
#include "storage/store.hpp"

namespace uplift::storage {

struct InlineOptions {
    std::string path = ":memory:";
    Durability durability = Durability::full;
    std::string vfs;
    std::int64_t max_pages = 0;
    Stop stop;
    // How a claim or record waits for room on a full disk (the simulation's clock). Without it CannotNow is
    // thrown at the caller.
    std::function<boost::asio::awaitable<void>()> wait_for_room;
};

class InlineQueue : public engine::Queue, public engine::AuditLog {
 public:
    static Result<std::unique_ptr<InlineQueue>> open(InlineOptions options);

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

    // The daemon was killed and started again: leases are void, what was running is due at once.
    void restart() { store_->restart(); }

    Database& database() { return *database_; }
    Store& store() { return *store_; }

 private:
    InlineQueue(std::unique_ptr<Database> database, std::unique_ptr<Store> store, InlineOptions options);

    // In one transaction; throws CannotNow after a rollback.
    template <class Work>
    auto transact(Work work);
    // The same, with a full disk as the answer.
    template <class T, class Work>
    Result<T> transact_or_refuse(Work work);
    // The same, waiting for room.
    template <class T, class Work>
    boost::asio::awaitable<T> transact_or_wait(Work work);
    Result<engine::JobChange> carry_out(Result<Sweep> sweep, More (Store::*go_on)(Sweep&));
    void sweep_abandoned();

    std::unique_ptr<Database> database_;
    std::unique_ptr<Store> store_;
    InlineOptions options_;
};

}  // namespace uplift::storage
