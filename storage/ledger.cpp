#include "storage/ledger.hpp"

#include <numeric>

namespace uplift::storage {
namespace {

// Jobs whose counts stay in memory between transactions.
constexpr std::size_t max_kept_jobs = 1'024;

}  // namespace

std::int64_t JobCounts::people() const {
    return std::accumulate(enrollments.begin(), enrollments.end(), std::int64_t{0});
}

std::int64_t JobCounts::open() const {
    std::int64_t open = 0;
    for (std::size_t state = 0; state < step_state_count; ++state)
        if (!ended(static_cast<StepState>(state))) open += enrollments[state];
    return open;
}

JobCounts load_counts(Database& database, JobId job) {
    JobCounts counts;
    auto people = database.use("SELECT state, n FROM job_count WHERE job = ?");
    people.bind(job);
    while (people.step()) {
        const auto state = people.next<std::size_t>();
        counts.enrollments.at(state) = people.next_number();
    }
    auto steps = database.use("SELECT kind, state, n FROM step_count WHERE job = ?");
    steps.bind(job);
    while (steps.step()) {
        const auto kind = steps.next<std::size_t>();
        const auto state = steps.next<std::size_t>();
        counts.steps.at(kind).at(state) = steps.next_number();
    }
    auto passwords = database.use("SELECT n FROM password_count WHERE job = ?");
    passwords.bind(job);
    if (passwords.step()) counts.passwords = passwords.next_number();
    return counts;
}

JobCounts& Ledger::of(JobId job) {
    const auto found = jobs_.find(job);
    if (found != jobs_.end()) return found->second.now;
    const auto counts = load_counts(database_, job);
    Entry entry{.written = counts, .now = counts};
    return jobs_.emplace(job, entry).first->second.now;
}

void Ledger::write() {
    for (auto& [job, entry] : jobs_)
        if (!(entry.now == entry.written)) write(job, entry);
    if (jobs_.size() > max_kept_jobs) jobs_.clear();
}

void Ledger::write(JobId job, Entry& entry) {
    for (std::size_t state = 0; state < step_state_count; ++state) {
        if (entry.now.enrollments[state] == entry.written.enrollments[state]) continue;
        database_.use("INSERT OR REPLACE INTO job_count VALUES (?, ?, ?)")
            .with(job, state, entry.now.enrollments[state])
            .run();
    }
    for (std::size_t kind = 0; kind < step_kind_count; ++kind) {
        for (std::size_t state = 0; state < step_state_count; ++state) {
            if (entry.now.steps[kind][state] == entry.written.steps[kind][state]) continue;
            database_.use("INSERT OR REPLACE INTO step_count VALUES (?, ?, ?, ?)")
                .with(job, kind, state, entry.now.steps[kind][state])
                .run();
        }
    }
    if (entry.now.passwords != entry.written.passwords)
        database_.use("INSERT OR REPLACE INTO password_count VALUES (?, ?)")
            .with(job, entry.now.passwords)
            .run();
    entry.written = entry.now;
}

}  // namespace uplift::storage
