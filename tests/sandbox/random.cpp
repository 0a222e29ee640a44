#include "tests/sandbox/random.hpp"

#include <string_view>

namespace uplift::sandbox {

std::string Random::guid() {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::uint64_t halves[2] = {engine_(), engine_()};
    std::string text;
    text.reserve(36);
    for (int i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) text.push_back('-');
        auto nibble = static_cast<unsigned>((halves[i / 16] >> (4 * (i % 16))) & 15);
        if (i == 12) nibble = 4;                  // version 4, RFC 9562
        if (i == 16) nibble = (nibble & 3) | 8u;  // its variant
        text.push_back(digits[nibble]);
    }
    return text;
}

std::string Random::bytes(std::size_t count) {
    std::string result;
    while (result.size() < count) {
        std::uint64_t word = engine_();
        for (int i = 0; i < 8 && result.size() < count; ++i, word >>= 8)
            result.push_back(static_cast<char>(word & 0xff));
    }
    return result;
}

double Random::fraction() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

std::size_t Random::below(std::size_t bound) { return bound == 0 ? 0 : engine_() % bound; }

Clock::duration Random::delay(const DelayRange& range) {
    if (range.longest.count() <= 0) return Clock::duration::zero();
    const Seconds drawn = range.shortest + (range.longest - range.shortest) * fraction();
    return std::chrono::duration_cast<Clock::duration>(drawn);
}

}  // namespace uplift::sandbox
