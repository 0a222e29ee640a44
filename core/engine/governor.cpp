#include "core/engine/governor.hpp"

#include <cmath>

namespace uplift::engine {
namespace {

constexpr double burst_seconds = 2.0;

}  // namespace

Governor::Governor(double writes_per_second)
    : writes_per_second_(writes_per_second),
      writes_{.interval = std::chrono::duration<double>{1.0 / writes_per_second},
              .burst = std::chrono::duration<double>{burst_seconds}},
      reads_{.interval =
                 std::chrono::duration<double>{
                     1.0 / (documented_units_per_second *
                            std::max(1.0, writes_per_second / documented_writes_per_second))},
             .burst = std::chrono::duration<double>{burst_seconds}} {}

TimePoint Governor::Pace::take(TimePoint now) {
    const std::chrono::duration<double, std::milli> at = now.time_since_epoch();
    next = std::max(next, at - burst) + interval;
    const auto due = std::max(at, next);
    return TimePoint{Duration{static_cast<std::int64_t>(std::ceil(due.count()))}};
}

TimePoint Governor::take_slot(Traffic traffic, TimePoint now) {
    const auto from = std::max(now, held_until_);
    return traffic == Traffic::write ? writes_.take(from) : reads_.take(from);
}

std::size_t Governor::room() const {
    return static_cast<std::size_t>(std::clamp(2.0 * writes_per_second_, 16.0, 64.0));
}

}  // namespace uplift::engine
