#include "daemon/upliftctl/sealed_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/model/secret.hpp"

namespace uplift::upliftctl {
namespace {

Fault unreadable(const std::string& where) {
    return Fault{.code = FaultCode::file_unreadable,
                 .where = where,
                 .what = std::string("it cannot be read: ") + std::strerror(errno),
                 .cure = "Check its path and mode."};
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

protocol::UniqueFd memory_file() {
    return protocol::UniqueFd(::memfd_create("upliftctl", MFD_CLOEXEC | MFD_ALLOW_SEALING));
}

bool seal(int fd) {
    return ::fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}

}  // namespace

Result<protocol::UniqueFd> sealed_copy_of_file(const std::string& path) {
    protocol::UniqueFd source(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source) return unreadable(path);
    auto copy = memory_file();
    if (!copy) return unreadable(path);
    std::array<char, 64 * 1024> slice{};
    for (;;) {
        const auto got = ::read(source.get(), slice.data(), slice.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(path);
        if (got == 0) break;
        if (!write_all(copy.get(), {slice.data(), static_cast<std::size_t>(got)})) return unreadable(path);
    }
    if (!seal(copy.get())) return unreadable(path);
    return copy;
}

Result<protocol::UniqueFd> sealed_copy_of(std::string_view bytes, const std::string& where) {
    auto copy = memory_file();
    if (!copy || !write_all(copy.get(), bytes) || !seal(copy.get())) return unreadable(where);
    return copy;
}

}  // namespace uplift::upliftctl
