#include "tests/sandbox/licensing.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "tests/sandbox/licence_violations.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

// A small part of Microsoft's rules between service plans, by plan name.
struct Dependency {
    std::string_view plan;
    std::vector<std::string_view> needs_one_of;
};
const Dependency dependencies[] = {
    {"THREAT_INTELLIGENCE", {"EXCHANGE_S_ENTERPRISE"}},
    {"EXCHANGE_S_ARCHIVE_ADDON", {"EXCHANGE_S_STANDARD", "EXCHANGE_S_DESKLESS", "EXCHANGE_S_ENTERPRISE"}},
    {"MCOMEETADV", {"MCOSTANDARD"}},
    {"MCOEV", {"MCOSTANDARD"}},
};
struct Exclusion {
    std::string_view one;
    std::string_view other;
};
constexpr Exclusion exclusions[] = {
    {"EXCHANGE_S_ENTERPRISE", "EXCHANGE_S_STANDARD"},
    {"SHAREPOINTENTERPRISE", "SHAREPOINTSTANDARD"},
};

std::string guid_in(const json& value) {
    if (!value.is_string() || !is_guid(value.get_ref<const std::string&>()))
        throw malformed("Cannot convert the literal '" +
                        (value.is_string() ? value.get<std::string>() : value.dump()) +
                        "' to the expected type 'Edm.Guid'.");
    return lower(value.get<std::string>());
}

const json& array_in(const json& body, const char* name) {
    const auto found = body.find(name);
    if (found == body.end() || found->is_null())
        throw bad_request(
            "One or more parameters of the operation 'assignLicense' are missing from the request payload. "
            "The "
            "missing parameters are: " +
            std::string(name) + ".");
    if (!found->is_array())
        throw malformed("Cannot convert a primitive value to the expected type 'Collection'.");
    return *found;
}

std::string plan_id(const Tenant& tenant, std::string_view name) {
    for (const auto& subscription : tenant.subscriptions.all)
        for (const auto& plan : subscription.plans)
            if (plan.name == name) return plan.id;
    for (const auto& plan : catalog_plans())
        if (plan.name == name) return std::string(plan.id);
    return std::string(name);
}

void check_plans_together(const Tenant& tenant, const std::vector<Licence>& licences) {
    std::set<std::string_view> enabled;
    for (const auto& licence : licences) {
        if (!licence.counts()) continue;
        const auto& plans = tenant.subscriptions.all[licence.sku].plans;
        for (std::size_t i = 0; i < plans.size(); ++i)
            if (std::find(licence.disabled_plans.begin(), licence.disabled_plans.end(), i) ==
                licence.disabled_plans.end())
                enabled.insert(plans[i].name);
    }
    for (const auto& rule : exclusions)
        if (enabled.count(rule.one) != 0 && enabled.count(rule.other) != 0)
            throw mutually_exclusive(plan_id(tenant, rule.one), plan_id(tenant, rule.other));
    for (const auto& rule : dependencies) {
        if (enabled.count(rule.plan) == 0) continue;
        const bool met = std::any_of(rule.needs_one_of.begin(), rule.needs_one_of.end(), [&](auto needed) {
            return enabled.count(needed) != 0;
        });
        if (met) continue;
        std::string needed;
        for (const auto name : rule.needs_one_of)
            needed += (needed.empty() ? "" : ",") + plan_id(tenant, name);
        throw depends_on(plan_id(tenant, rule.plan), needed);
    }
}

Licence licence_for(const Tenant& tenant, const LicenceOrder::Addition& addition, TimePoint now) {
    const auto sku = tenant.subscriptions.with_sku_id(addition.sku_id);
    if (!sku || !tenant.subscriptions.all[*sku].is_assignable())
        throw bad_request("License " + addition.sku_id + " does not correspond to a valid company License.");
    Licence licence;
    licence.sku = *sku;
    licence.assigned_at = now;
    const auto& subscription = tenant.subscriptions.all[*sku];
    for (const auto& id : addition.disabled_plans) {
        const auto plan = subscription.plan_with_id(id);
        if (!plan)
            throw bad_request("License assignment failed because service plan " + id +
                              " is not part of the license " + addition.sku_id + ".");
        if (subscription.plans[*plan].applies_to == AppliesTo::company)
            throw bad_request("License assignment failed because service plan " + id +
                              " applies to the company and cannot be disabled for a user.");
        if (std::find(licence.disabled_plans.begin(), licence.disabled_plans.end(), *plan) ==
            licence.disabled_plans.end())
            licence.disabled_plans.push_back(*plan);
    }
    return licence;
}

void remove_licence(const Tenant& tenant, std::vector<Licence>& licences, const std::string& sku_id) {
    const auto sku = tenant.subscriptions.with_sku_id(sku_id);
    const auto is_it = [&](const Licence& licence) { return sku && licence.sku == *sku; };
    const auto direct = std::find_if(licences.begin(), licences.end(), [&](const Licence& licence) {
        return is_it(licence) && licence.by_group.empty();
    });
    if (direct != licences.end()) {
        licences.erase(direct);
        return;
    }
    if (std::any_of(licences.begin(), licences.end(), is_it))
        throw bad_request(
            "User license is inherited from a group membership and it cannot be removed directly from the "
            "user.");
    throw bad_request("User does not have a corresponding license.");
}

bool has_sku(const std::vector<Licence>& licences, std::uint16_t sku) {
    return std::any_of(licences.begin(), licences.end(), [&](const auto& licence) {
        return licence.sku == sku && licence.counts();
    });
}

void check_location(const Subscription& subscription, std::string_view usage_location) {
    const auto& prohibited = subscription.prohibited_in;
    if (std::find(prohibited.begin(), prohibited.end(), usage_location) != prohibited.end())
        throw prohibited_in(subscription.sku_id, usage_location);
}

}  // namespace

LicenceOrder read_licence_order(const json& body) {
    for (const auto& [key, value] : body.items())
        if (key != "addLicenses" && key != "removeLicenses" && !key.starts_with('@'))
            throw malformed("The parameter '" + key +
                            "' in the request payload is not a valid parameter for the operation "
                            "'assignLicense'.");
    LicenceOrder order;
    for (const auto& entry : array_in(body, "addLicenses")) {
        if (!entry.is_object() || !entry.contains("skuId")) throw missing_value("skuId", "AssignedLicense");
        LicenceOrder::Addition addition;
        for (const auto& [key, value] : entry.items()) {
            if (key == "skuId") {
                addition.sku_id = guid_in(value);
            } else if (key == "disabledPlans" && (value.is_array() || value.is_null())) {
                for (const auto& plan : value) addition.disabled_plans.push_back(guid_in(plan));
            } else {
                throw unknown_property(key, "microsoft.graph.assignedLicense");
            }
        }
        for (const auto& earlier : order.additions)
            if (earlier.sku_id == addition.sku_id)
                throw bad_request("Duplicate license " + addition.sku_id + " in the request.");
        order.additions.push_back(std::move(addition));
    }
    for (const auto& entry : array_in(body, "removeLicenses")) order.removals.push_back(guid_in(entry));
    return order;
}

std::vector<Licence> licences_after(const Tenant& tenant,
                                    const User& user,
                                    const LicenceOrder& order,
                                    std::string_view usage_location,
                                    TimePoint now) {
    std::vector<Licence> licences = user.licences;
    for (const auto& removal : order.removals) remove_licence(tenant, licences, removal);
    for (const auto& addition : order.additions) {
        Licence licence = licence_for(tenant, addition, now);
        if (usage_location.empty())
            throw bad_request("License assignment cannot be done for user with invalid usage location.");
        const auto& subscription = tenant.subscriptions.all[licence.sku];
        if (!has_sku(licences, licence.sku) && !has_sku(user.licences, licence.sku) &&
            !subscription.has_free_seat())
            throw no_seats(subscription.sku_id);
        check_location(subscription, usage_location);
        const auto same = std::find_if(licences.begin(), licences.end(), [&](const Licence& old) {
            return old.sku == licence.sku && old.by_group.empty();
        });
        if (same == licences.end()) {
            licences.push_back(std::move(licence));
        } else {
            // The same SKU again replaces its disabled plans; its date stays.
            same->disabled_plans = std::move(licence.disabled_plans);
        }
    }
    check_plans_together(tenant, licences);
    return licences;
}

std::string violation_of(const Tenant& tenant,
                         const User& user,
                         const std::vector<Licence>& others,
                         const Licence& licence) {
    const auto& subscription = tenant.subscriptions.all[licence.sku];
    std::vector<Licence> together = others;
    together.push_back(licence);
    try {
        if (!has_sku(others, licence.sku) && !subscription.has_free_seat())
            throw no_seats(subscription.sku_id);
        check_location(subscription, user.value(TextProperty::usageLocation));
        check_plans_together(tenant, together);
    } catch (const LicenceRefusal& refusal) {
        return refusal.violation;
    }
    return {};
}

void settle_seats(Tenant& tenant,
                  const std::vector<Licence>& before,
                  const std::vector<Licence>& after,
                  TimePoint now) {
    const auto skus = [](const std::vector<Licence>& licences) {
        std::set<std::uint16_t> set;
        for (const auto& licence : licences)
            if (licence.counts()) set.insert(licence.sku);
        return set;
    };
    const auto had = skus(before);
    const auto has = skus(after);
    const auto change = [&](std::uint16_t sku, std::int64_t seats) {
        const auto shown_at = now + tenant.random.delay(tenant.settings.seat_lag);
        tenant.subscriptions.all[sku].consume(seats, now, shown_at);
    };
    for (const auto sku : had)
        if (has.count(sku) == 0) change(sku, -1);
    for (const auto sku : has)
        if (had.count(sku) == 0) change(sku, 1);
}

}  // namespace uplift::sandbox
