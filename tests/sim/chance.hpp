// Chance: the seeded source of everything that happens by luck in a simulation.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "core/engine/ports/entropy.hpp"

namespace uplift::sim {

struct Seed {
    std::uint64_t value = 1;
};

// splitmix64: small, fast, the same everywhere.
class Chance {
 public:
    explicit Chance(Seed seed) : state_(seed.value * 0x9E3779B97F4A7C15ULL + 0xD1B54A32D192ED03ULL) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    // True `per_mille` times in a thousand.
    bool happens(unsigned per_mille) { return next() % 1000 < per_mille; }
    // Once in `n` times.
    bool once_in(std::uint64_t n) { return n != 0 && next() % n == 0; }
    Duration between(Duration least, Duration most) {
        const auto span = static_cast<std::uint64_t>((most - least).count()) + 1;
        return least + Duration{static_cast<std::int64_t>(next() % span)};
    }

 private:
    std::uint64_t state_;
};

class SeededEntropy : public engine::Entropy {
 public:
    explicit SeededEntropy(Seed seed) : chance_(seed) {}
    void fill(std::span<std::byte> bytes) override {
        while (!bytes.empty()) {
            const auto word = chance_.next();
            const auto n = std::min(bytes.size(), sizeof word);
            std::memcpy(bytes.data(), &word, n);
            bytes = bytes.subspan(n);
        }
    }

 private:
    Chance chance_;
};

}  // namespace uplift::sim
