// The tables of the configuration, one function each: what keys they have, their shapes and defaults.
//
// Pure. Each reads what it can, reports the rest to the section's Findings and returns the value with
// defaults in place of what is faulty; the caller uses it only when nothing was reported. References between
// tables are checked by load.cpp. Keys whose work comes later are checked and named in a warning; where
// following the file without them would be dangerous or make the work wrong, they are a fault.
#pragma once

#include <optional>
#include <string>

#include "config/config.hpp"
#include "config/section.hpp"

namespace uplift::config {

struct ReadProfile {
    Profile profile;
    std::optional<SecretRef> typed_password;
};

DirectoryConfig read_directory(Section section, const std::string& name);
TenantConfig read_tenant(Section section, const std::string& name);
ReadProfile read_profile(Section section, const std::string& name);
ServiceConfig read_service(Section section);
HandoverConfig read_handover(Section section);
NotifyConfig read_notify(Section section);

}  // namespace uplift::config
