// What a changed configuration changes without a restart, and what it does not.
//
// Pure.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace uplift::daemon {

// In words, each naming its key: what differs and comes into force with a restart only. Profiles, secrets,
// certificates and the addresses of directories and tenants are not here: a reload applies them.
std::vector<std::string> needs_restart(const config::Config& before, const config::Config& after);

}  // namespace uplift::daemon
