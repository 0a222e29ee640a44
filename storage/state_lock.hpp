// StateLock: one daemon a state directory, by flock on a file in it. Released with the process.
#pragma once

#include <filesystem>

#include "core/model/result.hpp"

namespace uplift::storage {

class StateLock {
 public:
    // already_running when somebody has it, state_dir when the file cannot be made.
    static Result<StateLock> take(const std::filesystem::path& file);

    StateLock(StateLock&& other) noexcept;
    StateLock& operator=(StateLock&& other) noexcept;
    StateLock(const StateLock&) = delete;
    StateLock& operator=(const StateLock&) = delete;
    ~StateLock();

 private:
    explicit StateLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

}  // namespace uplift::storage
