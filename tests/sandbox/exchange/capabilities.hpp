// What a user's service plans allow in Exchange Online.
#pragma once

#include <string>
#include <vector>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox::exchange {

struct Capabilities {
    bool mailbox = false;
    bool hold = false;
    bool auto_expanding = false;
    std::vector<std::string> persisted;  // PersistedCapabilities of the mailbox
};

Capabilities capabilities_of(const Tenant& tenant, const User& user);

}  // namespace uplift::sandbox::exchange
