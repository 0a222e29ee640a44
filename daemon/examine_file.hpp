// The close look at a file that is ripe: by stat, by name, by its .sha256; then its private copy.
//
// On the files' thread. What is decided by facts alone is in folder_rules.hpp.
// Faults: file_unsafe, file_unreadable, file_too_large, file_kind, file_checksum; of a copy that cannot be
// made now: disk_full, state_dir, file_unreadable.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <variant>

#include "daemon/intake_rooms.hpp"
#include "daemon/spool.hpp"

namespace uplift::daemon {

struct ExamineRequest {
    InboxFile file;
    FileFacts looked_at;
    std::int64_t max_file = 0;
};

struct FileGone {};
// It is not the one that was looked at: not quiet yet, or another one.
struct FileChanged {
    FileFacts now;
};
struct FileChangedWhileRead {
    FileFacts now;
};
// Nothing wrong with it, but its copy cannot be made now.
struct FileTrouble {
    Fault fault;
};
struct FileUnmatched {
    Fault fault;
    FileFacts checksum;
};
struct FileRefused {
    Fault fault;
};
struct FileCopied {
    Spooled copy;
    std::optional<FileFacts> checksum;  // the .sha256 that it matches
};
using Examined = std::variant<FileGone,
                              FileChanged,
                              FileChangedWhileRead,
                              FileTrouble,
                              FileUnmatched,
                              Untouched,
                              FileRefused,
                              FileCopied>;

// `rooms` and `spool_directory` outlive it.
boost::asio::awaitable<Examined> examine_file(const IntakeRooms& rooms,
                                              int spool_directory,
                                              ExamineRequest request);

}  // namespace uplift::daemon
