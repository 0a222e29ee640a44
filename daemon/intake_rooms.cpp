#include "daemon/intake_rooms.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "core/text/show.hpp"

namespace uplift::daemon {
namespace {

constexpr int most_numbers = 10'000;
constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

std::string prefix_of(JobId job) { return to_string(job) + "-"; }

// Moves to the first free of NAME, NAME-2, NAME-3 …
bool move_numbered(
    int from, const std::string& name, int to, std::string_view prefix, std::string_view new_name) {
    for (int number = 1; number < most_numbers; ++number) {
        if (move_file(from, name, to, fitted(prefix, numbered(new_name, number), ""))) return true;
        if (errno != EEXIST) return false;
    }
    return false;
}

bool write_new_file(int directory, const std::string& name, std::string_view text) {
    const protocol::UniqueFd file(
        ::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
    if (!file) return false;
    bool good = ::fchmod(file.get(), 0640) == 0;
    while (good && !text.empty()) {
        const auto written = ::write(file.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        good = written > 0;
        if (good) text.remove_prefix(static_cast<std::size_t>(written));
    }
    good = good && ::fsync(file.get()) == 0;
    if (!good) ::unlinkat(directory, name.c_str(), 0);
    return good;
}

Fault cannot_move(const InboxFile& file, std::string what) {
    return Fault{.code = FaultCode::file_changed,
                 .where = text::shown(shown_place(file)),
                 .what = std::move(what),
                 .cure = "Write it under another name and rename it when it is complete."};
}

}  // namespace

std::string shown_place(const InboxFile& file) {
    return file.profile.value.empty() ? file.name : file.profile.value + "/" + file.name;
}

std::optional<std::pair<JobId, std::string>> read_taken_name(std::string_view name) {
    if (!name.starts_with('J')) return std::nullopt;
    std::int64_t number = 0;
    const auto* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + 1, end, number);
    if (error != std::errc{} || number <= 0 || stop == end || *stop != '-' || stop + 1 == end)
        return std::nullopt;
    return std::pair{JobId{number}, std::string(stop + 1, end)};
}

Result<protocol::UniqueFd> IntakeRooms::open_inbox(const ProfileName& profile) const {
    const auto where = state_.path + "/inbox/" + profile.value;
    if (!profile.value.empty()) return open_below(state_.inbox.get(), profile.value, where);
    return open_below(state_.root.get(), "inbox", where);
}

Result<protocol::UniqueFd> IntakeRooms::open_taken(const ProfileName& profile) const {
    const auto where = state_.path + "/spool/taken/" + profile.value;
    if (!profile.value.empty()) return open_below(state_.taken.get(), profile.value, where);
    return open_below(state_.spool.get(), "taken", where);
}

Result<void> IntakeRooms::take(const InboxFile& file, const FileFacts& looked_at, JobId job) const {
    const auto inbox = open_inbox(file.profile);
    if (!inbox) return inbox.error();
    const auto taken = open_taken(file.profile);
    if (!taken) return taken.error();
    const auto name = fitted(prefix_of(job), file.name, "");
    if (!move_file(inbox->get(), file.name, taken->get(), name))
        return cannot_move(file, std::string("it cannot be moved: ") + std::strerror(errno));

    // The name may have come to mean another file since it was opened.
    struct stat status {};
    const bool there = ::fstatat(taken->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    auto moved = facts_of(status);
    moved.changed_ns = looked_at.changed_ns;  // the rename itself counts as a change
    if (there && unchanged(looked_at, moved)) return {};
    (void)give_back(file, job);
    return cannot_move(file, "it was changed or replaced while it was read");
}

bool IntakeRooms::accept_taken(const InboxFile& file, JobId taken_as, JobId job) const {
    const auto taken = open_taken(file.profile);
    return taken && move_numbered(taken->get(),
                                  fitted(prefix_of(taken_as), file.name, ""),
                                  state_.accepted.get(),
                                  prefix_of(job),
                                  file.name);
}

bool IntakeRooms::accept(const InboxFile& file, JobId job) const {
    const auto inbox = open_inbox(file.profile);
    return inbox && move_numbered(inbox->get(), file.name, state_.accepted.get(), prefix_of(job), file.name);
}

bool IntakeRooms::give_back(const InboxFile& file, JobId taken_as) const {
    const auto taken = open_taken(file.profile);
    if (!taken) return false;
    const auto inbox = open_inbox(file.profile);
    return inbox &&
           move_numbered(
               taken->get(), fitted(prefix_of(taken_as), file.name, ""), inbox->get(), "", file.name);
}

std::optional<std::string> IntakeRooms::reject(const InboxFile& file, const std::string& reasons) const {
    constexpr std::string_view ending = ".error.txt";
    const auto inbox = open_inbox(file.profile);
    if (!inbox) return std::nullopt;
    const int rejected = state_.rejected.get();
    for (int number = 1; number < most_numbers; ++number) {
        // Both names are free, or neither is used. The reasons come first: a crash in between leaves a file
        // that is judged again, never one that is refused without a word.
        const auto error_name = fitted("", numbered(file.name, number), ending);
        const auto name = error_name.substr(0, error_name.size() - ending.size());
        if (::faccessat(rejected, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) continue;
        if (!write_new_file(rejected, error_name, reasons)) {
            if (errno == EEXIST) continue;
            return std::nullopt;
        }
        if (move_file(inbox->get(), file.name, rejected, name)) return name;
        const bool taken_meanwhile = errno == EEXIST;
        ::unlinkat(rejected, error_name.c_str(), 0);
        if (!taken_meanwhile) return std::nullopt;
    }
    return std::nullopt;
}

std::vector<IntakeRooms::LeftBehind> IntakeRooms::left_behind() const {
    std::vector<LeftBehind> found;
    const auto collect = [&](int directory, const ProfileName& profile) {
        for (const auto& name : names_in(directory))
            if (auto taken = read_taken_name(name))
                found.push_back(
                    LeftBehind{.file = {.profile = profile, .name = taken->second}, .job = taken->first});
    };
    collect(state_.taken.get(), ProfileName{});
    for (const auto& name : names_in(state_.taken.get())) {
        const auto directory = open_beneath(state_.taken.get(), name, directory_flags);
        if (directory) collect(directory.get(), ProfileName{name});
    }
    return found;
}

}  // namespace uplift::daemon
