// What a submission comes to: a job, a refusal with all its faults, or another try later.
//
// Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/engine/ports/queue.hpp"

namespace uplift::daemon {

struct Accepted {
    JobId job;
    engine::Acceptance acceptance = engine::Acceptance::new_job;
    std::int64_t people = 0;  // of a new job
    std::int64_t twice = 0;   // named or found again, and taken once
    std::optional<TimePoint> run_at;
};
// Nothing wrong with it, and nothing made of it: it was only to be checked.
struct Checked {
    ProfileName profile;
    std::int64_t people = 0;
    std::int64_t twice = 0;
};
// The submission itself is wrong.
struct Rejected {
    std::vector<Fault> faults;  // at most 1,000
    std::int64_t count = 0;
};
// Nothing wrong with it, it cannot be taken now (no room, no domain controller): to be tried again.
struct Postponed {
    Fault fault;
};
using IntakeOutcome = std::variant<Accepted, Checked, Rejected, Postponed>;

inline Rejected rejected(Fault fault) {
    Rejected outcome;
    outcome.faults.push_back(std::move(fault));
    outcome.count = 1;
    return outcome;
}

}  // namespace uplift::daemon
