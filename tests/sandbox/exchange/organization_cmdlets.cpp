// The organisation as Exchange sees it: accepted domains, its name, who has which role.
#include "tests/sandbox/exchange/access.hpp"
#include "tests/sandbox/exchange/cmdlet.hpp"
#include "tests/sandbox/exchange/cmdlet_fault.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {

using nlohmann::json;

NextRow get_accepted_domain(Invocation& call) {
    const auto wanted = call.text("Identity");
    std::vector<json> rows;
    for (const auto& domain : call.tenant.domains) {
        if (!domain.is_accepted() || (!wanted.empty() && !same_ignoring_case(wanted, domain.name))) continue;
        rows.push_back({{"DomainName", domain.name},
                        {"Name", domain.name},
                        {"DomainType", "Authoritative"},
                        {"Default", domain.is_default},
                        {"InitialDomain", domain.initial}});
    }
    if (rows.empty() && !wanted.empty()) throw object_not_found(wanted);
    return rows_of(std::move(rows));
}

NextRow get_organization_config(Invocation& call) {
    std::string name = call.tenant.name;
    for (const auto& domain : call.tenant.domains)
        if (domain.initial) name = domain.name;
    return rows_of({{{"Name", name},
                     {"Identity", name},
                     {"DisplayName", call.tenant.name},
                     {"AutoExpandingArchiveEnabled", false},
                     {"IsDehydrated", false}}});
}

NextRow get_management_role_assignment(Invocation& call) {
    const auto assignee = call.text("RoleAssignee");
    std::vector<json> rows;
    for (const auto& app : call.tenant.apps) {
        if (!assignee.empty() && !same_ignoring_case(assignee, app.object_id) &&
            !same_ignoring_case(assignee, app.client_id))
            continue;
        for (const auto& role : app.exchange_access.roles)
            rows.push_back({{"Role", role},
                            {"RoleAssigneeName", app.object_id},
                            {"RoleAssigneeType", "ServicePrincipal"}});
    }
    return rows_of(std::move(rows));
}

}  // namespace uplift::sandbox::exchange
