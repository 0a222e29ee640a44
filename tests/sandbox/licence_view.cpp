// What a user's licences look like in the five places where Graph shows them.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_view.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

bool is_disabled(const Licence& licence, std::size_t plan) {
    return std::find(licence.disabled_plans.begin(), licence.disabled_plans.end(), plan) !=
           licence.disabled_plans.end();
}

json disabled_plan_ids(const Tenant& tenant, const Licence& licence) {
    json ids = json::array();
    for (const auto plan : licence.disabled_plans)
        ids.push_back(tenant.subscriptions.all[licence.sku].plans[plan].id);
    return ids;
}

// Direct and inherited are merged: a plan is off when every licence of the SKU leaves it off.
json disabled_everywhere(const Tenant& tenant, const User& user, std::uint16_t sku) {
    const auto& plans = tenant.subscriptions.all[sku].plans;
    json ids = json::array();
    for (std::size_t i = 0; i < plans.size(); ++i)
        if (std::all_of(user.licences.begin(), user.licences.end(), [&](const Licence& licence) {
                return licence.sku != sku || !licence.counts() || is_disabled(licence, i);
            }))
            ids.push_back(plans[i].id);
    return ids;
}

// Graph's id of a licence detail: the bytes of the SKU's GUID, as base64url. The exact value means nothing.
std::string detail_id(const Tenant& tenant, const Subscription& subscription) {
    std::string digits = tenant.id + subscription.sku_id;
    std::erase(digits, '-');
    return base64url(digits.substr(16, 32)).substr(0, 43);
}

}  // namespace

json assigned_licenses(const Tenant& tenant, const User& user) {
    json list = json::array();
    for (const auto& licence : user.licences) {
        const auto& sku_id = tenant.subscriptions.all[licence.sku].sku_id;
        const bool shown = std::any_of(
            list.begin(), list.end(), [&](const json& entry) { return entry.at("skuId") == sku_id; });
        if (shown || !licence.counts()) continue;
        list.push_back(
            {{"skuId", sku_id}, {"disabledPlans", disabled_everywhere(tenant, user, licence.sku)}});
    }
    return list;
}

json license_assignment_states(const Tenant& tenant, const User& user) {
    json list = json::array();
    for (const auto& licence : user.licences)
        list.push_back(
            {{"skuId", tenant.subscriptions.all[licence.sku].sku_id},
             {"assignedByGroup", licence.by_group.empty() ? json(nullptr) : json(licence.by_group)},
             {"disabledPlans", disabled_plan_ids(tenant, licence)},
             {"state", licence.counts() ? "Active" : "Error"},
             {"error", licence.counts() ? "None" : licence.error},
             {"lastUpdatedDateTime", utc(licence.assigned_at)}});
    return list;
}

json assigned_plans(const Tenant& tenant, const User& user) {
    json list = json::array();
    for (const auto& licence : user.licences) {
        if (!licence.counts()) continue;
        const auto& subscription = tenant.subscriptions.all[licence.sku];
        for (std::size_t i = 0; i < subscription.plans.size(); ++i) {
            const auto& plan = subscription.plans[i];
            list.push_back({{"assignedDateTime", utc(licence.assigned_at)},
                            {"capabilityStatus", is_disabled(licence, i) ? "Deleted" : "Enabled"},
                            {"service", service_of(plan.name)},
                            {"servicePlanId", plan.id}});
        }
    }
    return list;
}

json provisioned_plans(const Tenant& tenant, const User& user) {
    std::map<std::string_view, bool> services;
    for (const auto& licence : user.licences) {
        if (!licence.counts()) continue;
        const auto& subscription = tenant.subscriptions.all[licence.sku];
        for (std::size_t i = 0; i < subscription.plans.size(); ++i)
            if (!is_disabled(licence, i)) services[service_of(subscription.plans[i].name)] = true;
    }
    json list = json::array();
    for (const auto& [service, enabled] : services)
        list.push_back(
            {{"capabilityStatus", "Enabled"}, {"provisioningStatus", "Success"}, {"service", service}});
    return list;
}

json license_details(const Tenant& tenant, const User& user, const UserFacts& facts, TimePoint now) {
    json list = json::array();
    const bool mailbox_pending = facts.mailbox_at && *facts.mailbox_at > now;
    for (const auto& licence : user.licences) {
        if (!licence.counts()) continue;
        const auto& subscription = tenant.subscriptions.all[licence.sku];
        json plans = json::array();
        for (std::size_t i = 0; i < subscription.plans.size(); ++i) {
            const auto& plan = subscription.plans[i];
            const bool pending = mailbox_pending && gives_mailbox(plan.name);
            const std::string status = is_disabled(licence, i) ? "Disabled"
                                       : pending               ? "PendingProvisioning"
                                                               : plan.provisioning_status;
            plans.push_back({{"servicePlanId", plan.id},
                             {"servicePlanName", plan.name},
                             {"provisioningStatus", status},
                             {"appliesTo", word(plan.applies_to)}});
        }
        list.push_back({{"id", detail_id(tenant, subscription)},
                        {"skuId", subscription.sku_id},
                        {"skuPartNumber", subscription.part_number},
                        {"servicePlans", std::move(plans)}});
    }
    return list;
}

}  // namespace uplift::sandbox
