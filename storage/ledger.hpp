// Ledger: the counts of each job (enrollments by state, steps by kind and state, passwords that wait).
//
// Kept in memory while a transaction runs and written with it: many steps of a group commit change the same
// few numbers. After a rollback forget() drops what was not written.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "core/model/ids.hpp"
#include "core/model/step.hpp"
#include "storage/database.hpp"

namespace uplift::storage {

struct JobCounts {
    StateCounts enrollments{};
    std::array<StateCounts, step_kind_count> steps{};
    std::int64_t passwords = 0;
    bool operator==(const JobCounts&) const = default;

    [[nodiscard]] std::int64_t people() const;
    [[nodiscard]] std::int64_t open() const;  // enrollments that have not ended
};

JobCounts load_counts(Database& database, JobId job);

class Ledger {
 public:
    explicit Ledger(Database& database) : database_(database) {}
    // To read or to change: what differs at write() goes to the database.
    JobCounts& of(JobId job);
    void write();
    void forget() { jobs_.clear(); }
    void forget(JobId job) { jobs_.erase(job); }

 private:
    struct Entry {
        JobCounts written;
        JobCounts now;
    };
    void write(JobId job, Entry& entry);

    Database& database_;
    std::map<JobId, Entry> jobs_;
};

inline std::int64_t& count(StateCounts& counts, StepState state) {
    return counts[static_cast<std::size_t>(state)];
}
inline StateCounts& counts_of(JobCounts& counts, StepKind kind) {
    return counts.steps[static_cast<std::size_t>(kind)];
}

}  // namespace uplift::storage
