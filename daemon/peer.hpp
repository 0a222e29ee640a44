// The other end of a control connection as the kernel knows it, and the host's groups.
//
// SO_PEERCRED, SO_PEERGROUPS (socket(7)), getpwuid_r, getgrnam_r. Faults: not_allowed.
#pragma once

#include <string>

#include "core/model/job.hpp"
#include "core/model/result.hpp"
#include "daemon/roles.hpp"

namespace uplift::daemon {

Result<PeerIds> peer_of(int socket);

// As of now: groups may come and go while the daemon runs.
HostIds host_ids();

// With the login name, or "uid 1000" where it has none.
Actor actor_of(uid_t uid);

// Whether the user is in the group, by its primary group or by the group's list.
bool is_member(uid_t uid, gid_t group);

}  // namespace uplift::daemon
