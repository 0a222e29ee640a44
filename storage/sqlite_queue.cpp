#include "storage/sqlite_queue.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>

#include "storage/opened_store.hpp"
#include "storage/state_lock.hpp"

namespace uplift::storage {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

// How far an operation has come; kept when its part is durable, else run again from the one before.
struct Cursor {
    std::size_t rows = 0;
    std::optional<Sweep> sweep;
};

template <class T>
inline constexpr bool is_result = false;
template <class T>
inline constexpr bool is_result<Result<T>> = true;

// Stands for void where a value is needed.
struct Unit {};
template <class T>
using Stored = std::conditional_t<std::is_void_v<T>, Unit, T>;

// Part: (Store&, Cursor&) -> std::optional<Stored<T>>; nothing: there is more to come.
template <class T, class Part, class Handler>
class PartOperation final : public Operation {
 public:
    PartOperation(Part part, Handler handler)
        : part_(std::move(part)),
          executor_(asio::get_associated_executor(handler)),
          work_(asio::make_work_guard(executor_)),
          handler_(std::move(handler)) {}

    void run(Store& store) override {
        tried_ = kept_;
        answer_.reset();
        answer_ = part_(store, tried_);
    }
    More keep() override {
        kept_ = tried_;
        return answer_ ? More::no : More::yes;
    }
    Refused refuse(const Fault& fault) override {
        if constexpr (is_result<T>) {
            answer_.emplace(fault);
            return Refused::yes;
        } else {
            return Refused::no;
        }
    }
    [[nodiscard]] std::size_t weight() const override {
        if constexpr (requires { part_.weight(kept_); })
            return part_.weight(kept_);
        else
            return 1;
    }
    [[nodiscard]] asio::any_io_executor executor() const override { return executor_; }
    void answer() override {
        auto handler = std::move(handler_);
        auto work = std::move(work_);
        if constexpr (std::is_void_v<T>) {
            std::move(handler)();
        } else {
            auto answer = std::move(*answer_);
            std::move(handler)(std::move(answer));
        }
    }

 private:
    Part part_;
    Cursor kept_;
    Cursor tried_;
    std::optional<Stored<T>> answer_;
    asio::any_io_executor executor_;
    asio::executor_work_guard<asio::any_io_executor> work_;
    Handler handler_;
};

template <class T>
struct SignatureOf {
    using type = void(T);
};
template <>
struct SignatureOf<void> {
    using type = void();
};

struct AddRows {
    JobId job;
    std::vector<IntakeRow> rows;

    [[nodiscard]] std::size_t weight(const Cursor& cursor) const {
        return std::min(rows.size() - cursor.rows, max_rows_at_once);
    }
    std::optional<Result<void>> operator()(Store& store, Cursor& cursor) const {
        const auto count = weight(cursor);
        if (auto added = store.add_rows(job, rows.data() + cursor.rows, count); !added) return added;
        cursor.rows += count;
        if (cursor.rows < rows.size()) return std::nullopt;
        return Result<void>();
    }
};

// An order of an operator: begun in one part, carried out in the ones after it.
template <auto begin, auto go_on>
struct Order {
    JobId job;
    Actor actor;
    TimePoint now;

    [[nodiscard]] std::size_t weight(const Cursor& cursor) const {
        return cursor.sweep ? max_rows_at_once : 1;
    }
    std::optional<Result<engine::JobChange>> operator()(Store& store, Cursor& cursor) const {
        if (!cursor.sweep) {
            auto begun = (store.*begin)(job, actor, now);
            if (!begun) return Result<engine::JobChange>(begun.error());
            cursor.sweep = *begun;
            return std::nullopt;
        }
        if ((store.*go_on)(*cursor.sweep) == More::yes) return std::nullopt;
        return Result<engine::JobChange>(cursor.sweep->change);
    }
};

// Deletes the rows of abandoned jobs, a piece at a time; nobody waits for it.
class SweepAbandoned final : public Operation {
 public:
    void run(Store& store) override { more_ = store.sweep_abandoned(); }
    More keep() override { return more_; }
    Refused refuse(const Fault&) override { return Refused::no; }
    [[nodiscard]] std::size_t weight() const override { return max_rows_at_once; }
    [[nodiscard]] asio::any_io_executor executor() const override { return {}; }
    void answer() override {}

 private:
    More more_ = More::no;
};

}  // namespace

std::filesystem::path database_path(const std::filesystem::path& directory) { return directory / "queue.db"; }

// ---- opening ---------------------------------------------------------------------------------------

struct SqliteQueue::Lock {
    StateLock held;
};

struct SqliteQueue::Opened {
    std::unique_ptr<Lock> lock;
    OpenedStore store;
    Stop stop;
};

Result<std::unique_ptr<SqliteQueue>> SqliteQueue::open(QueueOptions options) {
    auto lock = StateLock::take(options.directory / "lock");
    if (!lock) return lock.error();
    const auto path = database_path(options.directory);
    // Made here, so that nobody but us ever reads it, whatever the umask.
    const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made >= 0) ::close(made);

    DatabaseOptions database{.path = path.string(),
                             .access = Access::read_write,
                             .durability = options.durability,
                             .vfs = options.vfs,
                             .max_pages = options.max_pages,
                             .stop = {}};
    auto store = open_store(std::move(database));
    if (!store) return store.error();
    Opened opened{.lock = std::make_unique<Lock>(Lock{std::move(*lock)}),
                  .store = std::move(*store),
                  .stop = std::move(options.stop)};
    return std::unique_ptr<SqliteQueue>(new SqliteQueue(std::move(opened)));
}

SqliteQueue::SqliteQueue(Opened opened) : lock_(std::move(opened.lock)) {
    auto& store = *opened.store.store;
    identity_ = {.instance = store.meta("instance").value_or(""),
                 .starts = std::stoll(store.meta("starts").value_or("0")),
                 .key_check = store.meta("key_check").value_or(""),
                 .drained = !store.meta("drained").value_or("").empty()};
    writer_ = std::make_unique<Writer>(
        std::move(opened.store.database), std::move(opened.store.store), std::move(opened.stop));
}

SqliteQueue::~SqliteQueue() = default;

template <class T, class Part>
awaitable<T> SqliteQueue::perform(Part part) {
    auto initiate = [this](auto handler, Part moved) {
        using Kind = PartOperation<T, Part, decltype(handler)>;
        writer_->submit(std::make_unique<Kind>(std::move(moved), std::move(handler)));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>&, typename SignatureOf<T>::type>(
        std::move(initiate), asio::use_awaitable, std::move(part));
}

// ---- intake ----------------------------------------------------------------------------------------

awaitable<Result<JobId>> SqliteQueue::begin_job(NewJob job) {
    auto part = [job = std::move(job)](Store& store, Cursor&) { return std::optional(store.begin_job(job)); };
    return perform<Result<JobId>>(std::move(part));
}

awaitable<Result<void>> SqliteQueue::add_rows(JobId job, std::vector<IntakeRow> rows) {
    return perform<Result<void>>(AddRows{.job = job, .rows = std::move(rows)});
}

awaitable<Result<engine::AcceptedJob>> SqliteQueue::show_job(JobId job) {
    auto part = [job](Store& store, Cursor&) { return std::optional(store.show_job(job)); };
    auto shown = co_await perform<Result<engine::AcceptedJob>>(std::move(part));
    if (shown && shown->acceptance == engine::Acceptance::same_job)
        writer_->submit(std::make_unique<SweepAbandoned>());
    co_return shown;
}

awaitable<void> SqliteQueue::abandon_job(JobId job) {
    auto part = [job](Store& store, Cursor&) {
        store.abandon_job(job);
        return std::optional(Unit{});
    };
    co_await perform<void>(std::move(part));
    writer_->submit(std::make_unique<SweepAbandoned>());
}

awaitable<std::optional<JobId>> SqliteQueue::find_open_job(std::string fingerprint) {
    auto part = [fingerprint = std::move(fingerprint)](Store& store, Cursor&) {
        return std::optional(store.find_open_job(fingerprint));
    };
    return perform<std::optional<JobId>>(std::move(part));
}

// ---- engine ----------------------------------------------------------------------------------------

awaitable<std::vector<engine::StepTask>> SqliteQueue::claim(engine::ClaimRequest request) {
    auto part = [request = std::move(request)](Store& store, Cursor&) {
        return std::optional(store.claim(request));
    };
    return perform<std::vector<engine::StepTask>>(std::move(part));
}

awaitable<engine::Recorded> SqliteQueue::record(engine::StepRecord record) {
    auto part = [record = std::move(record)](Store& store, Cursor&) {
        return std::optional(store.record(record));
    };
    return perform<engine::Recorded>(std::move(part));
}

awaitable<std::optional<TimePoint>> SqliteQueue::next_due(TenantName tenant) {
    auto part = [tenant = std::move(tenant)](Store& store, Cursor&) {
        return std::optional(store.next_due(tenant));
    };
    return perform<std::optional<TimePoint>>(std::move(part));
}

awaitable<std::shared_ptr<const Job>> SqliteQueue::job(JobId job) {
    auto part = [job](Store& store, Cursor&) { return std::optional(store.job(job)); };
    return perform<std::shared_ptr<const Job>>(std::move(part));
}

awaitable<void> SqliteQueue::release(EnrollmentId enrollment, StepKind step, TimePoint due) {
    auto part = [enrollment, step, due](Store& store, Cursor&) {
        store.release(enrollment, step, due);
        return std::optional(Unit{});
    };
    return perform<void>(std::move(part));
}

awaitable<engine::PersonStanding> SqliteQueue::standing(TenantName tenant,
                                                        Guid person,
                                                        std::vector<uplift::Identity> names) {
    auto part = [tenant = std::move(tenant), person, names = std::move(names)](Store& store, Cursor&) {
        return std::optional(store.standing(tenant, person, names));
    };
    return perform<engine::PersonStanding>(std::move(part));
}

awaitable<std::int64_t> SqliteQueue::note_seats(TenantName tenant,
                                                std::vector<engine::SeatCount> counts,
                                                TimePoint at) {
    auto part = [tenant = std::move(tenant), counts = std::move(counts), at](Store& store, Cursor&) {
        return std::optional(store.note_seats(tenant, counts, at));
    };
    return perform<std::int64_t>(std::move(part));
}

awaitable<engine::SeatVerdict> SqliteQueue::take_seats(EnrollmentId enrollment,
                                                       std::vector<SkuId> skus,
                                                       TimePoint now) {
    auto part = [enrollment, skus = std::move(skus), now](Store& store, Cursor&) {
        return std::optional(store.take_seats(enrollment, skus, now));
    };
    return perform<engine::SeatVerdict>(std::move(part));
}

awaitable<std::int64_t> SqliteQueue::waiting_for_seats(TenantName tenant) {
    auto part = [tenant = std::move(tenant)](Store& store, Cursor&) {
        return std::optional(store.waiting_for_seats(tenant));
    };
    return perform<std::int64_t>(std::move(part));
}

awaitable<engine::MailboxStanding> SqliteQueue::mailbox_standing(TenantName tenant) {
    auto part = [tenant = std::move(tenant)](Store& store, Cursor&) {
        return std::optional(store.mailbox_standing(tenant));
    };
    return perform<engine::MailboxStanding>(std::move(part));
}

awaitable<std::vector<engine::MailboxWaiter>> SqliteQueue::mailbox_waiters(TenantName tenant,
                                                                           TimePoint probed_before,
                                                                           std::size_t limit) {
    auto part = [tenant = std::move(tenant), probed_before, limit](Store& store, Cursor&) {
        return std::optional(store.mailbox_waiters(tenant, probed_before, limit));
    };
    return perform<std::vector<engine::MailboxWaiter>>(std::move(part));
}

awaitable<std::int64_t> SqliteQueue::record_look(engine::MailboxLook look) {
    auto part = [look = std::move(look)](Store& store, Cursor&) {
        return std::optional(store.record_look(look));
    };
    return perform<std::int64_t>(std::move(part));
}

awaitable<std::vector<engine::TaskEffect>> SqliteQueue::order_tasks(engine::TaskCommand command,
                                                                    Actor actor,
                                                                    TimePoint now) {
    auto part = [command = std::move(command), actor = std::move(actor), now](Store& store, Cursor&) {
        return std::optional(store.order_tasks(command, actor, now));
    };
    return perform<std::vector<engine::TaskEffect>>(std::move(part));
}

// ---- operators -------------------------------------------------------------------------------------

awaitable<Result<engine::JobChange>> SqliteQueue::retry_job(JobId job, Actor actor, TimePoint now) {
    using Retry = Order<&Store::begin_retry, &Store::go_on_retrying>;
    return perform<Result<engine::JobChange>>(Retry{job, std::move(actor), now});
}

awaitable<Result<engine::JobChange>> SqliteQueue::cancel_job(JobId job, Actor actor, TimePoint now) {
    using Cancel = Order<&Store::begin_cancel, &Store::go_on_cancelling>;
    return perform<Result<engine::JobChange>>(Cancel{job, std::move(actor), now});
}

awaitable<Result<engine::Effect>> SqliteQueue::pause_job(JobId job, Actor actor, TimePoint now) {
    auto part = [job, actor = std::move(actor), now](Store& store, Cursor&) {
        return std::optional(store.pause(job, actor, now));
    };
    return perform<Result<engine::Effect>>(std::move(part));
}

awaitable<Result<engine::Effect>> SqliteQueue::resume_job(JobId job, Actor actor, TimePoint now) {
    auto part = [job, actor = std::move(actor), now](Store& store, Cursor&) {
        return std::optional(store.resume(job, actor, now));
    };
    return perform<Result<engine::Effect>>(std::move(part));
}

awaitable<Result<void>> SqliteQueue::purge_job(JobId job,
                                               Actor actor,
                                               engine::Untaken passwords,
                                               TimePoint now) {
    auto part = [job, actor = std::move(actor), passwords, now](Store& store, Cursor&) {
        return std::optional(store.begin_purge(job, actor, passwords, now));
    };
    auto purged = co_await perform<Result<void>>(std::move(part));
    if (purged) writer_->submit(std::make_unique<SweepAbandoned>());
    co_return purged;
}

awaitable<Result<engine::PasswordPage>> SqliteQueue::open_password_page(JobId job,
                                                                        Actor reader,
                                                                        std::size_t limit,
                                                                        TimePoint now) {
    auto part = [=](Store& store, Cursor&) {
        return std::optional(store.open_password_page(job, reader, limit, now));
    };
    return perform<Result<engine::PasswordPage>>(std::move(part));
}

awaitable<Result<void>> SqliteQueue::close_password_page(JobId job,
                                                         std::int64_t page,
                                                         Actor reader,
                                                         TimePoint now) {
    auto part = [=](Store& store, Cursor&) {
        return std::optional(store.close_password_page(job, page, reader, now));
    };
    return perform<Result<void>>(std::move(part));
}

awaitable<void> SqliteQueue::audit(AuditEntry entry) {
    auto part = [entry = std::move(entry)](Store& store, Cursor&) {
        store.audit(entry);
        return std::optional(Unit{});
    };
    return perform<void>(std::move(part));
}

awaitable<std::vector<engine::AuditRow>> SqliteQueue::read_after(std::int64_t number, std::size_t limit) {
    auto part = [=](Store& store, Cursor&) { return std::optional(store.audit_after(number, limit)); };
    return perform<std::vector<engine::AuditRow>>(std::move(part));
}

awaitable<void> SqliteQueue::set_drained(bool drained) {
    auto part = [drained](Store& store, Cursor&) {
        store.set_meta("drained", drained ? "yes" : "");
        return std::optional(Unit{});
    };
    return perform<void>(std::move(part));
}

awaitable<void> SqliteQueue::set_key_check(std::string check) {
    auto part = [check = std::move(check)](Store& store, Cursor&) {
        store.set_meta("key_check", check);
        return std::optional(Unit{});
    };
    return perform<void>(std::move(part));
}

}  // namespace uplift::storage
