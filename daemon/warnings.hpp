// Warnings that stand until their cause is gone: shown by `status`, written to the journal once.
//
// Network thread only. Bounded: past the bound they are counted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/engine/ports/journal.hpp"

namespace uplift::daemon {

class Warnings {
 public:
    explicit Warnings(engine::Journal& journal) : journal_(journal) {}
    // `about` is what it concerns (a file, a door); the same words about the same thing are said once.
    void raise(const std::string& about, const std::string& what);
    void clear(const std::string& about);
    [[nodiscard]] std::vector<std::string> all() const;

 private:
    static constexpr std::size_t most = 1'000;
    engine::Journal& journal_;
    std::map<std::string, std::string> standing_;
    std::int64_t not_kept_ = 0;  // since the bound was reached
};

}  // namespace uplift::daemon
