#include "daemon/folder_rules.hpp"

#include <algorithm>
#include <array>

namespace uplift::daemon {
namespace {

constexpr std::size_t longest_name = 255;

bool ends_in(std::string_view name, std::string_view ending) {
    if (name.size() < ending.size()) return false;
    return std::equal(ending.begin(),
                      ending.end(),
                      name.end() - static_cast<std::ptrdiff_t>(ending.size()),
                      [](char wanted, char given) {
                          return wanted == (given >= 'A' && given <= 'Z' ? given + 32 : given);
                      });
}

// Where the extension starts: december|.csv; a name without one ends there.
std::size_t stem_length(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? name.size() : dot;
}

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

}  // namespace

bool is_left_alone(std::string_view name) {
    constexpr std::array<std::string_view, 4> endings{".part", ".tmp", "~", ".sha256"};
    return name.empty() || name.front() == '.' ||
           std::any_of(endings.begin(), endings.end(), [&](auto ending) { return ends_in(name, ending); });
}

std::optional<std::string_view> described_by(std::string_view checksum_name) {
    if (checksum_name.size() <= checksum_ending.size() || !checksum_name.ends_with(checksum_ending))
        return std::nullopt;
    return checksum_name.substr(0, checksum_name.size() - checksum_ending.size());
}

bool is_json(std::string_view name) { return ends_in(name, ".json"); }

std::optional<Fault> wrong_kind(std::string_view name, const std::string& where) {
    if (ends_in(name, ".csv") || is_json(name)) return std::nullopt;
    return Fault{.code = FaultCode::file_kind,
                 .where = where,
                 .what = "the name ends neither in .csv nor in .json",
                 .cure = "Save the people as CSV and drop that file; nothing is unpacked or converted."};
}

std::string numbered(std::string_view name, int number) {
    if (number <= 1) return std::string(name);
    const auto stem = stem_length(name);
    return std::string(name.substr(0, stem)) + "-" + std::to_string(number) + std::string(name.substr(stem));
}

std::string fitted(std::string_view prefix, std::string_view name, std::string_view suffix) {
    const auto room = longest_name - std::min(longest_name, prefix.size() + suffix.size());
    std::string middle(name);
    if (middle.size() > room) {
        const auto stem = stem_length(name);
        const auto extension = name.substr(stem).size() < room ? name.substr(stem) : std::string_view{};
        auto kept = std::min(stem, room - extension.size());
        // Not in the middle of a UTF-8 sequence.
        while (kept > 0 && (static_cast<unsigned char>(name[kept]) & 0xC0U) == 0x80U) --kept;
        middle = std::string(name.substr(0, kept)) + std::string(extension);
    }
    return std::string(prefix) + middle + std::string(suffix);
}

FileFacts facts_of(const struct stat& status) {
    return FileFacts{.mode = status.st_mode,
                     .links = status.st_nlink,
                     .owner = status.st_uid,
                     .size = status.st_size,
                     .modified_ns = nanoseconds(status.st_mtim),
                     .changed_ns = nanoseconds(status.st_ctim),
                     .device = status.st_dev,
                     .inode = status.st_ino};
}

Verdict judge(const FileFacts& file, Owner owner, std::int64_t max_file, const std::string& where) {
    if (S_ISLNK(file.mode)) return Untouched{"it is a symbolic link"};
    if (S_ISDIR(file.mode)) return Untouched{"it is a directory"};
    if (!S_ISREG(file.mode)) return Untouched{"it is no regular file"};
    if (file.links != 1) return Untouched{"it has " + std::to_string(file.links) + " names (hard links)"};
    if (owner == Owner::stranger)
        return Fault{.code = FaultCode::file_unsafe,
                     .where = where,
                     .what = "its owner, uid " + std::to_string(file.owner) + ", may not submit",
                     .cure = "Drop it as a member of group uplift, or use `upliftctl submit`."};
    if ((file.mode & (S_IWGRP | S_IWOTH)) != 0)
        return Fault{.code = FaultCode::file_unsafe,
                     .where = where,
                     .what = "others than its owner may write it",
                     .cure =
                         "`install -m 0640` the file, or use `upliftctl submit`, which hands over the open "
                         "file."};
    if (file.size > max_file)
        return Fault{.code = FaultCode::file_too_large,
                     .where = where,
                     .what = "it has " + std::to_string(file.size) + " bytes, more than max_file allows (" +
                             std::to_string(max_file) + ")",
                     .cure = "Split it, or raise service.max_file."};
    return Take{};
}

bool unchanged(const FileFacts& before, const FileFacts& after) { return before == after; }

bool is_plain(const FileFacts& file) { return S_ISREG(file.mode) && file.links == 1; }

TimePoint ripe_at(const Sighting& sighting, const FolderTimes& times) {
    switch (sighting.writer) {
        case Writer::open:
            return sighting.touched + times.open;
        case Writer::moved_in:
            return sighting.touched;
        case Writer::closed:
            return sighting.touched + times.quiet;
        case Writer::unknown:
            break;
    }
    if (!is_plain(sighting.facts)) return sighting.touched + times.quiet;
    // A file that has rested for long before it was seen (a start, a flood) needs no second look. Its times
    // may come from another host's clock: one that lies in the future counts for nothing.
    const auto changed = TimePoint{std::chrono::duration_cast<Duration>(
        std::chrono::nanoseconds{std::max(sighting.facts.modified_ns, sighting.facts.changed_ns)})};
    const auto rested = std::min(changed, sighting.touched) + times.between_looks;
    return std::max(rested, sighting.touched + times.quiet);
}

Fault never_closed(const FolderTimes& times, const std::string& where) {
    return Fault{.code = FaultCode::file_incomplete,
                 .where = where,
                 .what = "who writes it has neither closed it nor written for " + to_words(times.open),
                 .cure = "Write it under another name and rename it when it is complete."};
}

Sighting after_look(const Sighting& before, const FileFacts& facts, TimePoint now) {
    if (unchanged(before.facts, facts)) return before;
    // Somebody wrote without an event (NFS, CIFS), or it is another file of the same name.
    const auto writer = before.writer == Writer::moved_in ? Writer::closed : before.writer;
    return Sighting{.writer = writer, .facts = facts, .touched = now};
}

std::optional<std::string> unsafe_directory(mode_t mode, uid_t owner, uid_t own, Sharing sharing) {
    if (!S_ISDIR(mode)) return "it is no directory";
    if (owner != own && owner != 0) return "it belongs to uid " + std::to_string(owner);
    // Out of a sticky directory only its owner moves other people's files.
    if (owner != own && (mode & S_ISVTX) != 0) return "it belongs to root: the daemon cannot empty it";
    if ((mode & S_IWOTH) != 0) return "everybody may write it";
    if ((mode & S_IWGRP) == 0) return std::nullopt;
    if (sharing == Sharing::none) return "its group may write it";
    if ((mode & S_ISVTX) == 0) return "its group may write it and it is not sticky";
    return std::nullopt;
}

std::optional<std::string> unsafe_parent(mode_t mode, uid_t owner, uid_t own) {
    if (owner != own && owner != 0) return "it belongs to uid " + std::to_string(owner);
    if ((mode & (S_IWGRP | S_IWOTH)) != 0 && (mode & S_ISVTX) == 0) return "others may write it";
    return std::nullopt;
}

}  // namespace uplift::daemon
