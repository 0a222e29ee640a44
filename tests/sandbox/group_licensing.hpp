// Licences that come with a group: given on joining, taken on leaving; what cannot be given stands at the
// user as an error, as in licenseAssignmentStates.
#pragma once

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox {

void inherit_licences(Tenant& tenant, GroupPosition group, UserPosition user, TimePoint now);
void disinherit_licences(Tenant& tenant, GroupPosition group, UserPosition user, TimePoint now);

}  // namespace uplift::sandbox
