// Which identities a file has named so far, and in which line first.
//
// Pure. Keeps a 64-bit hash and a line number each (12 bytes at a load of at most three quarters), so that a
// million people cost some 25 MB. That two different identities meet in one hash is a matter of 1 in 10^7 for
// a million; the file is then refused, nobody is mixed up.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace uplift::intake {

class Seen {
 public:
    // The line where the same text was added before; else remembers it.
    std::optional<std::int64_t> add(std::string_view text, std::int64_t line);

 private:
    void grow();
    [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const;

    std::vector<std::uint64_t> hashes_;  // 0: free
    std::vector<std::uint32_t> lines_;
    std::size_t used_ = 0;
};

}  // namespace uplift::intake
