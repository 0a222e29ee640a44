#include <cstdio>
#include <cstdlib>
#include <limits>

#include "storage/inline_queue.hpp"
#include "storage/memory_queue.hpp"
#include "storage/rows.hpp"
#include "tests/sim/world.hpp"

namespace uplift::sim {
namespace {

constexpr auto everybody = std::numeric_limits<std::size_t>::max();

[[noreturn]] void stopped(const Fault& fault) {
    std::fprintf(stderr, "the simulated queue stopped: %s\n", to_line(fault).c_str());
    std::abort();
}

// As a Reader shows them, over the queue's own connection: a database in memory has no other.
std::vector<EnrollmentDetail> details_of(storage::Database& database, JobId job) {
    std::vector<EnrollmentDetail> all;
    for (const auto& row : storage::load_enrollments(database, job, 0, 100'000'000)) {
        EnrollmentDetail detail;
        detail.enrollment = storage::enrollment_of(database, row);
        for (const auto& step : storage::load_steps(database, row.id))
            detail.steps.push_back(storage::step_of(step));
        for (const auto& attempt : storage::load_attempts(database, row.id))
            detail.attempts.push_back(storage::attempt_of(attempt));
        all.push_back(std::move(detail));
    }
    return all;
}

}  // namespace

Cellar memory_cellar() {
    auto queue = std::make_unique<storage::MemoryQueue>();
    auto* kept = queue.get();
    return Cellar{.queue = std::move(queue),
                  .restart = [kept] { kept->restart(); },
                  .open = [kept] { return kept->totals().open_jobs; },
                  .details = [kept](JobId job) { return kept->enrollments(job, 0, everybody); }};
}

Cellar sqlite_cellar(const std::string& path) {
    auto opened =
        storage::InlineQueue::open(storage::InlineOptions{.path = path,
                                                          .durability = storage::Durability::simulated,
                                                          .vfs = {},
                                                          .max_pages = 0,
                                                          .stop = stopped,
                                                          .wait_for_room = {}});
    if (!opened) stopped(opened.error());
    auto queue = std::move(*opened);
    auto* kept = queue.get();
    return Cellar{
        .queue = std::move(queue),
        .restart = [kept] { kept->restart(); },
        .open =
            [kept] {
                std::int64_t open = 0;
                for (const auto& job : storage::load_shown_jobs(kept->database(), storage::newest_job, 1000))
                    if (!job.ended_at) ++open;
                return open;
            },
        .details = [kept](JobId job) { return details_of(kept->database(), job); }};
}

}  // namespace uplift::sim
