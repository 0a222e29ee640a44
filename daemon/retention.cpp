#include "daemon/retention.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

#include "daemon/folder_rules.hpp"

namespace uplift::daemon {
namespace {

constexpr Duration between_retention_looks = std::chrono::hours{1};
constexpr std::size_t jobs_a_page = 500;

std::optional<TimePoint> last_changed(int directory, const std::string& name) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    // A file that was moved here keeps its own date: when it came is its status change.
    return from_millis(facts_of(status).changed_ns / 1'000'000);
}

bool is_file_of(std::string_view name, JobId job) { return job_of_file(name) == job; }

}  // namespace

std::optional<JobId> job_of_file(std::string_view name) {
    if (!name.starts_with('J')) return std::nullopt;
    std::int64_t number = 0;
    const auto* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + 1, end, number);
    if (error != std::errc{} || number <= 0 || stop == end || (*stop != '-' && *stop != '.'))
        return std::nullopt;
    return JobId{number};
}

void forget_files(const StateDir& state, JobId job) {
    for (const int directory : {state.results.get(), state.accepted.get()}) {
        bool removed = false;
        for (const auto& name : names_in(directory))
            if (is_file_of(name, job)) removed |= ::unlinkat(directory, name.c_str(), 0) == 0;
        if (removed) ::fsync(directory);
    }
}

boost::asio::awaitable<void> Retention::run() {
    for (;;) {
        co_await look();
        co_await parts_.clock.sleep_until(parts_.clock.now() + between_retention_looks);
    }
}

boost::asio::awaitable<void> Retention::look() {
    const auto before = parts_.clock.now() - parts_.retention();
    JobId from = storage::newest_job;
    for (;;) {
        auto page = [from](storage::Reader& reader) { return reader.list_jobs(from, jobs_a_page); };
        const auto jobs = co_await parts_.reader.ask(page);
        for (const auto& summary : jobs)
            if (summary.job.ended_at && *summary.job.ended_at < before) co_await forget(summary.job.id);
        if (jobs.size() < jobs_a_page) break;
        from = jobs.back().job.id;
    }
    co_await forget_old_files(parts_.state.results.get(), before);
    co_await forget_old_files(parts_.state.accepted.get(), before);
    for (const auto& name : names_in(parts_.state.rejected.get()))
        if (const auto changed = last_changed(parts_.state.rejected.get(), name);
            changed && *changed < before)
            ::unlinkat(parts_.state.rejected.get(), name.c_str(), 0);
}

boost::asio::awaitable<void> Retention::forget(JobId job) {
    const Actor actor{.uid = static_cast<std::uint32_t>(::getuid()), .name = "retention"};
    const auto purged =
        co_await parts_.queue.purge_job(job, actor, engine::Untaken::discard, parts_.clock.now());
    if (!purged) co_return;  // it was opened again meanwhile
    forget_files(parts_.state, job);
    const engine::Facts facts{{"job", to_string(job)}};
    parts_.journal.write(engine::Level::info, "job forgotten, its retention is over", facts);
}

boost::asio::awaitable<void> Retention::forget_old_files(int directory, TimePoint before) {
    for (const auto& name : names_in(directory)) {
        const auto job = job_of_file(name);
        const auto changed = last_changed(directory, name);
        if (!job || !changed || *changed >= before) continue;
        auto look = [id = *job](storage::Reader& reader) { return reader.job_summary(id).has_value(); };
        const bool is_known = co_await parts_.reader.ask(look);
        if (!is_known) ::unlinkat(directory, name.c_str(), 0);
    }
}

}  // namespace uplift::daemon
