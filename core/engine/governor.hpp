// Governor: how fast one tenant may be written to and read.
//
// Pure: no I/O, no clock. Keeps the documented rate by handing out evenly spaced slots after a small burst,
// and sends nothing before the end of a Retry-After. Engine thread only.
// Graph identity service, app + tenant: 3,000 writes per 150 s = 20/s; 8,000 resource units per 10 s = 800/s
// (tenants over 500 people; the small-tenant quota of 350/s is still far above what 20 writes/s need).
#pragma once

#include <algorithm>
#include <chrono>

#include "core/model/time.hpp"

namespace uplift::engine {

inline constexpr double documented_writes_per_second = 20.0;
inline constexpr double documented_units_per_second = 350.0;

enum class Traffic : std::uint8_t { read, write };

class Governor {
 public:
    // The ceiling of the house. Reads grow with it: a tenant whose write quota was raised (or scaled, in the
    // sandbox) has the read quota raised with it.
    explicit Governor(double writes_per_second);

    // The next slot for one request; it is taken. Not before a Retry-After has passed.
    TimePoint take_slot(Traffic traffic, TimePoint now);
    // A reply said 429: nothing leaves before `until`.
    void hold_until(TimePoint until) { held_until_ = std::max(held_until_, until); }
    [[nodiscard]] TimePoint held_until() const { return held_until_; }
    [[nodiscard]] double writes_per_second() const { return writes_per_second_; }
    // How many people may be worked on at once: enough to fill the rate at two seconds a person, no more.
    [[nodiscard]] std::size_t room() const;

 private:
    // Virtual scheduling: `next` is when the next request would be due at the even rate; a request may come
    // up to `burst` early.
    struct Pace {
        std::chrono::duration<double, std::milli> interval;
        std::chrono::duration<double, std::milli> burst;
        std::chrono::duration<double, std::milli> next{};  // since the epoch
        TimePoint take(TimePoint now);
    };
    double writes_per_second_;
    Pace writes_;
    Pace reads_;
    TimePoint held_until_{};
};

}  // namespace uplift::engine
