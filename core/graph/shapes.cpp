#include "core/graph/shapes.hpp"

#include <algorithm>

#include "core/model/guid.hpp"

namespace uplift::graph {
namespace {

std::optional<std::string> guid_of(const json::Value& object, std::string_view name) {
    const auto text = object.get_string(name);
    if (!text || !is_guid_text(*text)) return std::nullopt;
    std::string out(*text);
    for (char& letter : out)
        if (letter >= 'A' && letter <= 'F') letter = static_cast<char>(letter - 'A' + 'a');
    return out;
}

std::string text_of(const json::Value& object, std::string_view name) {
    return std::string(object.get_string(name).value_or(""));
}

GroupKind kind_of(const json::Value& group) {
    const auto is = [&](std::string_view name) { return group.get_bool(name).value_or(false); };
    const auto has_type = [&](std::string_view wanted) {
        const auto* types = group.find("groupTypes");
        return types != nullptr && std::any_of(types->items().begin(),
                                               types->items().end(),
                                               [&](const auto& one) { return one.as_string() == wanted; });
    };
    // What must not be touched comes first.
    if (is("onPremisesSyncEnabled")) return GroupKind::synced;
    if (is("isAssignableToRole")) return GroupKind::role_assignable;
    if (has_type("DynamicMembership")) return GroupKind::dynamic;
    if (has_type("Unified")) return GroupKind::microsoft_365;
    if (!is("mailEnabled")) return GroupKind::security;
    return is("securityEnabled") ? GroupKind::mail_enabled_security : GroupKind::distribution_list;
}

// Given by groups only. Graph: assignedByGroup names the group; a direct one that is in error is not in
// force.
bool is_inherited(const json::Value& user, std::string_view sku) {
    const auto* states = user.find("licenseAssignmentStates");
    if (states == nullptr) return false;
    bool by_group = false;
    for (const auto& state : states->items()) {
        const auto of = guid_of(state, "skuId");
        if (!of || *of != sku) continue;
        if (state.get_string("assignedByGroup"))
            by_group = true;
        else if (text_of(state, "state") != "Error")
            return false;
    }
    return by_group;
}

}  // namespace

std::optional<Account> account_in(const json::Value& user) {
    const auto id = guid_of(user, "id");
    const auto upn = user.get_string("userPrincipalName");
    if (!id || !upn || upn->empty()) return std::nullopt;
    Account account;
    account.id = ObjectId{*id};
    account.user_principal_name = std::string(*upn);
    account.anchor = Anchor::from_text(text_of(user, "onPremisesImmutableId"));
    account.usage_location = text_of(user, "usageLocation");
    account.account_enabled = user.get_bool("accountEnabled").value_or(true);
    account.created_at = parse_rfc3339(text_of(user, "createdDateTime"));
    return account;
}

std::optional<std::vector<AssignedLicense>> licenses_in(const json::Value& user) {
    const auto* assigned = user.find("assignedLicenses");
    if (assigned == nullptr || !assigned->is_array()) return std::nullopt;
    std::vector<AssignedLicense> licenses;
    for (const auto& one : assigned->items()) {
        const auto sku = guid_of(one, "skuId");
        if (!sku) return std::nullopt;
        AssignedLicense license{
            .sku = SkuId{*sku}, .disabled_plans = {}, .inherited = is_inherited(user, *sku)};
        if (const auto* plans = one.find("disabledPlans"))
            for (const auto& plan : plans->items()) {
                const auto text = plan.as_string();
                const auto guid = text ? parse_guid(*text) : std::nullopt;
                if (!guid) return std::nullopt;
                license.disabled_plans.emplace_back(to_string(*guid));
            }
        licenses.push_back(std::move(license));
    }
    return licenses;
}

std::optional<Sku> sku_in(const json::Value& subscribed_sku) {
    const auto id = guid_of(subscribed_sku, "skuId");
    const auto part_number = subscribed_sku.get_string("skuPartNumber");
    const auto* units = subscribed_sku.find("prepaidUnits");
    const auto used = subscribed_sku.get_int("consumedUnits");
    if (!id || !part_number || units == nullptr || !used) return std::nullopt;
    Sku sku;
    sku.id = SkuId{*id};
    sku.part_number = std::string(*part_number);
    sku.owned = units->get_int("enabled").value_or(0) + units->get_int("warning").value_or(0);
    sku.used = *used;
    sku.for_users = text_of(subscribed_sku, "appliesTo") == "User";
    const auto status = text_of(subscribed_sku, "capabilityStatus");
    sku.assignable = status == "Enabled" || status == "Warning";
    if (const auto* plans = subscribed_sku.find("servicePlans"))
        for (const auto& one : plans->items()) {
            const auto plan = guid_of(one, "servicePlanId");
            if (!plan) return std::nullopt;
            sku.plans.push_back(ServicePlan{.id = PlanId{*plan},
                                            .name = text_of(one, "servicePlanName"),
                                            .for_users = text_of(one, "appliesTo") == "User"});
        }
    return sku;
}

std::optional<Domain> domain_in(const json::Value& domain) {
    const auto name = domain.get_string("id");
    if (!name || name->empty()) return std::nullopt;
    return Domain{.name = std::string(*name),
                  .verified = domain.get_bool("isVerified").value_or(false),
                  .federated = text_of(domain, "authenticationType") == "Federated"};
}

std::optional<Group> group_in(const json::Value& group) {
    const auto id = guid_of(group, "id");
    if (!id) return std::nullopt;
    return Group{.id = GroupId{*id},
                 .display_name = text_of(group, "displayName"),
                 .mail = text_of(group, "mail"),
                 .kind = kind_of(group)};
}

std::optional<Holder> holder_in(const json::Value& object, HolderKind kind) {
    auto id = id_in(object);
    if (!id) return std::nullopt;
    Holder holder{.id = std::move(*id), .kind = kind, .name = ""};
    for (const auto* property : {"userPrincipalName", "mail", "displayName"})
        if (holder.name.empty()) holder.name = text_of(object, property);
    return holder;
}

std::optional<ObjectId> id_in(const json::Value& object) {
    auto id = guid_of(object, "id");
    if (!id) return std::nullopt;
    return ObjectId{std::move(*id)};
}

std::optional<TimePoint> sign_in_in(const json::Value& user) {
    std::optional<TimePoint> latest;
    for (const auto* property :
         {"lastSignInDateTime", "lastNonInteractiveSignInDateTime", "lastSuccessfulSignInDateTime"})
        if (const auto* text = user.find("signInActivity", property))
            if (const auto at = parse_rfc3339(text->as_string().value_or(""));
                at && (!latest || *at > *latest))
                latest = at;
    return latest;
}

}  // namespace uplift::graph
