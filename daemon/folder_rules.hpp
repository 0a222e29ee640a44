// What the watched folder decides about a file: by its name, by what stat shows, by when it was last touched.
//
// Pure: facts in, a verdict out. Faults: file_unsafe, file_too_large, file_kind, file_incomplete.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/model/result.hpp"
#include "core/model/time.hpp"

namespace uplift::daemon {

// ---- by name ---------------------------------------------------------------------------------------

// Names that start with `.` or end in .part, .tmp, ~ or .sha256: not a job, or not yet.
bool is_left_alone(std::string_view name);

// december.csv.sha256 -> december.csv; nothing for a name that does not end so.
inline constexpr std::string_view checksum_ending = ".sha256";
std::optional<std::string_view> described_by(std::string_view checksum_name);

// Of the two kinds that are taken, in any letter case.
bool is_json(std::string_view name);

// Nothing for a .csv or a .json; else the fault.
std::optional<Fault> wrong_kind(std::string_view name, const std::string& where);

// december.csv, 2 -> december-2.csv; 1 is the name itself.
std::string numbered(std::string_view name, int number);

// prefix + name + suffix, the name cut before its extension so that all fits a file name (255 bytes).
std::string fitted(std::string_view prefix, std::string_view name, std::string_view suffix);

// ---- by what stat shows ----------------------------------------------------------------------------

struct FileFacts {
    mode_t mode{};
    std::uint64_t links = 0;
    uid_t owner{};
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;  // mtime
    std::int64_t changed_ns = 0;   // ctime
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileFacts&) const = default;
};
FileFacts facts_of(const struct stat& status);

// Trusted: root, the daemon's own user, members of group uplift.
enum class Owner : std::uint8_t { trusted, stranger };

struct Take {};
// Stays where it is, untouched; people are told once.
struct Untouched {
    std::string why;
};
using Verdict = std::variant<Take, Untouched, Fault>;
Verdict judge(const FileFacts& file, Owner owner, std::int64_t max_file, const std::string& where);

// Whether a file is still the one that was looked at before, byte for byte as far as stat can tell. Links and
// modes may not change either.
bool unchanged(const FileFacts& before, const FileFacts& after);

// A regular file with one name; anything else will never be taken.
bool is_plain(const FileFacts& file);

// ---- by when it was last touched -------------------------------------------------------------------

enum class Writer : std::uint8_t {
    unknown,  // found by a look: nothing is known of who has it open
    open,     // somebody writes
    closed,   // closed after writing
    moved_in  // complete when it appeared
};

struct FolderTimes {
    Duration quiet = std::chrono::seconds{2};  // after who wrote it has closed it
    // Remote writers (NFS, CIFS) raise no events: the folder is read this often, and what only a look has
    // shown is taken when the next one finds it unchanged.
    Duration between_looks = std::chrono::seconds{30};
    Duration unmatched = std::chrono::hours{1};  // FILE and its .sha256, since either changed
    Duration open = std::chrono::hours{1};       // open for writing, nothing written
};

struct Sighting {
    Writer writer = Writer::unknown;
    FileFacts facts;
    TimePoint touched;  // when we last saw it change
};

// When the file is looked at closely, to be taken or refused, if nothing changes until then.
TimePoint ripe_at(const Sighting& sighting, const FolderTimes& times);

// The fault of a file that is still open for writing when it is ripe.
Fault never_closed(const FolderTimes& times, const std::string& where);

// The sighting after another look at the file.
Sighting after_look(const Sighting& before, const FileFacts& facts, TimePoint now);

// ---- directories of ours ---------------------------------------------------------------------------

// Who else may put files there: nobody, or (the inbox) a group whose members cannot remove each other's.
enum class Sharing : std::uint8_t { none, sticky_group };

// Why the directory is not safe to use, or nothing. `own`: the daemon's user.
std::optional<std::string> unsafe_directory(mode_t mode, uid_t owner, uid_t own, Sharing sharing);

// The same for a directory above ours: root's or ours, and writable by others only where it is sticky (/tmp).
std::optional<std::string> unsafe_parent(mode_t mode, uid_t owner, uid_t own);

}  // namespace uplift::daemon
