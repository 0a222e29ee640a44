#include "tests/sandbox/exchange/budget.hpp"

#include <algorithm>

namespace uplift::sandbox::exchange {

std::optional<Seconds> Budget::refuse(const std::string& app,
                                      const CallSettings& settings,
                                      double scale,
                                      TimePoint now) {
    if (scale <= 0) return std::nullopt;
    const double capacity = std::max(1.0, settings.commands * scale);
    // A bucket smaller than one command refills as slowly as a small scale says.
    const Seconds period = settings.period * (capacity / (settings.commands * scale));
    const Bucket fresh(capacity, period);
    Bucket& bucket = apps_.try_emplace(app, fresh).first->second;
    bucket.resize(capacity, now);
    if (bucket.take(1, now)) return std::nullopt;
    return bucket.wait_for(1);
}

}  // namespace uplift::sandbox::exchange
