// StateDir: the daemon's directories, opened once; everything below is reached from these descriptors.
//
//   queue/      the database                       results/  JOBID.csv, JOBID.retry.csv
//   inbox/      what people drop (inbox/PROFILE/)  spool/    private copies, without names
//   accepted/   JOBID-FILE, after the commit       spool/taken/   files on their way from inbox to accepted
//   rejected/   FILE and FILE.error.txt
//
// What is missing is made, 0700 for the daemon's own user; where the inbox was made to be shared (3770
// _uplift:uplift, by the package), the profiles' directories in it are shared in the same way.
// Faults: state_dir.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/result.hpp"
#include "daemon/folder_rules.hpp"
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

// The directory `name` below `parent`, made where it is missing, with the parent's sharing. Refused where
// others could do more in it than `sharing` says.
Result<protocol::UniqueFd> open_below(int parent,
                                      const std::string& name,
                                      const std::string& where,
                                      Sharing sharing);

// openat2 with RESOLVE_BENEATH, NO_SYMLINKS and NO_MAGICLINKS; -1 and errno where it fails.
protocol::UniqueFd open_beneath(int directory, const std::string& name, int flags, unsigned mode = 0);

// What stat shows of a name in a directory, of a link itself; nothing where there is none.
std::optional<FileFacts> look_at(int directory, const std::string& name);

// Every name in a directory but . and .., as they come, without keeping them.
void for_each_name(int directory, const std::function<void(std::string_view)>& use);
// The same in name order, for directories that people do not fill.
std::vector<std::string> names_in(int directory);

}  // namespace uplift::daemon
