// How bad the simulated world is. Chances are per mille of calls.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/model/time.hpp"

namespace uplift::sim {

struct Faults {
    // Writes
    unsigned lost_before = 50;   // never arrived; the caller sees a timeout
    unsigned lost_after = 50;    // applied, the reply is lost
    unsigned applied_late = 50;  // the caller has given up when it is applied
    unsigned doubled = 10;       // the network delivers it twice; the second reply arrives
    unsigned throttled = 20;     // 429 with Retry-After
    unsigned not_sent = 10;      // connection refused
    // Reads
    unsigned read_fails = 10;
    Duration stale_by_id = std::chrono::seconds{10};
    Duration stale_by_name = std::chrono::seconds{60};
    Duration stale_by_anchor = std::chrono::seconds{110};
    Duration stale_seats = std::chrono::minutes{10};  // consumedUnits lag
    // People of the tenant
    unsigned renamed_after_lost_reply = 100;  // an administrator renames the account meanwhile
    // The daemon: one crash in so many port calls; 0 is never
    std::uint64_t crash_once_in = 1000;

    static Faults none() {
        return Faults{.lost_before = 0,
                      .lost_after = 0,
                      .applied_late = 0,
                      .doubled = 0,
                      .throttled = 0,
                      .not_sent = 0,
                      .read_fails = 0,
                      .stale_by_id = {},
                      .stale_by_name = {},
                      .stale_by_anchor = {},
                      .stale_seats = {},
                      .renamed_after_lost_reply = 0,
                      .crash_once_in = 0};
    }
};

}  // namespace uplift::sim
