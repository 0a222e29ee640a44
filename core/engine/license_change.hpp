// What a person still lacks of the licences planned for them.
//
// Pure. Licences are only ever added: what somebody changed since is left and named.
#pragma once

#include <span>
#include <vector>

#include "core/model/account.hpp"

namespace uplift::engine {

struct LicenseChange {
    std::vector<AssignedLicense> missing;  // to be added
    std::vector<SkuId> differing;          // assigned, but with other disabled plans: left as they are
};

LicenseChange license_change(std::span<const AssignedLicense> planned,
                             std::span<const AssignedLicense> present);

}  // namespace uplift::engine
