#include "core/engine/retry.hpp"

#include <algorithm>

namespace uplift::engine {

Duration backoff(int tries, std::uint64_t random) {
    const auto step =
        std::min(longest_backoff, first_backoff * (std::int64_t{1} << std::clamp(tries, 0, 10)));
    const auto half = step.count() / 2;
    return Duration{half +
                    static_cast<std::int64_t>(random % static_cast<std::uint64_t>(step.count() - half + 1))};
}

Duration quiet_period(Duration quiet, int lost_replies) {
    const auto longest = std::max(quiet, longest_quiet_period);
    return std::min(longest, quiet * (std::int64_t{1} << std::clamp(lost_replies - 1, 0, 10)));
}

}  // namespace uplift::engine
