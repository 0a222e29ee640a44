// Real products by part number, for definitions that name a SKU without listing its service plans.
#pragma once

#include <span>
#include <string_view>

namespace uplift::sandbox {

enum class AppliesTo { user, company };

struct CatalogPlan {
    std::string_view name;
    std::string_view id;
    AppliesTo applies_to;
};

struct CatalogSku {
    std::string_view part_number;
    std::string_view id;
    std::string_view plans;  // positions in catalog_plans(), decimal, a blank between
};

std::span<const CatalogPlan> catalog_plans();
std::span<const CatalogSku> catalog_skus();

}  // namespace uplift::sandbox
