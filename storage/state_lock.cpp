#include "storage/state_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace uplift::storage {

Result<StateLock> StateLock::take(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return Fault{FaultCode::state_dir,
                     file.string(),
                     std::string("the lock file cannot be made: ") + std::strerror(errno),
                     "Check owner and mode of the state directory"};
    }
    StateLock lock{descriptor};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        return Fault{FaultCode::already_running,
                     file.string(),
                     "another process has the state directory",
                     "Stop the other upliftd first, or set another state_dir"};
    }
    return lock;
}

StateLock::StateLock(StateLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

StateLock& StateLock::operator=(StateLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

StateLock::~StateLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace uplift::storage
