#include "storage/inline_queue.hpp"

#include "storage/opened_store.hpp"

namespace uplift::storage {

using boost::asio::awaitable;

Result<std::unique_ptr<InlineQueue>> InlineQueue::open(InlineOptions options) {
    DatabaseOptions database{.path = options.path,
                             .access = Access::read_write,
                             .durability = options.durability,
                             .vfs = options.vfs,
                             .max_pages = options.max_pages,
                             .stop = {}};
    auto opened = open_store(std::move(database));
    if (!opened) return opened.error();
    opened->database->set_stop(options.stop);
    return std::unique_ptr<InlineQueue>(
        new InlineQueue(std::move(opened->database), std::move(opened->store), std::move(options)));
}

InlineQueue::InlineQueue(std::unique_ptr<Database> database,
                         std::unique_ptr<Store> store,
                         InlineOptions options)
    : database_(std::move(database)), store_(std::move(store)), options_(std::move(options)) {}

template <class Work>
auto InlineQueue::transact(Work work) {
    try {
        store_->begin();
        auto answer = work();
        store_->commit();
        return answer;
    } catch (...) {
        store_->roll_back();
        throw;
    }
}

template <class T, class Work>
Result<T> InlineQueue::transact_or_refuse(Work work) {
    try {
        return transact(std::move(work));
    } catch (const CannotNow& cannot) {
        return cannot.fault;
    }
}

template <class T, class Work>
awaitable<T> InlineQueue::transact_or_wait(Work work) {
    for (;;) {
        std::optional<T> answer;
        try {
            answer.emplace(transact(work));
        } catch (const CannotNow&) {
            if (!options_.wait_for_room) throw;
        }
        if (answer) co_return std::move(*answer);
        co_await options_.wait_for_room();
    }
}

Result<engine::JobChange> InlineQueue::carry_out(Result<Sweep> sweep, More (Store::*go_on)(Sweep&)) {
    if (!sweep) return sweep.error();
    for (auto more = More::yes; more == More::yes;) {
        auto part = *sweep;
        auto went = transact_or_refuse<More>([&] { return Result<More>((store_.get()->*go_on)(part)); });
        if (!went) return went.error();
        more = *went;
        *sweep = part;
    }
    return sweep->change;
}

void InlineQueue::sweep_abandoned() {
    while (transact([&] { return store_->sweep_abandoned(); }) == More::yes) {
    }
}

// ---- intake ----------------------------------------------------------------------------------------

awaitable<Result<JobId>> InlineQueue::begin_job(NewJob job) {
    co_return transact_or_refuse<JobId>([&] { return store_->begin_job(job); });
}

awaitable<Result<void>> InlineQueue::add_rows(JobId job, std::vector<IntakeRow> rows) {
    for (std::size_t at = 0; at < rows.size(); at += max_rows_at_once) {
        const auto count = std::min(max_rows_at_once, rows.size() - at);
        auto added = transact_or_refuse<void>([&] { return store_->add_rows(job, rows.data() + at, count); });
        if (!added) co_return added;
    }
    co_return Result<void>();
}

awaitable<Result<engine::AcceptedJob>> InlineQueue::show_job(JobId job) {
    auto shown = transact_or_refuse<engine::AcceptedJob>([&] { return store_->show_job(job); });
    if (shown && shown->acceptance == engine::Acceptance::same_job) sweep_abandoned();
    co_return shown;
}

awaitable<void> InlineQueue::abandon_job(JobId job) {
    transact([&] {
        store_->abandon_job(job);
        return More::no;
    });
    sweep_abandoned();
    co_return;
}

awaitable<std::optional<JobId>> InlineQueue::find_open_job(std::string fingerprint) {
    co_return store_->find_open_job(fingerprint);
}

// ---- engine ----------------------------------------------------------------------------------------

awaitable<std::vector<engine::StepTask>> InlineQueue::claim(engine::ClaimRequest request) {
    auto work = [this, request = std::move(request)] { return store_->claim(request); };
    co_return co_await transact_or_wait<std::vector<engine::StepTask>>(std::move(work));
}

awaitable<engine::Recorded> InlineQueue::record(engine::StepRecord record) {
    auto work = [this, record = std::move(record)] { return store_->record(record); };
    co_return co_await transact_or_wait<engine::Recorded>(std::move(work));
}

awaitable<std::optional<TimePoint>> InlineQueue::next_due(TenantName tenant) {
    co_return store_->next_due(tenant);
}

awaitable<std::shared_ptr<const Job>> InlineQueue::job(JobId job) { co_return store_->job(job); }

awaitable<void> InlineQueue::release(EnrollmentId enrollment, StepKind step, TimePoint due) {
    auto work = [this, enrollment, step, due] {
        store_->release(enrollment, step, due);
        return More::no;
    };
    co_await transact_or_wait<More>(std::move(work));
}

awaitable<engine::PersonStanding> InlineQueue::standing(TenantName tenant,
                                                        Guid person,
                                                        std::vector<Identity> names) {
    co_return store_->standing(tenant, person, names);
}

awaitable<std::int64_t> InlineQueue::note_seats(TenantName tenant,
                                                std::vector<engine::SeatCount> counts,
                                                TimePoint at) {
    auto work = [this, tenant = std::move(tenant), counts = std::move(counts), at] {
        return store_->note_seats(tenant, counts, at);
    };
    co_return co_await transact_or_wait<std::int64_t>(std::move(work));
}

awaitable<engine::SeatVerdict> InlineQueue::take_seats(EnrollmentId enrollment,
                                                       std::vector<SkuId> skus,
                                                       TimePoint now) {
    auto work = [this, enrollment, skus = std::move(skus), now] {
        return store_->take_seats(enrollment, skus, now);
    };
    co_return co_await transact_or_wait<engine::SeatVerdict>(std::move(work));
}

awaitable<std::int64_t> InlineQueue::waiting_for_seats(TenantName tenant) {
    co_return store_->waiting_for_seats(tenant);
}

awaitable<engine::MailboxStanding> InlineQueue::mailbox_standing(TenantName tenant) {
    co_return store_->mailbox_standing(tenant);
}

awaitable<std::vector<engine::MailboxWaiter>> InlineQueue::mailbox_waiters(TenantName tenant,
                                                                           TimePoint probed_before,
                                                                           std::size_t limit) {
    co_return store_->mailbox_waiters(tenant, probed_before, limit);
}

awaitable<std::int64_t> InlineQueue::record_look(engine::MailboxLook look) {
    auto work = [this, look = std::move(look)] { return store_->record_look(look); };
    co_return co_await transact_or_wait<std::int64_t>(std::move(work));
}

awaitable<std::vector<engine::TaskEffect>> InlineQueue::order_tasks(engine::TaskCommand command,
                                                                    Actor actor,
                                                                    TimePoint now) {
    auto work = [this, command = std::move(command), actor = std::move(actor), now] {
        return store_->order_tasks(command, actor, now);
    };
    co_return co_await transact_or_wait<std::vector<engine::TaskEffect>>(std::move(work));
}

// ---- operators -------------------------------------------------------------------------------------

awaitable<Result<engine::JobChange>> InlineQueue::retry_job(JobId job, Actor actor, TimePoint now) {
    auto begun = transact_or_refuse<Sweep>([&] { return store_->begin_retry(job, actor, now); });
    co_return carry_out(std::move(begun), &Store::go_on_retrying);
}

awaitable<Result<engine::JobChange>> InlineQueue::cancel_job(JobId job, Actor actor, TimePoint now) {
    auto begun = transact_or_refuse<Sweep>([&] { return store_->begin_cancel(job, actor, now); });
    co_return carry_out(std::move(begun), &Store::go_on_cancelling);
}

awaitable<Result<engine::Effect>> InlineQueue::pause_job(JobId job, Actor actor, TimePoint now) {
    co_return transact_or_refuse<engine::Effect>([&] { return store_->pause(job, actor, now); });
}

awaitable<Result<engine::Effect>> InlineQueue::resume_job(JobId job, Actor actor, TimePoint now) {
    co_return transact_or_refuse<engine::Effect>([&] { return store_->resume(job, actor, now); });
}

awaitable<Result<void>> InlineQueue::purge_job(JobId job,
                                               Actor actor,
                                               engine::Untaken passwords,
                                               TimePoint now) {
    auto purged = transact_or_refuse<void>([&] { return store_->begin_purge(job, actor, passwords, now); });
    if (purged) sweep_abandoned();
    co_return purged;
}

awaitable<Result<engine::PasswordPage>> InlineQueue::open_password_page(JobId job,
                                                                        Actor reader,
                                                                        std::size_t limit,
                                                                        TimePoint now) {
    co_return transact_or_refuse<engine::PasswordPage>(
        [&] { return store_->open_password_page(job, reader, limit, now); });
}

awaitable<Result<void>> InlineQueue::close_password_page(JobId job,
                                                         std::int64_t page,
                                                         Actor reader,
                                                         TimePoint now) {
    co_return transact_or_refuse<void>([&] { return store_->close_password_page(job, page, reader, now); });
}

awaitable<void> InlineQueue::audit(AuditEntry entry) {
    auto work = [this, entry = std::move(entry)] {
        store_->audit(entry);
        return More::no;
    };
    co_await transact_or_wait<More>(std::move(work));
}

awaitable<std::vector<engine::AuditRow>> InlineQueue::read_after(std::int64_t number, std::size_t limit) {
    co_return store_->audit_after(number, limit);
}

}  // namespace uplift::storage
