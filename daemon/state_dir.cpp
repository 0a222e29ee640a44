#include "daemon/state_dir.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/text/show.hpp"
#include "daemon/folder_rules.hpp"

namespace uplift::daemon {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Fault unusable(const std::string& where, std::string what) {
    return Fault{.code = FaultCode::state_dir,
                 .where = where,
                 .what = std::move(what),
                 .cure = "Give it to the daemon's user and let nobody else write it: chown, chmod 0700."};
}

std::string because_of_errno(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

std::optional<Fault> check_parents(const std::filesystem::path& path) {
    for (auto parent = path.parent_path();; parent = parent.parent_path()) {
        struct stat status {};
        if (::stat(parent.c_str(), &status) != 0) return unusable(parent, because_of_errno("cannot be read"));
        if (auto why = unsafe_parent(status.st_mode, status.st_uid, ::getuid()))
            return unusable(parent, "the directory above state_dir is not safe: " + *why);
        if (parent == parent.parent_path()) return std::nullopt;
    }
}

std::optional<Fault> check_directory(int directory, const std::string& where, Sharing sharing) {
    struct stat status {};
    if (::fstat(directory, &status) != 0) return unusable(where, because_of_errno("cannot be read"));
    if (auto why = unsafe_directory(status.st_mode, status.st_uid, ::getuid(), sharing))
        return unusable(where, *why);
    return std::nullopt;
}

Result<protocol::UniqueFd> open_own(const StateDir& state, int parent, const char* name, Sharing sharing) {
    const auto where = state.path + "/" + name;
    auto opened = open_below(parent, name, where);
    if (!opened) return opened.error();
    if (auto fault = check_directory(opened->get(), where, sharing)) return *fault;
    return opened;
}

}  // namespace

protocol::UniqueFd open_beneath(int directory, const std::string& name, int flags, unsigned mode) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return protocol::UniqueFd(
        static_cast<int>(::syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how)));
}

Result<protocol::UniqueFd> open_below(int parent, const std::string& name, const std::string& where) {
    struct stat status {};
    if (::fstat(parent, &status) != 0) return unusable(where, because_of_errno("cannot be read"));
    // A shared inbox shares its profiles' directories in the same way. The group is inherited by setgid,
    // which the unit's sandbox forbids us to set.
    const bool shared = (status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IWGRP) != 0;
    const auto old_mask = shared ? ::umask(0007) : ::umask(0077);
    const int made = ::mkdirat(parent, name.c_str(), shared ? 01770 : 0700);
    const int made_errno = errno;
    ::umask(old_mask);
    if (made != 0 && made_errno != EEXIST) {
        errno = made_errno;
        return unusable(where, because_of_errno("cannot be made"));
    }
    auto opened = open_beneath(parent, name, directory_flags);
    if (!opened) return unusable(where, because_of_errno("cannot be opened"));
    return opened;
}

Result<StateDir> open_state_dir(const std::string& path) {
    StateDir state;
    state.path = std::filesystem::path(path).lexically_normal().string();
    while (state.path.size() > 1 && state.path.back() == '/') state.path.pop_back();

    const std::filesystem::path where(state.path);
    if (!where.is_absolute()) return unusable(path, "state_dir is not an absolute path");
    if (auto fault = check_parents(where)) return *fault;
    if (::mkdir(where.c_str(), 0700) != 0 && errno != EEXIST)
        return unusable(path, because_of_errno("cannot be made"));
    state.root = protocol::UniqueFd(::open(where.c_str(), directory_flags));
    if (!state.root) return unusable(path, because_of_errno("cannot be opened"));
    if (auto fault = check_directory(state.root.get(), path, Sharing::none)) return *fault;

    struct Room {
        protocol::UniqueFd StateDir::*member;
        const char* name;
        Sharing sharing;
    };
    const Room rooms[] = {{&StateDir::queue, "queue", Sharing::none},
                          {&StateDir::inbox, "inbox", Sharing::sticky_group},
                          {&StateDir::accepted, "accepted", Sharing::none},
                          {&StateDir::rejected, "rejected", Sharing::none},
                          {&StateDir::results, "results", Sharing::none},
                          {&StateDir::spool, "spool", Sharing::none}};
    for (const auto& room : rooms) {
        auto opened = open_own(state, state.root.get(), room.name, room.sharing);
        if (!opened) return opened.error();
        state.*room.member = std::move(*opened);
    }
    auto taken = open_own(state, state.spool.get(), "taken", Sharing::none);
    if (!taken) return taken.error();
    state.taken = std::move(*taken);
    return state;
}

bool move_file(int from_directory, const std::string& from, int to_directory, const std::string& to) {
    if (::renameat2(from_directory, from.c_str(), to_directory, to.c_str(), RENAME_NOREPLACE) != 0)
        return false;
    // The new name first: a crash in between leaves the file under one of the two, never under none.
    const bool durable = ::fsync(to_directory) == 0;
    return ::fsync(from_directory) == 0 && durable;
}

std::vector<std::string> names_in(int directory) {
    std::vector<std::string> names;
    // A descriptor of its own: the position of a directory stream is shared between duplicates.
    const int again = ::openat(directory, ".", directory_flags);
    if (again < 0) return names;
    DIR* stream = ::fdopendir(again);
    if (stream == nullptr) {
        ::close(again);
        return names;
    }
    while (const auto* entry = ::readdir(stream)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(stream);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace uplift::daemon
