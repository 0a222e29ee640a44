// Microsoft's six licence errors: the word of licenseAssignmentStates and the refusal of assignLicense.
#pragma once

#include <string>
#include <string_view>

#include "tests/sandbox/refusal.hpp"

namespace uplift::sandbox {

// A refusal that has one of the six words.
struct LicenceRefusal : Refusal {
    std::string violation;
};

LicenceRefusal no_seats(std::string_view sku_id);
LicenceRefusal mutually_exclusive(std::string_view plan, std::string_view other_plan);
// `needed`: plan ids with commas between.
LicenceRefusal depends_on(std::string_view plan, std::string_view needed);
LicenceRefusal prohibited_in(std::string_view sku_id, std::string_view usage_location);
LicenceRefusal not_unique(std::string_view holder);
LicenceRefusal other_violation();

bool is_violation(std::string_view word);
// What a definition asks for by its word, for this SKU.
LicenceRefusal violation_named(std::string_view word,
                               std::string_view sku_id,
                               std::string_view usage_location);

}  // namespace uplift::sandbox
