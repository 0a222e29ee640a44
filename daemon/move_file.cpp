#include "daemon/move_file.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "daemon/state_dir.hpp"

namespace uplift::daemon {
namespace {

constexpr mode_t copied_mode = 0640;
constexpr std::size_t copied_at_once = 1024 * 1024;

bool fail_with(int why) {
    errno = why;
    return false;
}

// The new name first: a crash in between leaves the file under one of the two, never under none.
bool make_durable(int to_directory, int from_directory) {
    const bool durable = ::fsync(to_directory) == 0;
    return ::fsync(from_directory) == 0 && durable;
}

bool copy_bytes(int from, int to) {
    for (;;) {
        const auto copied = ::sendfile(to, from, nullptr, copied_at_once);
        if (copied == 0) return true;
        if (copied < 0 && errno != EINTR) return false;
    }
}

std::optional<FileFacts> facts_of_open(int file) {
    struct stat status {};
    if (::fstat(file, &status) != 0) return std::nullopt;
    return facts_of(status);
}

// A copy that is durable under the new name, with the original's time.
bool copy_to(int source, const FileFacts& facts, int to_directory, const std::string& to) {
    const protocol::UniqueFd copy(::openat(
        to_directory, to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, copied_mode));
    if (!copy) return false;
    const timespec modified{.tv_sec = facts.modified_ns / 1'000'000'000,
                            .tv_nsec = facts.modified_ns % 1'000'000'000};
    const std::array<timespec, 2> times{modified, modified};
    const bool good = ::fchmod(copy.get(), copied_mode) == 0 && copy_bytes(source, copy.get()) &&
                      ::futimens(copy.get(), times.data()) == 0 && ::fsync(copy.get()) == 0 &&
                      ::fsync(to_directory) == 0;
    if (good) return true;
    const int why = errno;
    ::unlinkat(to_directory, to.c_str(), 0);
    return fail_with(why);
}

bool move_across(int from_directory,
                 const std::string& from,
                 int to_directory,
                 const std::string& to,
                 const std::optional<FileFacts>& looked_at) {
    const auto source = open_beneath(from_directory, from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (!source) return false;
    const auto facts = facts_of_open(source.get());
    if (!facts || !S_ISREG(facts->mode) || (looked_at && !unchanged(*looked_at, *facts)))
        return fail_with(ESTALE);
    if (!copy_to(source.get(), *facts, to_directory, to)) return false;
    // What is removed must be what was copied, to the last byte.
    if (look_at(from_directory, from) != facts || ::unlinkat(from_directory, from.c_str(), 0) != 0) {
        ::unlinkat(to_directory, to.c_str(), 0);
        return fail_with(ESTALE);
    }
    return make_durable(to_directory, from_directory);
}

bool rename_new(int from_directory, const std::string& from, int to_directory, const std::string& to) {
    return ::renameat2(from_directory, from.c_str(), to_directory, to.c_str(), RENAME_NOREPLACE) == 0;
}

}  // namespace

bool move_file(int from_directory, const std::string& from, int to_directory, const std::string& to) {
    if (rename_new(from_directory, from, to_directory, to)) return make_durable(to_directory, from_directory);
    return errno == EXDEV && move_across(from_directory, from, to_directory, to, std::nullopt);
}

bool move_seen_file(int from_directory,
                    const std::string& from,
                    int to_directory,
                    const std::string& to,
                    const FileFacts& looked_at) {
    if (!rename_new(from_directory, from, to_directory, to))
        return errno == EXDEV && move_across(from_directory, from, to_directory, to, looked_at);
    // The name may have come to mean another file since it was looked at.
    auto moved = look_at(to_directory, to);
    if (moved) moved->changed_ns = looked_at.changed_ns;  // the rename itself counts as a change
    if (moved && unchanged(looked_at, *moved)) return make_durable(to_directory, from_directory);
    for (int number = 1; number < 100; ++number)
        if (rename_new(to_directory, to, from_directory, numbered(from, number))) break;
    (void)make_durable(from_directory, to_directory);
    return fail_with(ESTALE);
}

}  // namespace uplift::daemon
