// One object in the bin: read, restore, purge.
#include "tests/sandbox/calls.hpp"
#include "tests/sandbox/exchange/mailbox_life.hpp"
#include "tests/sandbox/licensing.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_body.hpp"
#include "tests/sandbox/user_rules.hpp"
#include "tests/sandbox/user_view.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

UserPosition user_in_bin(const Call& call) {
    const auto position = call.tenant.directory.holder(Key::id, call.ids[0], Presence::in_bin);
    if (!position) throw not_found(call.ids[0]);
    return *position;
}

std::string name_before_bin(const User& user) {
    std::string digits = user.id;
    std::erase(digits, '-');
    const std::string upn(user.value(TextProperty::userPrincipalName));
    return upn.starts_with(digits) ? upn.substr(digits.size()) : upn;
}

constexpr auto kept_in_bin = std::chrono::hours(24 * 30);

void purge(Tenant& tenant, UserPosition position, TimePoint now) {
    User user = tenant.directory.truth(position);
    user.presence = Presence::purged;
    tenant.directory.replace(position, std::move(user), now);
}

void drop_taken_addresses(const Tenant& tenant, User& user) {
    std::erase_if(user.proxy_addresses, [&](const auto& address) {
        return tenant.address_holder(without_prefix(address), user.id).has_value();
    });
}

}  // namespace

Answer get_deleted_item(Call& call) {
    const auto names = selected(call);
    check_user_selection(names);
    Answer answer;
    answer.body = user_view(call.tenant, call.tenant.directory.truth(user_in_bin(call)), names);
    answer.body["@odata.context"] = context_url(call, "directoryObjects/$entity");
    answer.body["@odata.type"] = "#microsoft.graph.user";
    return answer;
}

Answer restore_deleted_item(Call& call) {
    Tenant& tenant = call.tenant;
    const auto position = user_in_bin(call);
    User user = tenant.directory.truth(position);
    if (user.admin) throw denied();
    user.set(TextProperty::userPrincipalName, name_before_bin(user));
    if (call.body.is_object()) {
        for (const auto& [key, value] : call.body.items()) {
            if (key == "newUserPrincipalName" && value.is_string()) {
                check_user_principal_name(value.get<std::string>());
                user.set(TextProperty::userPrincipalName, value.get<std::string>());
                check_domain(tenant, user);
            } else if (key == "autoReconcileProxyConflict" && value.is_boolean()) {
                if (value.get<bool>()) drop_taken_addresses(tenant, user);
            } else {
                throw malformed(
                    "The parameter '" + key +
                    "' in the request payload is not a valid parameter for the operation 'restore'.");
            }
        }
    }
    user.presence = Presence::active;
    check_unique(tenant, user);
    settle_seats(tenant, {}, user.licences, call.now);
    ++tenant.directory.facts(position).writes.restore;
    Answer answer;
    answer.body = {{"@odata.context", context_url(call, "directoryObjects/$entity")},
                   {"@odata.type", "#microsoft.graph.user"},
                   {"id", user.id},
                   {"displayName", user.value(TextProperty::displayName)},
                   {"userPrincipalName", user.value(TextProperty::userPrincipalName)}};
    tenant.directory.replace(position, std::move(user), call.now);
    exchange::refresh_mailbox(tenant, position, call.now);
    return answer;
}

Answer purge_deleted_item(Call& call) {
    purge(call.tenant, user_in_bin(call), call.now);
    return no_content();
}

void empty_bin(Tenant& tenant, TimePoint now) {
    while (!tenant.bin.empty() && tenant.bin.begin()->first + kept_in_bin <= now) {
        const auto [deleted_at, position] = *tenant.bin.begin();
        tenant.bin.erase(tenant.bin.begin());
        const User& user = tenant.directory.truth(position);
        // Restored meanwhile, and perhaps deleted again: then a later entry is the right one.
        if (user.presence == Presence::in_bin && user.deleted_at == deleted_at) purge(tenant, position, now);
    }
}

}  // namespace uplift::sandbox
