// StateDir: the daemon's directories, opened once; everything below is reached from these descriptors.
//
//   queue/      the database                       results/  JOBID.csv, JOBID.retry.csv
//   inbox/      what people drop (inbox/PROFILE/)  spool/    private copies, without names
//   accepted/   JOBID-FILE, after the commit       spool/taken/   files on their way from inbox to accepted
//   rejected/   FILE and FILE.error.txt
//
// What is missing is made, 0700 for the daemon's own user. Faults: state_dir.
#pragma once

#include <string>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/result.hpp"
#include "daemon/protocol/unique_fd.hpp"

namespace uplift::daemon {

struct StateDir {
    std::string path;
    protocol::UniqueFd root;
    protocol::UniqueFd queue;
    protocol::UniqueFd inbox;
    protocol::UniqueFd accepted;
    protocol::UniqueFd rejected;
    protocol::UniqueFd results;
    protocol::UniqueFd spool;
    protocol::UniqueFd taken;
};

// Refuses a directory, or one above it, that others could change (AC-14).
Result<StateDir> open_state_dir(const std::string& path);

// The directory `name` below `parent`, made where it is missing, with the parent's sharing.
Result<protocol::UniqueFd> open_below(int parent, const std::string& name, const std::string& where);

// openat2 with RESOLVE_BENEATH, NO_SYMLINKS and NO_MAGICLINKS; -1 and errno where it fails.
protocol::UniqueFd open_beneath(int directory, const std::string& name, int flags, unsigned mode = 0);

// rename(2) that never replaces anything, and both directories made durable. False and errno.
bool move_file(int from_directory, const std::string& from, int to_directory, const std::string& to);

// The names in a directory, without . and .., in name order.
std::vector<std::string> names_in(int directory);

}  // namespace uplift::daemon
