// Moving a file from one of our directories to another: nothing is ever replaced, nothing is ever lost.
//
// A rename, made durable; where the two are of different file systems (an inbox that is mounted from a file
// server), a copy that is made durable before the original goes. Blocks for as long as the disk takes.
#pragma once

#include <string>

#include "daemon/folder_rules.hpp"

namespace uplift::daemon {

// False and errno; EEXIST where the new name is taken.
bool move_file(int from_directory, const std::string& from, int to_directory, const std::string& to);

// The same for a file that was looked at before: ESTALE where it is another one now, or was changed; it then
// stands where it stood.
bool move_seen_file(int from_directory,
                    const std::string& from,
                    int to_directory,
                    const std::string& to,
                    const FileFacts& looked_at);

}  // namespace uplift::daemon
