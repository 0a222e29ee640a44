#include "tests/sandbox/exchange/capabilities.hpp"

#include <algorithm>

namespace uplift::sandbox::exchange {
namespace {

struct PlanRow {
    std::string_view plan;
    std::string_view capability;  // PersistedCapabilities
    bool hold;                    // Plan 2, or the archiving add-on beside a smaller plan
    bool auto_expanding;
};
constexpr PlanRow plans[] = {
    {"EXCHANGE_S_ENTERPRISE", "BPOS_S_Enterprise", true, true},
    {"EXCHANGE_S_STANDARD", "BPOS_S_Standard", false, false},
    {"EXCHANGE_S_DESKLESS", "BPOS_S_Deskless", false, false},
    {"EXCHANGE_L_STANDARD", "BPOS_L_Standard", false, false},
    {"EXCHANGE_S_ARCHIVE_ADDON", "BPOS_S_ArchiveAddOn", true, true},
    {"EXCHANGE_S_ARCHIVE", "BPOS_S_Archive", false, false},
};

const PlanRow* row_named(std::string_view plan) {
    for (const auto& row : plans)
        if (row.plan == plan) return &row;
    return nullptr;
}

}  // namespace

Capabilities capabilities_of(const Tenant& tenant, const User& user) {
    Capabilities all;
    for (const auto& licence : user.licences) {
        if (!licence.counts()) continue;
        const auto& enabled = tenant.subscriptions.all[licence.sku].plans;
        for (std::size_t i = 0; i < enabled.size(); ++i) {
            const auto& disabled = licence.disabled_plans;
            if (std::find(disabled.begin(), disabled.end(), i) != disabled.end()) continue;
            if (gives_mailbox(enabled[i].name)) all.mailbox = true;
            const PlanRow* row = row_named(enabled[i].name);
            if (row == nullptr) continue;
            all.hold = all.hold || row->hold;
            all.auto_expanding = all.auto_expanding || row->auto_expanding;
            const std::string capability(row->capability);
            if (std::find(all.persisted.begin(), all.persisted.end(), capability) == all.persisted.end())
                all.persisted.push_back(capability);
        }
    }
    all.hold = all.hold && all.mailbox;
    all.auto_expanding = all.auto_expanding && all.mailbox;
    return all;
}

}  // namespace uplift::sandbox::exchange
