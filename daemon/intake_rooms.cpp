#include "daemon/intake_rooms.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "core/text/show.hpp"
#include "daemon/checksum_file.hpp"
#include "daemon/move_file.hpp"

namespace uplift::daemon {
namespace {

constexpr int most_numbers = 10'000;
std::string prefix_of(JobId job) { return to_string(job) + "-"; }

// Moves to the first free of NAME, NAME-2, NAME-3 …, cut so that `room_for` fits behind it. The name it got.
std::optional<std::string> move_numbered(int from,
                                         const std::string& name,
                                         int to,
                                         std::string_view prefix,
                                         std::string_view new_name,
                                         std::string_view room_for = "") {
    for (int number = 1; number < most_numbers; ++number) {
        auto free_name = fitted(prefix, numbered(new_name, number), room_for);
        free_name.resize(free_name.size() - room_for.size());
        if (move_file(from, name, to, free_name)) return free_name;
        if (errno != EEXIST) return std::nullopt;
    }
    return std::nullopt;
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
    const bool is_inbox = profile.value.empty();
    return open_below(is_inbox ? state_.root.get() : state_.inbox.get(),
                      is_inbox ? "inbox" : profile.value,
                      where,
                      Sharing::sticky_group);
}

Result<protocol::UniqueFd> IntakeRooms::open_taken(const ProfileName& profile) const {
    const auto where = state_.path + "/spool/taken/" + profile.value;
    const bool is_taken = profile.value.empty();
    return open_below(is_taken ? state_.spool.get() : state_.taken.get(),
                      is_taken ? "taken" : profile.value,
                      where,
                      Sharing::none);
}

Result<void> IntakeRooms::take(const InboxFile& file, const FileFacts& looked_at, JobId job) const {
    const auto inbox = open_inbox(file.profile);
    if (!inbox) return inbox.error();
    const auto taken = open_taken(file.profile);
    if (!taken) return taken.error();
    const auto name = fitted(prefix_of(job), file.name, "");
    if (move_seen_file(inbox->get(), file.name, taken->get(), name, looked_at)) return {};
    if (errno == ESTALE) return cannot_move(file, "it was changed or replaced while it was read");
    return cannot_move(file, std::string("it cannot be moved: ") + std::strerror(errno));
}

bool IntakeRooms::accept_taken(const InboxFile& file,
                               JobId taken_as,
                               JobId job,
                               const std::optional<FileFacts>& checksum) const {
    const auto taken = open_taken(file.profile);
    if (!taken) return false;
    return accept_from(taken->get(), fitted(prefix_of(taken_as), file.name, ""), file, job, checksum);
}

bool IntakeRooms::accept(const InboxFile& file, JobId job, const std::optional<FileFacts>& checksum) const {
    const auto inbox = open_inbox(file.profile);
    return inbox && accept_from(inbox->get(), file.name, file, job, checksum);
}

bool IntakeRooms::accept_from(int directory,
                              const std::string& name,
                              const InboxFile& file,
                              JobId job,
                              const std::optional<FileFacts>& checksum) const {
    const int accepted = state_.accepted.get();
    const auto moved =
        move_numbered(directory, name, accepted, prefix_of(job), file.name, checksum ? checksum_ending : "");
    if (!moved) return false;
    bring_checksum(file, checksum, accepted, *moved);
    return true;
}

void IntakeRooms::bring_checksum(const InboxFile& file,
                                 const std::optional<FileFacts>& checksum,
                                 int to,
                                 const std::string& beside) const {
    if (!checksum || !is_plain(*checksum)) return;
    const auto inbox = open_inbox(file.profile);
    if (!inbox || checksum_facts(inbox->get(), file.name) != checksum) return;
    const std::string ending(checksum_ending);
    (void)move_file(inbox->get(), file.name + ending, to, beside + ending);
}

bool IntakeRooms::give_back(const InboxFile& file, JobId taken_as) const {
    const auto taken = open_taken(file.profile);
    if (!taken) return false;
    const auto inbox = open_inbox(file.profile);
    const auto name = fitted(prefix_of(taken_as), file.name, "");
    return inbox && move_numbered(taken->get(), name, inbox->get(), "", file.name);
}

IntakeRooms::Rejection IntakeRooms::reject(const InboxFile& file, const std::string& reasons) const {
    constexpr std::string_view ending = ".error.txt";
    const auto inbox = open_inbox(file.profile);
    if (!inbox) return {.name = "", .not_moved = EACCES};
    const auto checksum = checksum_facts(inbox->get(), file.name);
    const int rejected = state_.rejected.get();
    for (int number = 1; number < most_numbers; ++number) {
        // Both names are free, or neither is used. The reasons come first: a crash in between leaves a file
        // that is judged again, never one that is refused without a word.
        const auto error_name = fitted("", numbered(file.name, number), ending);
        const auto name = error_name.substr(0, error_name.size() - ending.size());
        if (::faccessat(rejected, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) continue;
        if (!write_new_file(rejected, error_name, reasons)) {
            if (errno == EEXIST) continue;
            return {.name = "", .not_moved = errno};
        }
        if (move_file(inbox->get(), file.name, rejected, name)) {
            bring_checksum(file, checksum, rejected, name);
            return {.name = name, .not_moved = 0};
        }
        const int why = errno;
        ::unlinkat(rejected, error_name.c_str(), 0);
        if (why != EEXIST) return {.name = "", .not_moved = why};
    }
    return {.name = "", .not_moved = EEXIST};
}

std::vector<IntakeRooms::LeftBehind> IntakeRooms::left_behind() const {
    std::vector<LeftBehind> found;
    // Where a file stands there again, the sum is that one's.
    const auto orphan = [this](const InboxFile& file) -> std::optional<FileFacts> {
        const auto inbox = open_inbox(file.profile);
        if (!inbox || look_at(inbox->get(), file.name)) return std::nullopt;
        return checksum_facts(inbox->get(), file.name);
    };
    const auto collect = [&](int directory, const ProfileName& profile) {
        for (const auto& name : names_in(directory))
            if (auto taken = read_taken_name(name)) {
                const InboxFile file{.profile = profile, .name = taken->second};
                found.push_back(LeftBehind{.file = file, .job = taken->first, .checksum = orphan(file)});
            }
    };
    collect(state_.taken.get(), ProfileName{});
    for (const auto& name : names_in(state_.taken.get())) {
        const auto directory = open_beneath(state_.taken.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        if (directory) collect(directory.get(), ProfileName{name});
    }
    return found;
}

}  // namespace uplift::daemon
