// The state of the daemon in one line of words, for `systemctl status`.
//
// Pure. Shorter than a terminal's line where all is well; the first reason where it is not.
#pragma once

#include <string>

#include "daemon/protocol/reply.hpp"

namespace uplift::daemon {

// "ok: 1 job open, 812 people: 3 running, 790 waiting, 19 done"
// "degraded: tenant contoso: UPL-1903 …; nothing to do"
std::string status_line(const protocol::StatusView& view);

}  // namespace uplift::daemon
