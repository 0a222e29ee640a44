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

namespace uplift::daemon {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Fault unusable(const std::string& where, std::string what) {
    return Fault{.code = FaultCode::state_dir,
                 .where = where,
                 .what = std::move(what),
                 .cure = "Give it to the daemon's user and let nobody else write it: chown, chmod 0700."};
}

Fault unusable(const std::string& where, std::string what, Sharing sharing) {
    auto fault = unusable(where, std::move(what));
    if (sharing == Sharing::sticky_group)
        fault.cure =
            "Give it to the daemon's user, shared with group uplift (`chown _uplift:uplift`, `chmod 3770`) "
            "or "
            "with nobody (`chmod 0700`).";
    return fault;
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
        return unusable(where, *why, sharing);
    return std::nullopt;
}

// 0700, or with the parent's sharing. The group and setgid are inherited from the parent: the unit's sandbox
// forbids us to set them.
bool make_directory(int parent, const std::string& name) {
    struct stat status {};
    if (::fstat(parent, &status) != 0) return false;
    const bool shared = (status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IWGRP) != 0;
    if (!shared) return ::mkdirat(parent, name.c_str(), 0700) == 0 || errno == EEXIST;
    const auto old_mask = ::umask(0007);
    const bool made = ::mkdirat(parent, name.c_str(), 01770) == 0 || errno == EEXIST;
    const int why = errno;
    ::umask(old_mask);
    errno = why;
    return made;
}

bool is_one_name(const std::string& name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

}  // namespace

protocol::UniqueFd open_beneath(int directory, const std::string& name, int flags, unsigned mode) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    protocol::UniqueFd opened(
        static_cast<int>(::syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how)));
    if (opened || errno != ENOSYS || !is_one_name(name)) return opened;
    // RestrictSUIDSGID= of systemd 252 takes openat2 away. For a single name O_NOFOLLOW says the same.
    return protocol::UniqueFd(
        ::openat(directory, name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, static_cast<mode_t>(mode)));
}

Result<protocol::UniqueFd> open_below(int parent,
                                      const std::string& name,
                                      const std::string& where,
                                      Sharing sharing) {
    auto opened = open_beneath(parent, name, directory_flags);
    if (!opened && errno == ENOENT) {
        if (!make_directory(parent, name)) return unusable(where, because_of_errno("cannot be made"));
        opened = open_beneath(parent, name, directory_flags);
    }
    if (!opened) return unusable(where, because_of_errno("cannot be opened"));
    if (auto fault = check_directory(opened.get(), where, sharing)) return *fault;
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
        auto opened = open_below(state.root.get(), room.name, state.path + "/" + room.name, room.sharing);
        if (!opened) return opened.error();
        state.*room.member = std::move(*opened);
    }
    auto taken = open_below(state.spool.get(), "taken", state.path + "/spool/taken", Sharing::none);
    if (!taken) return taken.error();
    state.taken = std::move(*taken);
    return state;
}

std::optional<FileFacts> look_at(int directory, const std::string& name) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    return facts_of(status);
}

void for_each_name(int directory, const std::function<void(std::string_view)>& use) {
    // A descriptor of its own: the position of a directory stream is shared between duplicates.
    const int again = ::openat(directory, ".", directory_flags);
    if (again < 0) return;
    DIR* stream = ::fdopendir(again);
    if (stream == nullptr) {
        ::close(again);
        return;
    }
    while (const auto* entry = ::readdir(stream)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") use(name);
    }
    ::closedir(stream);
}

std::vector<std::string> names_in(int directory) {
    std::vector<std::string> names;
    for_each_name(directory, [&](std::string_view name) { names.emplace_back(name); });
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace uplift::daemon
