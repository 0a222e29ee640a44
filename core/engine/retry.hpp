// When to try again. Pure: from what happened and the time to a due time.
//
// Full jitter, base 2 s, cap 300 s. A lost reply waits for the quiet period first: reads may lag the write.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/model/time.hpp"

namespace uplift::engine {

inline constexpr Duration first_backoff = std::chrono::seconds{2};
inline constexpr Duration longest_backoff = std::chrono::seconds{300};
inline constexpr Duration longest_quiet_period = std::chrono::seconds{600};
// A new object may be unknown to other replicas for this long (Entra: seconds normally, minutes at times).
inline constexpr Duration replication_lag = std::chrono::minutes{15};
// How long a step may keep trying; counted in tries while the door answers, so an outage never uses it up.
// 24 h of create attempts at the longest quiet period.
inline constexpr int most_create_tries = 150;
// 404s and "not yet" after our own write: the replication lag at growing steps, and then some.
inline constexpr int fewest_lag_tries = 8;
// Other follow-up writes: some hours of backoff.
inline constexpr int most_write_tries = 60;

// Between half and all of the exponential step for try `tries` (0 is the first), so that it never is nothing.
Duration backoff(int tries, std::uint64_t random);

// `quiet` (unknown_quiet), doubled with each lost reply, at most 600 s.
Duration quiet_period(Duration quiet, int lost_replies);

}  // namespace uplift::engine
