#include "daemon/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace uplift::daemon {
namespace {

constexpr mode_t mode = 0640;

std::optional<struct stat> own_file(int directory, const std::string& name) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    const bool ours = S_ISREG(status.st_mode) && status.st_uid == ::getuid() && status.st_nlink == 1;
    return ours ? std::optional(status) : std::nullopt;
}

}  // namespace

Result<OutputFile> OutputFile::create(int directory, std::string name, std::string where) {
    OutputFile output(directory, std::move(name), std::move(where), {});
    // Left by a crash.
    ::unlinkat(directory, output.hidden_name().c_str(), 0);
    output.file_ = protocol::UniqueFd(::openat(
        directory, output.hidden_name().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!output.file_ || ::fchmod(output.file_.get(), mode) != 0) return output.failed("made");
    return output;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : directory_(other.directory_),
      name_(std::move(other.name_)),
      where_(std::move(other.where_)),
      file_(std::move(other.file_)) {}

OutputFile::~OutputFile() {
    if (file_) ::unlinkat(directory_, hidden_name().c_str(), 0);
}

Result<void> OutputFile::append(std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(file_.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return failed("written");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> OutputFile::commit(TimePoint dated) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(dated);
    const auto nanoseconds = std::chrono::nanoseconds(dated - seconds).count();
    const timespec time{.tv_sec = seconds.time_since_epoch().count(), .tv_nsec = nanoseconds};
    const std::array<timespec, 2> times{time, time};
    if (::futimens(file_.get(), times.data()) != 0 || ::fsync(file_.get()) != 0)
        return failed("made durable");

    const auto hidden = hidden_name();
    bool named = ::renameat2(directory_, hidden.c_str(), directory_, name_.c_str(), RENAME_NOREPLACE) == 0;
    if (!named && errno == EEXIST && replaces_only_ours())
        named = ::renameat(directory_, hidden.c_str(), directory_, name_.c_str()) == 0;
    if (!named) return failed("named");
    file_.reset();
    if (::fsync(directory_) != 0) return failed("made durable");
    return {};
}

std::string OutputFile::hidden_name() const { return "." + name_ + ".tmp"; }

bool OutputFile::replaces_only_ours() const {
    const bool ours = own_file(directory_, name_).has_value();
    if (!ours) errno = EEXIST;
    return ours;
}

Fault OutputFile::failed(const char* doing) const {
    const int why = errno;
    const bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;
    return Fault{.code = full ? FaultCode::disk_full : FaultCode::state_dir,
                 .where = where_ + "/" + name_,
                 .what = std::string("it cannot be ") + doing + ": " + std::strerror(why),
                 .cure = full            ? "Free space: it is written as soon as there is room."
                         : why == EEXIST ? "Remove what stands there: it is not the daemon's."
                                         : "Check the directory's owner and mode."};
}

std::optional<TimePoint> dated(int directory, const std::string& name) {
    const auto status = own_file(directory, name);
    if (!status) return std::nullopt;
    return TimePoint{std::chrono::floor<Duration>(std::chrono::seconds{status->st_mtim.tv_sec} +
                                                  std::chrono::nanoseconds{status->st_mtim.tv_nsec})};
}

void remove_output(int directory, const std::string& name) {
    if (own_file(directory, name) && ::unlinkat(directory, name.c_str(), 0) == 0) ::fsync(directory);
}

}  // namespace uplift::daemon
