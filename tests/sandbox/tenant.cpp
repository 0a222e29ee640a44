#include "tests/sandbox/tenant.hpp"

#include <algorithm>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {

bool Domain::is_accepted() const {
    return accepted.value_or(verified &&
                             std::find(services.begin(), services.end(), "Email") != services.end());
}

const Domain* Tenant::domain(std::string_view wanted) const {
    for (const auto& domain : domains)
        if (same_ignoring_case(domain.name, wanted)) return &domain;
    return nullptr;
}

App* Tenant::app(std::string_view client_id) {
    for (auto& app : apps)
        if (same_ignoring_case(app.client_id, client_id)) return &app;
    return nullptr;
}

std::optional<std::string> Tenant::address_holder(std::string_view address,
                                                  std::string_view except_user) const {
    if (const auto user = directory.holder(Key::address, address, Presence::active))
        if (directory.truth(*user).id != except_user) return "User_" + directory.truth(*user).id;
    const auto holds = [&](const std::vector<std::string>& proxies) {
        return std::any_of(proxies.begin(), proxies.end(), [&](const auto& proxy) {
            return same_ignoring_case(without_prefix(proxy), address);
        });
    };
    for (GroupPosition i = 0; i < groups.size(); ++i)
        if (holds(groups.at(i).proxy_addresses)) return "Group_" + groups.at(i).id;
    for (const auto& contact : contacts)
        if (holds(contact.proxy_addresses)) return "Contact_" + contact.id;
    return std::nullopt;
}

}  // namespace uplift::sandbox
