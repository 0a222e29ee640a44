// What the watched folder decides about a file: by its name, by what stat shows, by when it was last touched.
//
// Pure: facts in, a verdict out. Faults: file_unsafe, file_too_large, file_kind.
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

// Nothing for a .csv; else the fault.
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

// ---- by when it was last touched -------------------------------------------------------------------

enum class Writer : std::uint8_t {
    unknown,  // found by a look: nothing is known of who has it open
    open,     // somebody writes
    closed,   // closed after writing
    moved_in  // complete when it appeared
};

inline constexpr Duration quiet_time = std::chrono::seconds{2};

struct Sighting {
    Writer writer = Writer::unknown;
    FileFacts facts;
    TimePoint touched;  // when we last saw it change
};

// When the file may be taken if nothing changes until then. Nothing: an event will tell.
std::optional<TimePoint> ripe_at(const Sighting& sighting);

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
