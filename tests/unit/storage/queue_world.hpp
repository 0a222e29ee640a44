// A queue under test and what can be seen of it, whatever its implementation; and short words for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/ports/audit_log.hpp"
#include "core/engine/ports/queue.hpp"
#include "storage/inline_queue.hpp"
#include "storage/memory_queue.hpp"
#include "storage/reader.hpp"
#include "storage/sqlite_queue.hpp"

namespace uplift::storage::testing {

namespace asio = boost::asio;

template <class T>
asio::awaitable<void> keep_answer(asio::awaitable<T> call, std::optional<T>& answer) {
    answer.emplace(co_await std::move(call));
}

// An executor for callers of a queue. It lives to the end of the program: the writer may still be waking it
// up when its caller has the answer, and so an io_context must outlive the queue (sqlite_queue.hpp).
inline asio::io_context& lasting_context() {
    static std::deque<asio::io_context> all;
    return all.emplace_back();
}

// Runs one call to its end.
template <class T>
T run(asio::awaitable<T> call) {
    auto& context = lasting_context();
    std::optional<T> answer;
    std::exception_ptr thrown;
    asio::co_spawn(context, keep_answer(std::move(call), answer), [&](std::exception_ptr e) { thrown = e; });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*answer);
}
inline void run(asio::awaitable<void> call) {
    auto& context = lasting_context();
    std::exception_ptr thrown;
    asio::co_spawn(context, std::move(call), [&](std::exception_ptr e) { thrown = e; });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
}

// A directory of its own, removed at the end.
class TemporaryDirectory {
 public:
    TemporaryDirectory() {
        // In memory where there is such a file system: the tests sync thousands of times.
        const std::filesystem::path memory = "/dev/shm";
        const auto base =
            ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
        std::string pattern = (base / "uplift-queue-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

class QueueWorld {
 public:
    virtual ~QueueWorld() = default;
    virtual engine::Queue& queue() = 0;
    virtual engine::AuditLog& audit_log() = 0;
    virtual void restart() = 0;

    virtual std::vector<EnrollmentDetail> people(JobId job) = 0;
    virtual std::optional<JobSummary> summary(JobId job) = 0;
    virtual std::vector<EnrollmentDetail> find_person(const std::string& name) = 0;
    virtual QueueTotals totals() = 0;
    virtual std::vector<engine::AuditRow> audit_of(EnrollmentId id) = 0;
};

inline constexpr std::size_t everybody = 1'000'000;

class MemoryWorld final : public QueueWorld {
 public:
    engine::Queue& queue() override { return queue_; }
    engine::AuditLog& audit_log() override { return queue_; }
    void restart() override { queue_.restart(); }
    std::vector<EnrollmentDetail> people(JobId job) override { return queue_.enrollments(job, 0, everybody); }
    std::optional<JobSummary> summary(JobId job) override { return queue_.job_summary(job); }
    std::vector<EnrollmentDetail> find_person(const std::string& name) override {
        return queue_.find_person(name);
    }
    QueueTotals totals() override { return queue_.totals(); }
    std::vector<engine::AuditRow> audit_of(EnrollmentId id) override { return queue_.audit_of(id); }

 private:
    MemoryQueue queue_;
};

class InlineWorld final : public QueueWorld {
 public:
    InlineWorld() {
        auto opened = InlineQueue::open({});
        queue_ = std::move(*opened);
        reader_ = std::make_unique<Reader>(queue_->database());
    }
    engine::Queue& queue() override { return *queue_; }
    engine::AuditLog& audit_log() override { return *queue_; }
    void restart() override { queue_->restart(); }
    std::vector<EnrollmentDetail> people(JobId job) override {
        return reader_->enrollments(job, 0, everybody);
    }
    std::optional<JobSummary> summary(JobId job) override { return reader_->job_summary(job); }
    std::vector<EnrollmentDetail> find_person(const std::string& name) override {
        return reader_->find_person(name);
    }
    QueueTotals totals() override { return reader_->totals(); }
    std::vector<engine::AuditRow> audit_of(EnrollmentId id) override { return reader_->audit_of(id); }
    InlineQueue& inline_queue() { return *queue_; }

 private:
    std::unique_ptr<InlineQueue> queue_;
    std::unique_ptr<Reader> reader_;
};

class SqliteWorld final : public QueueWorld {
 public:
    SqliteWorld() { open(); }
    engine::Queue& queue() override { return *queue_; }
    engine::AuditLog& audit_log() override { return *queue_; }
    void restart() override {
        reader_.reset();
        queue_.reset();
        open();
    }
    std::vector<EnrollmentDetail> people(JobId job) override {
        return reader_->enrollments(job, 0, everybody);
    }
    std::optional<JobSummary> summary(JobId job) override { return reader_->job_summary(job); }
    std::vector<EnrollmentDetail> find_person(const std::string& name) override {
        return reader_->find_person(name);
    }
    QueueTotals totals() override { return reader_->totals(); }
    std::vector<engine::AuditRow> audit_of(EnrollmentId id) override { return reader_->audit_of(id); }
    SqliteQueue& sqlite_queue() { return *queue_; }
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

 private:
    void open() {
        QueueOptions options;
        options.directory = directory_.path();
        auto opened = SqliteQueue::open(std::move(options));
        if (!opened) throw std::runtime_error(to_line(opened.error()));
        queue_ = std::move(*opened);
        auto reader = Reader::open(database_path(directory_.path()), nullptr);
        if (!reader) throw std::runtime_error(to_line(reader.error()));
        reader_ = std::move(*reader);
    }
    TemporaryDirectory directory_;
    std::unique_ptr<SqliteQueue> queue_;
    std::unique_ptr<Reader> reader_;
};

// ---- short words -----------------------------------------------------------------------------------

inline const TenantName contoso{"contoso"};
inline const Actor operator_anna{.uid = 1'000, .name = "anna"};
inline const Actor operator_bert{.uid = 1'001, .name = "bert"};
inline constexpr std::chrono::minutes lease{5};

inline TimePoint at(std::int64_t seconds) {
    return from_millis(1'700'000'000'000) + std::chrono::seconds(seconds);
}

inline NewJob a_job(std::string fingerprint, TenantName tenant = contoso) {
    NewJob job;
    job.profile.name = ProfileName{"staff"};
    job.profile.tenant = std::move(tenant);
    job.profile.domain = "contoso.com";
    job.source = "december.csv";
    job.fingerprint = std::move(fingerprint);
    job.submitter = operator_anna;
    job.accepted_at = at(0);
    return job;
}

inline IntakeRow a_row(std::int64_t row, std::string account) {
    IntakeRow given;
    given.row = row;
    given.given = {{.kind = IdentityKind::sAMAccountName, .value = std::move(account)}};
    return given;
}

inline std::vector<IntakeRow> rows(std::int64_t count) {
    std::vector<IntakeRow> rows;
    for (std::int64_t row = 1; row <= count; ++row) rows.push_back(a_row(row, "user" + std::to_string(row)));
    return rows;
}

inline Guid guid(unsigned number) {
    Guid guid;
    for (std::size_t i = 0; i < 4; ++i) guid.octets[i] = static_cast<std::uint8_t>(number >> (8 * i));
    guid.octets[15] = 7;
    return guid;
}

inline ResolvedPerson person(unsigned number) {
    const auto name = "user" + std::to_string(number);
    return {.object_guid = guid(number),
            .distinguished_name = "CN=" + name + ",DC=corp,DC=example,DC=com",
            .user_principal_name = name + "@corp.example.com",
            .sam_account_name = name,
            .read_from = "dc1"};
}

inline PlannedAccount plan(unsigned number) {
    PlannedAccount plan;
    plan.user_principal_name = "user" + std::to_string(number) + "@contoso.com";
    plan.mail_nickname = "user" + std::to_string(number);
    plan.display_name = "User " + std::to_string(number);
    plan.usage_location = "DE";
    plan.anchor = Anchor(guid(number));
    plan.properties = {{"jobTitle", "Läufer \"A\""}};
    plan.licenses = {{.sku = "SPE_E3", .disabled_plans = {"YAMMER_ENTERPRISE"}, .enabled_plans = {}}};
    plan.groups = {"All Staff"};
    return plan;
}

inline Fault a_fault() {
    return {FaultCode::person_not_found, "row 1", "there is nobody called \"jdoe\"", "Correct the name"};
}

inline engine::StepRecord a_record(const engine::StepTask& task, StepState state, TimePoint now) {
    engine::StepRecord record;
    record.enrollment = task.enrollment.id;
    record.step = task.step.kind;
    record.state = state;
    record.now = now;
    if (state == StepState::failed) record.fault = a_fault();
    return record;
}

}  // namespace uplift::storage::testing
