#include "core/engine/feasibility.hpp"

#include <algorithm>
#include <array>

#include "core/engine/catalogue.hpp"
#include "core/engine/step_change.hpp"

namespace uplift::engine {
namespace {

struct PlanRights {
    std::string_view plan;
    bool mailbox, hold, archive;
};
constexpr std::array plan_rights{
    PlanRights{"EXCHANGE_S_ENTERPRISE", true, true, true},
    PlanRights{"EXCHANGE_S_ENTERPRISE_GOV", true, true, true},
    PlanRights{"EXCHANGE_S_STANDARD", true, false, true},
    PlanRights{"EXCHANGE_S_STANDARD_GOV", true, false, true},
    PlanRights{"EXCHANGE_L_STANDARD", true, false, false},
    PlanRights{"EXCHANGE_S_DESKLESS", true, false, false},
    PlanRights{"EXCHANGE_S_DESKLESS_GOV", true, false, false},
    // Add-ons: nothing by themselves, hold and archive beside a plan with a mailbox.
    PlanRights{"EXCHANGE_S_ARCHIVE_ADDON", false, true, true},
};

Fault never(FaultCode code, std::string what) { return plain_fault(code, std::move(what)); }

std::string_view domain_of(std::string_view address) { return address.substr(address.find('@') + 1); }

bool has(std::span<const std::string> names, std::string_view name) {
    return std::any_of(
        names.begin(), names.end(), [&](const std::string& one) { return same_name(one, name); });
}

}  // namespace

MailboxRights mailbox_rights(std::span<const AssignedLicense> licenses, std::span<const Sku> skus) {
    MailboxRights rights;
    for (const auto& license : licenses) {
        const auto sku =
            std::find_if(skus.begin(), skus.end(), [&](const Sku& one) { return one.id == license.sku; });
        if (sku == skus.end()) continue;
        for (const auto& plan : sku->plans) {
            const auto& off = license.disabled_plans;
            if (std::find(off.begin(), off.end(), plan.id) != off.end()) continue;
            const auto known = std::find_if(plan_rights.begin(), plan_rights.end(), [&](const auto& entry) {
                return same_name(entry.plan, plan.name);
            });
            if (known == plan_rights.end()) continue;
            rights.mailbox = rights.mailbox || known->mailbox;
            rights.hold = rights.hold || known->hold;
            rights.archive = rights.archive || known->archive;
        }
    }
    return rights;
}

std::optional<bool> allows_hold(const std::vector<std::string>& capabilities) {
    if (capabilities.empty()) return std::nullopt;
    constexpr std::array<std::string_view, 5> allowing{"BPOS_S_Enterprise",
                                                       "EXCHANGE_S_ENTERPRISE",
                                                       "BPOS_S_ArchiveAddOn",
                                                       "EXCHANGE_S_ARCHIVE_ADDON",
                                                       "BPOS_S_DlpAddOn"};
    return std::any_of(
        allowing.begin(), allowing.end(), [&](std::string_view name) { return has(capabilities, name); });
}

bool wants_mailbox(const PlannedAccount& plan) {
    return !plan.aliases.empty() || plan.litigation_hold.has_value() || plan.archive;
}

Result<void> check_mailbox_settings(const PlannedAccount& plan, const MailboxRights& rights) {
    if (plan.mailbox_on_premises && rights.mailbox)
        return never(
            FaultCode::mailbox_on_premises,
            "the person has a mailbox on premises, and a licence of the plan would make a second one");
    if (wants_mailbox(plan) && !rights.mailbox)
        return never(FaultCode::no_mailbox_licensed,
                     "mailbox settings are planned, but no planned licence has an Exchange plan that is on");
    if (plan.litigation_hold && !rights.hold)
        return never(FaultCode::hold_not_licensed,
                     "a litigation hold is planned, but no planned licence allows one");
    if (plan.archive && !rights.archive)
        return never(FaultCode::archive_not_licensed,
                     "an archive is planned, but no planned licence allows one");
    return boost::system::in_place_value;
}

Result<void> check_alias_domains(const PlannedAccount& plan, std::span<const std::string> accepted) {
    for (const auto& alias : plan.aliases)
        if (!has(accepted, domain_of(alias)))
            return never(FaultCode::alias_domain,
                         "the alias \"" + alias + "\" has a domain that Exchange Online does not accept");
    return boost::system::in_place_value;
}

Result<void> check_cmdlets(const PlannedAccount& plan, std::span<const std::string> cmdlets) {
    const auto missing = [&](std::string_view cmdlet) -> std::optional<Fault> {
        if (has(cmdlets, cmdlet)) return std::nullopt;
        return never(FaultCode::exchange_cmdlet_missing, "the app may not run " + std::string(cmdlet));
    };
    if (!wants_mailbox(plan)) return boost::system::in_place_value;
    if (auto fault = missing("Get-Mailbox")) return *fault;
    if (!plan.aliases.empty() || plan.litigation_hold)
        if (auto fault = missing("Set-Mailbox")) return *fault;
    if (plan.archive)
        if (auto fault = missing("Enable-Mailbox")) return *fault;
    return boost::system::in_place_value;
}

}  // namespace uplift::engine
