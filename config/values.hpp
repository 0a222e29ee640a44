// The configuration in force, key by key: what somebody wrote with its place, and the defaults of all else.
//
// Pure. Secrets stay references: where one is kept is shown, never what it is.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace uplift::config {

struct ValueInForce {
    std::string key;     // profile.staff.domain
    std::string text;    // as TOML
    std::string origin;  // /etc/uplift/uplift.toml:31:1, or "default"
};

// Sorted by key. Defaults of the tables that are there: directories, tenants, profiles, service, handover.
std::vector<ValueInForce> values_in_force(const Config& config);

}  // namespace uplift::config
