// assignLicense: the order that a client sends, what the service refuses of it, and what it makes of the
// user.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox {

struct LicenceOrder {
    struct Addition {
        std::string sku_id;
        std::vector<std::string> disabled_plans;
    };
    std::vector<Addition> additions;
    std::vector<std::string> removals;
};

// Throws when the shape is not Graph's: both arrays are needed.
LicenceOrder read_licence_order(const nlohmann::json& body);

// The licences after the order, or a thrown refusal; nothing is changed. `usage_location` is what the service
// sees, which may be older than the truth. The order is taken whole or not at all.
std::vector<Licence> licences_after(const Tenant& tenant,
                                    const User& user,
                                    const LicenceOrder& order,
                                    std::string_view usage_location,
                                    TimePoint now);

// The word of what speaks against `licence` beside `others`; empty when nothing does.
std::string violation_of(const Tenant& tenant,
                         const User& user,
                         const std::vector<Licence>& others,
                         const Licence& licence);

// Keeps the seat counts in step with a change of one user's licences; consumedUnits follows after seat_lag.
void settle_seats(Tenant& tenant,
                  const std::vector<Licence>& before,
                  const std::vector<Licence>& after,
                  TimePoint now);

}  // namespace uplift::sandbox
