// How many cmdlets an app may run: a token bucket of its own, apart from Graph's. Time is passed in.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "tests/sandbox/exchange/settings.hpp"
#include "tests/sandbox/throttle.hpp"

namespace uplift::sandbox::exchange {

class Budget {
 public:
    // Takes one command from the app's budget: nothing, or how long to wait. `scale` multiplies the limit; 0
    // lifts it.
    std::optional<Seconds> refuse(const std::string& app,
                                  const CallSettings& settings,
                                  double scale,
                                  TimePoint now);
    void clear() { apps_.clear(); }

 private:
    std::unordered_map<std::string, Bucket> apps_;
};

}  // namespace uplift::sandbox::exchange
