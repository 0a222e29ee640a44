// How long something usually takes: waits counted by the logarithm of their minutes, so that a day's history
// is a few dozen numbers.
//
// Pure. A quantile is the upper end of its bucket: at most a quarter too long, never too short.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>

#include "core/model/time.hpp"

namespace uplift {

// By bucket number.
using WaitHistogram = std::map<std::int64_t, std::int64_t>;

inline constexpr double wait_bucket_ratio = 1.25;

inline std::int64_t wait_bucket(Duration wait) {
    const double minutes = std::chrono::duration<double, std::ratio<60>>(wait).count();
    return minutes <= 0 ? 0 : static_cast<std::int64_t>(std::log(minutes + 1) / std::log(wait_bucket_ratio));
}

inline Duration wait_bucket_end(std::int64_t bucket) {
    const std::chrono::duration<double, std::ratio<60>> minutes{
        std::pow(wait_bucket_ratio, static_cast<double>(bucket + 1)) - 1};
    return std::chrono::duration_cast<Duration>(minutes);
}

// `share` in per cent. Nothing was counted: no wait at all.
inline Duration wait_quantile(const WaitHistogram& waits, std::int64_t share) {
    std::int64_t all = 0;
    for (const auto& [bucket, n] : waits) all += n;
    std::int64_t seen = 0;
    for (const auto& [bucket, n] : waits) {
        seen += n;
        if (seen * 100 >= all * share) return wait_bucket_end(bucket);
    }
    return Duration{};
}

}  // namespace uplift
