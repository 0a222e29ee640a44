// CrashingQueue: the queue behind crashes, before a transaction is committed and after.
#pragma once

#include <utility>

#include "core/engine/ports/queue.hpp"
#include "tests/sim/crash.hpp"

namespace uplift::sim {

class CrashingQueue : public engine::Queue {
 public:
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;

    CrashingQueue(engine::Queue& queue, Crash& crash) : queue_(queue), crash_(crash) {}

    Awaitable<Result<JobId>> begin_job(NewJob job) override {
        co_return co_await queue_.begin_job(std::move(job));
    }
    Awaitable<Result<void>> add_rows(JobId job, std::vector<IntakeRow> rows) override {
        co_return co_await queue_.add_rows(job, std::move(rows));
    }
    Awaitable<Result<engine::AcceptedJob>> show_job(JobId job) override {
        co_return co_await queue_.show_job(job);
    }
    Awaitable<void> abandon_job(JobId job) override { co_await queue_.abandon_job(job); }
    Awaitable<std::optional<JobId>> find_open_job(std::string fingerprint) override {
        co_return co_await queue_.find_open_job(std::move(fingerprint));
    }
    Awaitable<std::vector<engine::StepTask>> claim(engine::ClaimRequest request) override {
        co_await crash_.point();
        auto claimed = co_await queue_.claim(std::move(request));
        co_await crash_.point();
        co_return claimed;
    }
    Awaitable<engine::Recorded> record(engine::StepRecord record) override {
        co_await crash_.point();
        auto recorded = co_await queue_.record(std::move(record));
        co_await crash_.point();
        co_return recorded;
    }
    Awaitable<std::optional<TimePoint>> next_due(TenantName tenant) override {
        co_return co_await queue_.next_due(std::move(tenant));
    }
    Awaitable<std::shared_ptr<const Job>> job(JobId job) override { co_return co_await queue_.job(job); }
    Awaitable<void> release(EnrollmentId enrollment, StepKind step, TimePoint due) override {
        co_await queue_.release(enrollment, step, due);
    }
    Awaitable<Result<engine::JobChange>> retry_job(JobId job, Actor actor, TimePoint now) override {
        co_return co_await queue_.retry_job(job, std::move(actor), now);
    }
    Awaitable<Result<engine::JobChange>> cancel_job(JobId job, Actor actor, TimePoint now) override {
        co_return co_await queue_.cancel_job(job, std::move(actor), now);
    }
    Awaitable<Result<engine::Effect>> pause_job(JobId job, Actor actor, TimePoint now) override {
        co_return co_await queue_.pause_job(job, std::move(actor), now);
    }
    Awaitable<Result<engine::Effect>> resume_job(JobId job, Actor actor, TimePoint now) override {
        co_return co_await queue_.resume_job(job, std::move(actor), now);
    }
    Awaitable<Result<void>> purge_job(JobId job,
                                      Actor actor,
                                      engine::Untaken passwords,
                                      TimePoint now) override {
        co_return co_await queue_.purge_job(job, std::move(actor), passwords, now);
    }
    Awaitable<Result<engine::PasswordPage>> open_password_page(JobId job,
                                                               Actor reader,
                                                               std::size_t limit,
                                                               TimePoint now) override {
        co_return co_await queue_.open_password_page(job, std::move(reader), limit, now);
    }
    Awaitable<Result<void>> close_password_page(JobId job,
                                                std::int64_t page,
                                                Actor reader,
                                                TimePoint now) override {
        co_return co_await queue_.close_password_page(job, page, std::move(reader), now);
    }
    Awaitable<engine::PersonStanding> standing(TenantName tenant,
                                               Guid person,
                                               std::vector<Identity> names) override {
        co_return co_await queue_.standing(std::move(tenant), person, std::move(names));
    }
    Awaitable<std::int64_t> note_seats(TenantName tenant,
                                       std::vector<engine::SeatCount> counts,
                                       TimePoint at) override {
        co_await crash_.point();
        co_return co_await queue_.note_seats(std::move(tenant), std::move(counts), at);
    }
    Awaitable<engine::SeatVerdict> take_seats(EnrollmentId enrollment,
                                              std::vector<SkuId> skus,
                                              TimePoint now) override {
        const auto verdict = co_await queue_.take_seats(enrollment, std::move(skus), now);
        co_await crash_.point();
        co_return verdict;
    }
    Awaitable<std::int64_t> waiting_for_seats(TenantName tenant) override {
        co_return co_await queue_.waiting_for_seats(std::move(tenant));
    }
    Awaitable<engine::MailboxStanding> mailbox_standing(TenantName tenant) override {
        co_return co_await queue_.mailbox_standing(std::move(tenant));
    }
    Awaitable<std::vector<engine::MailboxWaiter>> mailbox_waiters(TenantName tenant,
                                                                  TimePoint probed_before,
                                                                  std::size_t limit) override {
        co_return co_await queue_.mailbox_waiters(std::move(tenant), probed_before, limit);
    }
    Awaitable<std::int64_t> record_look(engine::MailboxLook look) override {
        co_await crash_.point();
        const auto woken = co_await queue_.record_look(std::move(look));
        co_await crash_.point();
        co_return woken;
    }
    Awaitable<std::vector<engine::TaskEffect>> order_tasks(engine::TaskCommand command,
                                                           Actor actor,
                                                           TimePoint now) override {
        co_return co_await queue_.order_tasks(std::move(command), std::move(actor), now);
    }
    Awaitable<void> audit(AuditEntry entry) override { co_await queue_.audit(std::move(entry)); }

 private:
    engine::Queue& queue_;
    Crash& crash_;
};

}  // namespace uplift::sim
