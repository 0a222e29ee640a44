// Checksum: 64 bits over the columns of one row.
//
// Pure. SQLite keeps no checksum of its own; a flipped byte must never become a write to the tenant. Own and
// small rather than CRC-32 or FNV-1a: eight bytes a step (a row costs a fraction of what SQLite does for it),
// and each step is a bijection of the word for a given state and of the state for a given word, so damage
// within one word always changes the sum. Not a defence against people: those who can write the file can
// compute it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace uplift::storage {

class Checksum {
 public:
    explicit Checksum(std::string_view table) { add(table); }

    void add(std::int64_t number) { word(static_cast<std::uint64_t>(number)); }
    void add(std::string_view bytes) {
        word(bytes.size() + present);
        while (bytes.size() >= sizeof(std::uint64_t)) {
            std::uint64_t next = 0;
            std::memcpy(&next, bytes.data(), sizeof next);
            word(next);
            bytes.remove_prefix(sizeof next);
        }
        if (bytes.empty()) return;
        std::uint64_t last = 0;
        std::memcpy(&last, bytes.data(), bytes.size());
        word(last);
    }
    void add_null() { word(null); }

    [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(state_); }

 private:
    // Absent, empty and zero are three different things.
    static constexpr std::uint64_t null = 0x9d5c'27f1'6e83'b04dULL;
    static constexpr std::uint64_t present = 0x2545'f491'4f6c'dd1dULL;

    void word(std::uint64_t next) {
        state_ = (state_ ^ next) * 0x9e37'79b9'7f4a'7c15ULL;  // odd: a bijection modulo 2^64
        state_ ^= state_ >> 29;
    }
    std::uint64_t state_ = 0x1234'5678'9abc'def1ULL;
};

}  // namespace uplift::storage
