// Entropy: random bytes for ids, passwords, nonces and jitter.
//
// Implemented by secrets (getrandom) and by tests/sim (a seeded generator).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace uplift::engine {

class Entropy {
 public:
    virtual ~Entropy() = default;
    // Fills all of `bytes`; never fails (the process stops rather than hand out weak bytes).
    virtual void fill(std::span<std::byte> bytes) = 0;

    std::uint64_t next_u64() {
        std::uint64_t value = 0;
        fill(std::as_writable_bytes(std::span{&value, 1}));
        return value;
    }
};

}  // namespace uplift::engine
