// What an LDAP search must ask for so that a profile can judge and plan a person.
//
// Pure. Beside objectGUID and distinguishedName, which every search reads.
#pragma once

#include <string>
#include <vector>

#include "core/model/profile.hpp"

namespace uplift::profile {

// Each name once. `overrides`: a row's own `upn` may be a template too. Templates that do not parse name
// nothing: plan_account reports them.
std::vector<std::string> attributes_needed(const Profile& profile, const Overrides& overrides = {});

}  // namespace uplift::profile
