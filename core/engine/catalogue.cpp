#include "core/engine/catalogue.hpp"

#include <algorithm>

namespace uplift::engine {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

Fault fault(FaultCode code, std::string what) {
    return Fault{
        .code = code, .where = {}, .what = std::move(what), .cure = std::string(entry_of(code).cure)};
}

const ServicePlan* find_plan(const Sku& sku, std::string_view name) {
    const auto found = std::find_if(sku.plans.begin(), sku.plans.end(), [&](const ServicePlan& plan) {
        return same_name(plan.name, name) || same_name(plan.id.value, name);
    });
    return found == sku.plans.end() ? nullptr : &*found;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
        return lower(x) == lower(y);
    });
}

Result<AssignedLicense> find_license(const LicenseWish& wish, std::span<const Sku> skus) {
    const auto sku = std::find_if(skus.begin(), skus.end(), [&](const Sku& candidate) {
        return same_name(candidate.part_number, wish.sku) || same_name(candidate.id.value, wish.sku) ||
               (!candidate.product_name.empty() && same_name(candidate.product_name, wish.sku));
    });
    if (sku == skus.end())
        return fault(FaultCode::sku_unknown, "the tenant has no licence " + quoted(wish.sku));
    if (!sku->for_users)
        return fault(FaultCode::sku_not_for_users,
                     "licence " + quoted(wish.sku) + " is for the company, not for people");
    if (!sku->assignable)
        return fault(FaultCode::sku_suspended, "licence " + quoted(wish.sku) + " is suspended or expired");

    AssignedLicense license{.sku = sku->id, .disabled_plans = {}};
    if (wish.enabled_plans) {
        std::vector<const ServicePlan*> enabled;
        for (const auto& name : *wish.enabled_plans) {
            const auto* plan = find_plan(*sku, name);
            if (plan == nullptr)
                return fault(FaultCode::plan_unknown,
                             "licence " + quoted(wish.sku) + " has no service plan " + quoted(name));
            enabled.push_back(plan);
        }
        for (const auto& plan : sku->plans)
            if (plan.for_users && std::find(enabled.begin(), enabled.end(), &plan) == enabled.end())
                license.disabled_plans.push_back(plan.id);
    }
    for (const auto& name : wish.disabled_plans) {
        const auto* plan = find_plan(*sku, name);
        if (plan == nullptr)
            return fault(FaultCode::plan_unknown,
                         "licence " + quoted(wish.sku) + " has no service plan " + quoted(name));
        if (!plan->for_users)
            return fault(FaultCode::plan_unknown,
                         "service plan " + quoted(name) + " belongs to the company and cannot be disabled");
        license.disabled_plans.push_back(plan->id);
    }
    std::sort(license.disabled_plans.begin(), license.disabled_plans.end());
    license.disabled_plans.erase(std::unique(license.disabled_plans.begin(), license.disabled_plans.end()),
                                 license.disabled_plans.end());
    return license;
}

Result<std::vector<AssignedLicense>> find_licenses(std::span<const LicenseWish> wishes,
                                                   std::span<const Sku> skus) {
    std::vector<AssignedLicense> licenses;
    for (const auto& wish : wishes) {
        auto license = find_license(wish, skus);
        if (!license) return license.error();
        licenses.push_back(std::move(*license));
    }
    return licenses;
}

bool is_exchange_group(GroupKind kind) {
    return kind == GroupKind::mail_enabled_security || kind == GroupKind::distribution_list;
}

Result<Group> only_group(std::string_view name, std::span<const Group> found) {
    if (found.empty()) return fault(FaultCode::group_not_found, "the tenant has no group " + quoted(name));
    // An id or a mail address is unique and beats a display name of the same text.
    const auto exact = std::find_if(found.begin(), found.end(), [&](const Group& group) {
        return same_name(group.id.value, name) || (!group.mail.empty() && same_name(group.mail, name));
    });
    if (exact == found.end() && found.size() > 1)
        return fault(FaultCode::group_ambiguous,
                     std::to_string(found.size()) + " groups of the tenant are called " + quoted(name));
    const Group& group = exact == found.end() ? found.front() : *exact;
    const auto refuse = [&](FaultCode code) {
        return fault(code, "group " + quoted(name) + " is a " + std::string(word(group.kind)));
    };
    switch (group.kind) {
        case GroupKind::security:
        case GroupKind::microsoft_365:
        case GroupKind::mail_enabled_security:
        case GroupKind::distribution_list:
            return group;
        case GroupKind::dynamic:
            return refuse(FaultCode::group_dynamic);
        case GroupKind::synced:
            return refuse(FaultCode::group_synced);
        case GroupKind::role_assignable:
            return refuse(FaultCode::group_role_assignable);
    }
    return refuse(FaultCode::group_refused);
}

Result<void> check_domain(std::string_view user_principal_name, std::span<const Domain> domains) {
    const auto name = user_principal_name.substr(user_principal_name.find('@') + 1);
    const auto domain = std::find_if(domains.begin(), domains.end(), [&](const Domain& candidate) {
        return same_name(candidate.name, name);
    });
    if (domain == domains.end() || !domain->verified)
        return fault(FaultCode::domain_not_verified,
                     "domain " + quoted(name) + " is not verified in the tenant");
    if (domain->federated)
        return fault(FaultCode::domain_federated, "domain " + quoted(name) + " is federated");
    return boost::system::in_place_value;
}

}  // namespace uplift::engine
