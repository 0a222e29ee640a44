#include "tests/sandbox/licence_violations.hpp"

#include <algorithm>

namespace uplift::sandbox {
namespace {

constexpr std::string_view violations[] = {"CountViolation",
                                           "MutuallyExclusiveViolation",
                                           "DependencyViolation",
                                           "ProhibitedInUsageLocationViolation",
                                           "UniquenessViolation",
                                           "Other"};

constexpr std::string_view some_plan = "efb87545-963c-4e0d-99df-69c6916d9eb0";
constexpr std::string_view other_plan = "9aaf7827-d63c-4b61-89c3-182f06f82e5c";

LicenceRefusal violation(std::string_view word, std::string text) {
    return {bad_request(std::move(text)), std::string(word)};
}

}  // namespace

LicenceRefusal no_seats(std::string_view sku_id) {
    return violation(
        "CountViolation",
        "Subscription with SKU " + std::string(sku_id) + " does not have any available licenses.");
}

LicenceRefusal mutually_exclusive(std::string_view plan, std::string_view another) {
    return violation("MutuallyExclusiveViolation",
                     "License assignment failed because service plans " + std::string(plan) + ", " +
                         std::string(another) + " are mutually exclusive.");
}

LicenceRefusal depends_on(std::string_view plan, std::string_view needed) {
    return violation("DependencyViolation",
                     "License assignment failed because service plan " + std::string(plan) +
                         " depends on the service plan(s) " + std::string(needed));
}

LicenceRefusal prohibited_in(std::string_view sku_id, std::string_view usage_location) {
    return violation("ProhibitedInUsageLocationViolation",
                     "License assignment failed because license " + std::string(sku_id) +
                         " is prohibited in usage location " + std::string(usage_location) + ".");
}

LicenceRefusal not_unique(std::string_view holder) {
    return {conflict("proxyAddresses", holder), "UniquenessViolation"};
}

LicenceRefusal other_violation() {
    return violation("Other", "License assignment failed because of an error in one of the services.");
}

bool is_violation(std::string_view word) {
    return std::find(std::begin(violations), std::end(violations), word) != std::end(violations);
}

LicenceRefusal violation_named(std::string_view word,
                               std::string_view sku_id,
                               std::string_view usage_location) {
    if (word == "CountViolation") return no_seats(sku_id);
    if (word == "MutuallyExclusiveViolation") return mutually_exclusive(some_plan, other_plan);
    if (word == "DependencyViolation") return depends_on(other_plan, some_plan);
    if (word == "ProhibitedInUsageLocationViolation") return prohibited_in(sku_id, usage_location);
    if (word == "UniquenessViolation") return not_unique("User_00000000-0000-4000-8000-00000000dead");
    return other_violation();
}

}  // namespace uplift::sandbox
