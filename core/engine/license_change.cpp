#include "core/engine/license_change.hpp"

#include <algorithm>

namespace uplift::engine {

LicenseChange license_change(std::span<const AssignedLicense> planned,
                             std::span<const AssignedLicense> present) {
    LicenseChange change;
    for (const auto& wish : planned) {
        const auto found = std::find_if(present.begin(), present.end(), [&](const AssignedLicense& assigned) {
            return assigned.sku == wish.sku;
        });
        if (found == present.end()) {
            change.missing.push_back(wish);
        } else if (!std::is_permutation(found->disabled_plans.begin(),
                                        found->disabled_plans.end(),
                                        wish.disabled_plans.begin(),
                                        wish.disabled_plans.end())) {
            change.differing.push_back(wish.sku);
        }
    }
    return change;
}

}  // namespace uplift::engine
