// -EmailAddresses of Set-Mailbox: added to, taken from, or the whole list replaced.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox::exchange {

struct AddressChange {
    std::vector<std::string> after;
    std::vector<std::string> added;  // those that were not there, as given
    std::vector<std::string> removed;
    bool replaced_all = false;
};

// Judges the whole change first: all or nothing. Throws the fault of the first address that will not do.
AddressChange changed_addresses(const Tenant& tenant, UserPosition user, const nlohmann::json& value);

}  // namespace uplift::sandbox::exchange
