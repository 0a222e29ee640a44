#include "tests/sandbox/subscriptions.hpp"

#include <algorithm>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {

void Subscription::consume(std::int64_t seats, TimePoint now, TimePoint shown_at) {
    consumed += seats;
    std::erase_if(unseen, [&](const auto& change) { return change.first <= now; });
    // A count never shows a later change before an earlier one.
    if (!unseen.empty()) shown_at = std::max(shown_at, unseen.back().first);
    if (shown_at > now) unseen.emplace_back(shown_at, seats);
}

std::int64_t Subscription::consumed_units(TimePoint now) const {
    std::int64_t shown = consumed;
    for (const auto& [at, seats] : unseen)
        if (at > now) shown -= seats;
    return shown;
}

std::optional<std::uint16_t> Subscription::plan_with_id(std::string_view wanted) const {
    for (std::size_t i = 0; i < plans.size(); ++i)
        if (same_ignoring_case(plans[i].id, wanted)) return static_cast<std::uint16_t>(i);
    return std::nullopt;
}

std::optional<std::uint16_t> Subscriptions::with_sku_id(std::string_view id) const {
    for (std::size_t i = 0; i < all.size(); ++i)
        if (same_ignoring_case(all[i].sku_id, id)) return static_cast<std::uint16_t>(i);
    return std::nullopt;
}

std::optional<std::uint16_t> Subscriptions::named(std::string_view part_number_or_id) const {
    for (std::size_t i = 0; i < all.size(); ++i)
        if (same_ignoring_case(all[i].part_number, part_number_or_id)) return static_cast<std::uint16_t>(i);
    return with_sku_id(part_number_or_id);
}

std::optional<Subscription> from_catalog(std::string_view part_number) {
    for (const auto& product : catalog_skus()) {
        if (!same_ignoring_case(product.part_number, part_number)) continue;
        Subscription subscription;
        subscription.sku_id = product.id;
        subscription.part_number = product.part_number;
        for (const auto& position : split(product.plans, ' ')) {
            const auto& plan = catalog_plans()[static_cast<std::size_t>(std::stoul(position))];
            // INTUNE_O365 waits for a first device in nearly every tenant.
            const std::string status = plan.name == "INTUNE_O365" ? "PendingActivation" : "Success";
            ServicePlan copy{std::string(plan.id), std::string(plan.name), plan.applies_to, status};
            subscription.plans.push_back(std::move(copy));
        }
        return subscription;
    }
    return std::nullopt;
}

std::string_view word(AppliesTo applies_to) { return applies_to == AppliesTo::user ? "User" : "Company"; }

std::string_view service_of(std::string_view plan_name) {
    struct Row {
        std::string_view prefix;
        std::string_view service;
    };
    constexpr Row rows[] = {
        {"EXCHANGE_", "exchange"},
        {"SHAREPOINT", "SharePoint"},
        {"MCO", "MicrosoftCommunicationsOnline"},
        {"TEAMS", "TeamspaceAPI"},
        {"AAD_", "AADPremiumService"},
        {"RMS_", "RMSOnline"},
        {"YAMMER", "YammerEnterprise"},
        {"OFFICE", "MicrosoftOffice"},
        {"INTUNE", "SCO"},
        {"FLOW", "ProcessSimple"},
        {"POWERAPPS", "PowerAppsService"},
        {"SWAY", "Sway"},
        {"STREAM", "MicrosoftStream"},
        {"PROJECT", "ProjectWorkManagement"},
        {"WIN", "WindowsDefenderATP"},
    };
    for (const auto& row : rows)
        if (plan_name.starts_with(row.prefix)) return row.service;
    return "To-Do";
}

bool gives_mailbox(std::string_view plan_name) {
    return plan_name == "EXCHANGE_S_ENTERPRISE" || plan_name == "EXCHANGE_S_STANDARD" ||
           plan_name == "EXCHANGE_S_DESKLESS" || plan_name == "EXCHANGE_L_STANDARD";
}

}  // namespace uplift::sandbox
