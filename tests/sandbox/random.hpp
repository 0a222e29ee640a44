// Everything that is drawn by lot: ids, lags, faults. One seed, one history.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

// A span of time from which a delay is drawn evenly.
struct DelayRange {
    Seconds shortest{0};
    Seconds longest{0};
};

class Random {
 public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    std::string guid();
    std::string bytes(std::size_t count);
    double fraction();  // [0, 1)
    std::size_t below(std::size_t bound);
    Clock::duration delay(const DelayRange& range);

 private:
    std::mt19937_64 engine_;
};

}  // namespace uplift::sandbox
