// assignLicense, licenseDetails and subscribedSkus.
#include <algorithm>

#include "tests/sandbox/calls.hpp"
#include "tests/sandbox/exchange/mailbox_life.hpp"
#include "tests/sandbox/fault_script.hpp"
#include "tests/sandbox/licence_violations.hpp"
#include "tests/sandbox/licensing.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_view.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

void count_additions(UserFacts& facts, const Subscriptions& subscriptions, const LicenceOrder& order) {
    ++facts.writes.assign_license;
    for (const auto& addition : order.additions) {
        const auto sku = *subscriptions.with_sku_id(addition.sku_id);
        const auto found = std::find_if(facts.times_licensed.begin(),
                                        facts.times_licensed.end(),
                                        [&](const auto& entry) { return entry.first == sku; });
        if (found == facts.times_licensed.end()) {
            facts.times_licensed.emplace_back(sku, 1u);
        } else {
            ++found->second;
        }
    }
}

// What the definition has in store for this user.
void check_planned_errors(Tenant& tenant,
                          UserPosition position,
                          const LicenceOrder& order,
                          const std::string& usage_location) {
    if (order.additions.empty()) return;
    const auto& facts = tenant.directory.facts(position);
    if (!facts.latent_conflict.empty()) throw not_unique("User_" + facts.latent_conflict);
    const std::string upn = lower(tenant.directory.truth(position).value(TextProperty::userPrincipalName));
    for (auto& rule : tenant.settings.licence_errors) {
        if (!glob_matches(lower(rule.users), upn) || rule.times == 0u) continue;
        if (rule.times) --*rule.times;
        throw violation_named(rule.error, order.additions.front().sku_id, usage_location);
    }
}

json subscribed_sku(const Tenant& tenant, const Subscription& subscription, TimePoint now) {
    json plans = json::array();
    for (const auto& plan : subscription.plans)
        plans.push_back({{"servicePlanId", plan.id},
                         {"servicePlanName", plan.name},
                         {"provisioningStatus", plan.provisioning_status},
                         {"appliesTo", word(plan.applies_to)}});
    std::string account = lower(tenant.name);
    for (const auto& domain : tenant.domains)
        if (domain.initial) account = domain.name.substr(0, domain.name.find('.'));
    return {{"id", tenant.id + "_" + subscription.sku_id},
            {"accountName", account},
            {"accountId", tenant.id},
            {"skuId", subscription.sku_id},
            {"skuPartNumber", subscription.part_number},
            {"appliesTo", word(subscription.applies_to)},
            {"capabilityStatus", subscription.capability_status},
            {"consumedUnits", subscription.consumed_units(now)},
            {"prepaidUnits",
             {{"enabled", subscription.enabled},
              {"suspended", subscription.suspended},
              {"warning", subscription.warning},
              {"lockedOut", subscription.locked_out}}},
            {"subscriptionIds", json::array({subscription.subscription_id})},
            {"servicePlans", std::move(plans)}};
}

json only_selected(json object, const std::vector<std::string>& names) {
    if (names.empty()) return object;
    json some = json::object();
    for (const auto& name : names) {
        if (!object.contains(name))
            throw malformed("Parsing OData Select and Expand failed: Could not find a property named '" +
                            name + "' on type 'microsoft.graph.subscribedSku'.");
        some[name] = object[name];
    }
    return some;
}

}  // namespace

Answer assign_license(Call& call) {
    Tenant& tenant = call.tenant;
    const LicenceOrder order = read_licence_order(call.object_body());
    const auto position = writable_user(call, call.ids[0]);
    // The licence service reads a replica: a usage location set a moment ago may not be there yet.
    const std::string location(seen_user(call, call.ids[0]).value(TextProperty::usageLocation));
    User user = tenant.directory.truth(position);
    check_planned_errors(tenant, position, order, location);
    auto licences = licences_after(tenant, user, order, location, call.now);
    settle_seats(tenant, user.licences, licences, call.now);
    user.licences = std::move(licences);
    count_additions(tenant.directory.facts(position), tenant.subscriptions, order);
    Answer answer;
    answer.body = user_view(tenant, user, {});
    answer.body["@odata.context"] = context_url(call, "users/$entity");
    tenant.directory.replace(position, std::move(user), call.now);
    exchange::refresh_mailbox(tenant, position, call.now);
    return answer;
}

Answer list_license_details(Call& call) {
    const auto position = addressed_user(call, call.ids[0]);
    const User& user = seen_user(call, call.ids[0]);
    Answer answer;
    answer.body = {
        {"@odata.context", context_url(call, "users('" + call.ids[0] + "')/licenseDetails")},
        {"value", license_details(call.tenant, user, call.tenant.directory.facts(position), call.now)}};
    return answer;
}

Answer list_subscribed_skus(Call& call) {
    for (const char* option : {"$filter", "$top", "$orderby", "$search"})
        if (call.url.option(option) != nullptr)
            throw malformed("The query option '" + std::string(option) +
                            "' is not supported for this resource.");
    const auto names = selected(call);
    json value = json::array();
    for (const auto& subscription : call.tenant.subscriptions.all)
        value.push_back(only_selected(subscribed_sku(call.tenant, subscription, call.now), names));
    Answer answer;
    answer.body = {{"@odata.context", context_url(call, with_selection("subscribedSkus", names))},
                   {"value", std::move(value)}};
    return answer;
}

Answer get_subscribed_sku(Call& call) {
    const auto& wanted = call.ids[0];
    for (const auto& subscription : call.tenant.subscriptions.all) {
        if (!same_ignoring_case(wanted, call.tenant.id + "_" + subscription.sku_id)) continue;
        Answer answer;
        answer.body = only_selected(subscribed_sku(call.tenant, subscription, call.now), selected(call));
        answer.body["@odata.context"] = context_url(call, "subscribedSkus/$entity");
        return answer;
    }
    throw not_found(wanted);
}

}  // namespace uplift::sandbox
