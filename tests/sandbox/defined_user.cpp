// A user of the definition: Graph's property names, taken as they are, and what only a definition can say.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/definition.hpp"
#include "tests/sandbox/definition_keys.hpp"
#include "tests/sandbox/exchange/mailbox_life.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

bool take_flag(User& user, UserFacts& facts, const std::string& key, const json& value) {
    if (key == "accountEnabled") {
        user.account_enabled = value.get<bool>();
    } else if (key == "onPremisesSyncEnabled" || key == "synced") {
        user.synced = value.is_boolean() && value.get<bool>();
    } else if (key == "once_synced") {
        user.once_synced = value.get<bool>();
    } else if (key == "admin") {
        user.admin = value.get<bool>();
        if (user.admin && user.admin_roles.empty()) user.admin_roles.emplace_back("Global Administrator");
    } else if (key == "mailbox_on_premises") {
        facts.mailbox_on_premises = value.get<bool>();
    } else if (key == "latent_conflict") {
        facts.latent_conflict = value.get<std::string>();
    } else {
        return false;
    }
    return true;
}

bool take_list(User& user, const std::string& key, const json& value) {
    if (key == "proxyAddresses") {
        user.proxy_addresses = value.get<std::vector<std::string>>();
    } else if (key == "businessPhones") {
        user.business_phones = value.get<std::vector<std::string>>();
    } else if (key == "otherMails") {
        user.other_mails = value.get<std::vector<std::string>>();
    } else {
        return false;
    }
    return true;
}

void take(
    Tenant& tenant, User& user, UserFacts& facts, const std::string& key, const json& value, TimePoint now) {
    if (key.starts_with('#') || value.is_null()) return;
    if (key == "id") {
        user.id = lower(value.get<std::string>());
    } else if (const auto* row = text_property_named(key)) {
        user.set(row->property, value.get<std::string>());
    } else if (key == "directory_roles") {
        user.admin_roles = value.get<std::vector<std::string>>();
        user.admin = !user.admin_roles.empty();
    } else if (key == "deleted_days_ago") {
        user.deleted_at = now - std::chrono::hours(24 * value.get<int>());
    } else if (key == "last_sign_in") {
        user.last_sign_in = parse_utc(value.get<std::string>());
        if (!user.last_sign_in) throw DefinitionError("users.last_sign_in: a time like 2026-11-23T10:00:00Z");
    } else if (key == "manager") {
        const auto manager = user_named(tenant, value.get<std::string>());
        if (!manager) throw DefinitionError("users.manager: no such user: " + value.get<std::string>());
        user.manager = tenant.directory.truth(*manager).id;
    } else if (key == "licenses") {
        for (const auto& entry : value) {
            user.licences.push_back(defined_licence(tenant, entry, now));
            ++tenant.subscriptions.all[user.licences.back().sku].consumed;
        }
    } else if (!take_flag(user, facts, key, value) && !take_list(user, key, value)) {
        throw DefinitionError("users: unknown key \"" + key + "\"");
    }
}

}  // namespace

Licence defined_licence(const Tenant& tenant, const json& entry, TimePoint now) {
    Licence licence;
    const std::string name =
        entry.is_string() ? entry.get<std::string>() : needed_text(entry, "sku", "licenses");
    const auto sku = tenant.subscriptions.named(name);
    if (!sku) throw DefinitionError("licenses: the tenant has no " + name);
    licence.sku = *sku;
    licence.assigned_at = now;
    if (entry.is_object()) {
        check_keys(entry, {"sku", "by_group", "disabled_plans"}, "licenses");
        licence.by_group = entry.value("by_group", "");
        const auto& plans = tenant.subscriptions.all[*sku].plans;
        for (const auto& plan : list_of(entry, "disabled_plans")) {
            const auto found = std::find_if(plans.begin(), plans.end(), [&](const ServicePlan& candidate) {
                return candidate.name == plan || candidate.id == plan;
            });
            if (found == plans.end()) throw DefinitionError("licenses: unknown plan " + plan.dump());
            licence.disabled_plans.push_back(static_cast<std::uint16_t>(found - plans.begin()));
        }
    }
    return licence;
}

UserPosition add_defined_user(Tenant& tenant, const json& entry, Presence presence, TimePoint now) {
    if (!entry.is_object()) throw DefinitionError("users: an object is needed");
    User user;
    UserFacts facts;
    user.id = tenant.random.guid();
    user.created_at = user.password_changed_at = now;
    for (const auto& [key, value] : entry.items()) take(tenant, user, facts, key, value, now);
    const std::string upn(user.value(TextProperty::userPrincipalName));
    if (upn.empty()) throw DefinitionError("users: \"userPrincipalName\" is needed");
    const std::string local_part = upn.substr(0, upn.find('@'));
    if (user.get(TextProperty::displayName) == nullptr) user.set(TextProperty::displayName, local_part);
    if (user.get(TextProperty::mailNickname) == nullptr) user.set(TextProperty::mailNickname, local_part);
    if (user.get(TextProperty::userType) == nullptr) user.set(TextProperty::userType, "Member");
    if (const auto* mail = user.get(TextProperty::mail); mail != nullptr && user.proxy_addresses.empty())
        user.proxy_addresses.push_back("SMTP:" + *mail);
    user.presence = presence;
    if (presence == Presence::in_bin) {
        if (user.deleted_at == TimePoint{}) user.deleted_at = now;
        user.set(TextProperty::userPrincipalName, bin_name(user.id, upn));
    }
    const std::string anchor(user.value(TextProperty::onPremisesImmutableId));
    const auto deleted_at = user.deleted_at;
    const auto position = tenant.directory.add(std::move(user), now);
    if (presence == Presence::in_bin) tenant.bin.emplace(deleted_at, position);
    facts.writes.create = 1;
    tenant.directory.facts(position) = std::move(facts);
    tenant.directory.count_create(anchor);
    exchange::settle_defined_mailbox(tenant, position, now);
    return position;
}

}  // namespace uplift::sandbox
