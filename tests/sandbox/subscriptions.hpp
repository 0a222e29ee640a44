// The licences that the tenant owns: products, their service plans, seats owned and used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/message.hpp"
#include "tests/sandbox/sku_catalog.hpp"

namespace uplift::sandbox {

struct ServicePlan {
    std::string id;
    std::string name;
    AppliesTo applies_to = AppliesTo::user;
    std::string provisioning_status = "Success";
};

struct Subscription {
    std::string sku_id;
    std::string part_number;
    std::string subscription_id;
    std::vector<ServicePlan> plans;
    AppliesTo applies_to = AppliesTo::user;
    std::string capability_status = "Enabled";
    std::int64_t enabled = 0;
    std::int64_t warning = 0;
    std::int64_t suspended = 0;
    std::int64_t locked_out = 0;
    std::int64_t consumed = 0;
    std::vector<std::string> prohibited_in;  // usage locations
    // Changes of `consumed` that consumedUnits does not show yet, in order of the time it will.
    std::vector<std::pair<TimePoint, std::int64_t>> unseen;

    void consume(std::int64_t seats, TimePoint now, TimePoint shown_at);
    std::int64_t consumed_units(TimePoint now) const;
    // Graph: enabled and warning units can be given out.
    bool has_free_seat() const { return consumed < enabled + warning; }
    bool is_assignable() const {
        return applies_to == AppliesTo::user &&
               (capability_status == "Enabled" || capability_status == "Warning");
    }
    std::optional<std::uint16_t> plan_with_id(std::string_view id) const;
};

class Subscriptions {
 public:
    std::vector<Subscription> all;

    std::optional<std::uint16_t> with_sku_id(std::string_view id) const;
    std::optional<std::uint16_t> named(std::string_view part_number_or_id) const;
};

// The product as Microsoft publishes it; nothing when the catalogue lacks it.
std::optional<Subscription> from_catalog(std::string_view part_number);

std::string_view word(AppliesTo applies_to);
// The `service` that Graph names in assignedPlans for a service plan.
std::string_view service_of(std::string_view plan_name);
// Whether the plan makes a mailbox.
bool gives_mailbox(std::string_view plan_name);

}  // namespace uplift::sandbox
