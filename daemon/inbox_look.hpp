// A look around the inbox: what stands there now, whatever events told.
//
// Reads names as they come and keeps no more of them than there is room for, the oldest ones: a million files
// cost no more memory than ten thousand. Blocks for as long as the disk takes: on the files' thread.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "daemon/intake_rooms.hpp"

namespace uplift::daemon {

struct LookRequest {
    std::set<ProfileName> profiles;
    std::set<InboxFile> known;
    std::size_t room = 0;      // for files that are not known
    std::size_t odd_room = 0;  // for links, directories and the like among them
};

struct SeenFile {
    InboxFile file;
    FileFacts facts;
    std::optional<FileFacts> checksum;  // of a known one: its .sha256
};

struct InboxLook {
    std::vector<SeenFile> seen;  // the known ones, then the others, oldest first
    std::vector<InboxFile> gone;
    bool left_out = false;  // there are more
};

InboxLook look_around(const IntakeRooms& rooms, LookRequest request);

}  // namespace uplift::daemon
