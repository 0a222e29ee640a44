#include "storage/rows.hpp"
#include "storage/store.hpp"
#include "tests/sim/world.hpp"

namespace uplift::sim {
namespace {

using storage::Store;

class StoreQueue : public engine::Queue {
 public:
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;
    explicit StoreQueue(const std::string& path)
        : opened(std::move(*storage::Database::open(
              storage::DatabaseOptions{.path = path,
                                       .durability = storage::Durability::simulated,
                                       .vfs = {},
                                       .stop =
                                           [](const Fault& f) {
                                               std::fprintf(stderr, "%s\n", to_line(f).c_str());
                                               std::abort();
                                           }}))),
          database(*opened),
          store(database) {
        store.restart();
    }
    template <class Run>
    auto tx(Run run) {
        store.begin();
        auto result = run();
        store.commit();
        return result;
    }
    Awaitable<Result<JobId>> begin_job(NewJob job) override {
        co_return tx([&] { return store.begin_job(job); });
    }
    Awaitable<Result<void>> add_rows(JobId job, std::vector<IntakeRow> rows) override {
        co_return tx([&] { return store.add_rows(job, rows.data(), rows.size()); });
    }
    Awaitable<Result<engine::AcceptedJob>> show_job(JobId job) override {
        co_return tx([&] { return store.show_job(job); });
    }
    Awaitable<void> abandon_job(JobId job) override {
        tx([&] {
            store.abandon_job(job);
            return 0;
        });
        co_return;
    }
    Awaitable<std::optional<JobId>> find_open_job(std::string f) override {
        co_return tx([&] { return store.find_open_job(f); });
    }
    Awaitable<std::vector<engine::StepTask>> claim(engine::ClaimRequest r) override {
        co_return tx([&] { return store.claim(r); });
    }
    Awaitable<engine::Recorded> record(engine::StepRecord r) override {
        co_return tx([&] { return store.record(r); });
    }
    Awaitable<std::optional<TimePoint>> next_due(TenantName t) override {
        co_return tx([&] { return store.next_due(t); });
    }
    Awaitable<std::shared_ptr<const Job>> job(JobId j) override {
        co_return tx([&] { return store.job(j); });
    }
    Awaitable<void> release(EnrollmentId e, StepKind s, TimePoint due) override {
        tx([&] {
            store.release(e, s, due);
            return 0;
        });
        co_return;
    }
    Awaitable<Result<engine::JobChange>> retry_job(JobId, Actor, TimePoint) override { std::abort(); }
    Awaitable<Result<engine::JobChange>> cancel_job(JobId, Actor, TimePoint) override { std::abort(); }
    Awaitable<Result<engine::PasswordPage>> open_password_page(JobId,
                                                               Actor,
                                                               std::size_t,
                                                               TimePoint) override {
        std::abort();
    }
    Awaitable<Result<void>> close_password_page(JobId, std::int64_t, Actor, TimePoint) override {
        std::abort();
    }
    Awaitable<void> audit(AuditEntry) override { co_return; }

    std::unique_ptr<storage::Database> opened;
    storage::Database& database;
    Store store;
};

}  // namespace

Cellar sqlite_cellar(const std::string& path) {
    auto queue = std::make_unique<StoreQueue>(path);
    auto* raw = queue.get();
    return Cellar{
        .queue = std::move(queue),
        .restart = [raw] { raw->store.restart(); },
        .details =
            [raw](JobId job) {
                std::vector<EnrollmentDetail> all;
                storage::Books books(raw->database);
                for (const auto& row : storage::load_enrollments(raw->database, job, 0, 10'000'000)) {
                    EnrollmentDetail detail;
                    detail.enrollment = books.enrollment(row);
                    for (const auto& s : storage::load_steps(raw->database, row.id))
                        detail.steps.push_back(storage::step_of(s));
                    for (const auto& a : storage::load_attempts(raw->database, row.id))
                        detail.attempts.push_back(storage::attempt_of(a));
                    all.push_back(std::move(detail));
                }
                return all;
            }};
}

Cellar memory_cellar() { return sqlite_cellar(":memory:"); }

}  // namespace uplift::sim
