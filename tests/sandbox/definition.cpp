#include "tests/sandbox/definition.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/sandbox/definition_keys.hpp"
#include "tests/sandbox/group_licensing.hpp"
#include "tests/sandbox/licence_violations.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

DelayRange delay_range(const json& value, const std::string& where) {
    if (value.is_number()) return {Seconds(value.get<double>()), Seconds(value.get<double>())};
    if (value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number())
        return {Seconds(value[0].get<double>()), Seconds(value[1].get<double>())};
    throw DefinitionError(where + ": a number of seconds, or [shortest, longest]");
}

LicenceErrorRule licence_error_of(const json& entry) {
    check_keys(entry, {"users", "error", "times"}, "licence_errors");
    LicenceErrorRule rule;
    rule.users = needed_text(entry, "users", "licence_errors");
    rule.error = needed_text(entry, "error", "licence_errors");
    if (!is_violation(rule.error)) throw DefinitionError("licence_errors: no such error: " + rule.error);
    if (entry.contains("times")) rule.times = entry.at("times").get<std::uint32_t>();
    return rule;
}

Settings settings_of(const json& definition) {
    Settings settings;
    const auto range = [&](const char* key, DelayRange& target) {
        if (definition.contains(key)) target = delay_range(definition.at(key), key);
    };
    range("read_lag", settings.lag.read);
    settings.lag.index = settings.lag.read;
    range("index_lag", settings.lag.index);
    range("seat_lag", settings.seat_lag);
    for (const auto& entry : list_of(definition, "licence_errors"))
        settings.licence_errors.push_back(licence_error_of(entry));
    settings.mailboxes = exchange::mailbox_timing_of(definition);
    settings.exchange = exchange::call_settings_of(definition);
    settings.throttle_scale = definition.value("throttle_scale", 1.0);
    settings.token_lifetime = std::chrono::seconds(definition.value("token_lifetime", 3599));
    settings.banned_words = definition.value("banned_words", std::vector<std::string>());
    settings.bin_blocks_anchor = definition.value("bin_blocks_anchor", true);
    settings.premium = definition.value("premium", true);
    settings.empty_first_page = definition.value("empty_first_page", false);
    const auto form = retry_after_form_named(definition.value("retry_after", "seconds"));
    if (!form) throw DefinitionError("retry_after: seconds, decimal, http-date or absent");
    settings.retry_after = *form;
    const auto federated = definition.value("federated_create", "with_anchor");
    if (federated != "with_anchor" && federated != "refused")
        throw DefinitionError("federated_create: with_anchor or refused");
    if (federated == "refused") settings.federated_create = FederatedCreate::refused;
    return settings;
}

Domain domain_of(const json& entry) {
    check_keys(
        entry, {"name", "verified", "default", "initial", "federated", "services", "accepted"}, "domains");
    Domain domain;
    domain.name = lower(needed_text(entry, "name", "domains"));
    domain.verified = entry.value("verified", true);
    domain.is_default = entry.value("default", false);
    domain.initial = entry.value("initial", domain.name.ends_with(".onmicrosoft.com"));
    domain.federated = entry.value("federated", false);
    domain.services =
        entry.value("services", std::vector<std::string>{"Email", "OfficeCommunicationsOnline"});
    if (entry.contains("accepted")) domain.accepted = entry.at("accepted").get<bool>();
    return domain;
}

RegisteredCertificate certificate_of(const std::string& text, const std::string& directory) {
    std::string pem = text;
    if (text.find("-----BEGIN") == std::string::npos) {
        const std::string path = text.starts_with('/') ? text : directory + "/" + text;
        std::ifstream file(path);
        if (!file) throw DefinitionError("apps.certificates: cannot read " + path);
        std::ostringstream content;
        content << file.rdbuf();
        pem = content.str();
    }
    auto certificate = read_certificate(pem);
    if (!certificate) throw DefinitionError("apps.certificates: no PEM certificate");
    return std::move(*certificate);
}

App app_of(const json& entry, const std::string& directory, Random& random) {
    check_keys(entry,
               {"client_id",
                "name",
                "enabled",
                "consented",
                "secrets",
                "certificates",
                "roles",
                "exchange_roles",
                "exchange_access",
                "exchange_without"},
               "apps");
    App app;
    app.client_id = needed_text(entry, "client_id", "apps");
    app.object_id = random.guid();
    app.name = entry.value("name", "Uplift");
    app.enabled = entry.value("enabled", true);
    app.consented = entry.value("consented", true);
    for (const auto& secret : list_of(entry, "secrets")) app.secrets.push_back(secret_of(secret));
    for (const auto& certificate : list_of(entry, "certificates"))
        app.certificates.push_back(certificate_of(certificate.get<std::string>(), directory));
    app.roles = entry.value("roles", std::vector<std::string>());
    app.exchange_roles = entry.value("exchange_roles", std::vector<std::string>());
    read_exchange_access(entry, app.exchange_access);
    return app;
}

ServicePlan plan_of(const json& entry) {
    check_keys(entry, {"id", "name", "applies_to", "provisioning_status"}, "skus.plans");
    ServicePlan plan;
    plan.id = needed_text(entry, "id", "skus.plans");
    plan.name = needed_text(entry, "name", "skus.plans");
    plan.applies_to = entry.value("applies_to", "User") == "Company" ? AppliesTo::company : AppliesTo::user;
    plan.provisioning_status = entry.value("provisioning_status", "Success");
    return plan;
}

Subscription subscription_of(const json& entry, Random& random) {
    check_keys(entry,
               {"sku",
                "sku_id",
                "plans",
                "seats",
                "warning",
                "suspended",
                "locked_out",
                "consumed",
                "capability_status",
                "applies_to",
                "prohibited_in"},
               "skus");
    const std::string part_number = needed_text(entry, "sku", "skus");
    Subscription subscription;
    if (auto known = from_catalog(part_number)) subscription = std::move(*known);
    subscription.part_number = part_number;
    if (entry.contains("sku_id")) subscription.sku_id = entry.at("sku_id").get<std::string>();
    if (entry.contains("plans")) {
        subscription.plans.clear();
        for (const auto& plan : entry.at("plans")) subscription.plans.push_back(plan_of(plan));
    }
    if (subscription.sku_id.empty())
        throw DefinitionError("skus: " + part_number + " is not in the catalogue: give sku_id and plans");
    subscription.subscription_id = random.guid();
    subscription.enabled = entry.value("seats", std::int64_t{0});
    subscription.warning = entry.value("warning", std::int64_t{0});
    subscription.suspended = entry.value("suspended", std::int64_t{0});
    subscription.locked_out = entry.value("locked_out", std::int64_t{0});
    subscription.consumed = entry.value("consumed", std::int64_t{0});
    subscription.capability_status = entry.value("capability_status", "Enabled");
    subscription.prohibited_in = entry.value("prohibited_in", std::vector<std::string>());
    subscription.applies_to =
        entry.value("applies_to", "User") == "Company" ? AppliesTo::company : AppliesTo::user;
    return subscription;
}

Group group_of(const json& entry, Random& random, TimePoint now) {
    check_keys(entry,
               {"id",
                "name",
                "kind",
                "mail",
                "nickname",
                "description",
                "rule",
                "proxy_addresses",
                "licenses",
                "members"},
               "groups");
    Group group;
    group.id = entry.contains("id") ? entry.at("id").get<std::string>() : random.guid();
    group.display_name = needed_text(entry, "name", "groups");
    const auto kind = group_kind_named(entry.value("kind", "security"));
    if (!kind)
        throw DefinitionError(
            "groups.kind: security, microsoft365, distribution, mail_security, dynamic, synced or "
            "role_assignable");
    group.kind = *kind;
    group.mail = entry.value("mail", "");
    group.mail_nickname = entry.value("nickname", group.mail.substr(0, group.mail.find('@')));
    if (group.mail_nickname.empty()) group.mail_nickname = group.id.substr(0, 9);
    group.description = entry.value("description", "");
    group.membership_rule = entry.value("rule", "");
    group.proxy_addresses = entry.value("proxy_addresses", std::vector<std::string>());
    if (!group.mail.empty() && group.proxy_addresses.empty())
        group.proxy_addresses.push_back("SMTP:" + group.mail);
    group.created_at = now;
    return group;
}

void add_members(Tenant& tenant, const json& entry, GroupPosition position, TimePoint now) {
    for (const auto& member : list_of(entry, "members")) {
        const auto user = user_named(tenant, member.get<std::string>());
        if (!user) throw DefinitionError("groups.members: no such user: " + member.get<std::string>());
        tenant.groups.join(position, *user, now);
        tenant.directory.facts(*user).groups.push_back(position);
        inherit_licences(tenant, position, *user, now);
    }
}

Contact contact_of(const json& entry, Random& random) {
    check_keys(entry, {"id", "name", "mail", "proxy_addresses"}, "contacts");
    Contact contact;
    contact.id = entry.contains("id") ? entry.at("id").get<std::string>() : random.guid();
    contact.display_name = needed_text(entry, "name", "contacts");
    contact.mail = entry.value("mail", "");
    contact.proxy_addresses = entry.value("proxy_addresses", std::vector<std::string>());
    if (!contact.mail.empty() && contact.proxy_addresses.empty())
        contact.proxy_addresses.push_back("SMTP:" + contact.mail);
    return contact;
}

}  // namespace

std::unique_ptr<Tenant> make_tenant(const json& definition,
                                    const std::string& directory,
                                    std::uint64_t seed,
                                    TimePoint now) {
    try {
        check_keys(definition,
                   {"tenant",
                    "domains",
                    "apps",
                    "skus",
                    "groups",
                    "users",
                    "deleted_users",
                    "contacts",
                    "mailbox_delay",
                    "mailbox_lag",
                    "mailbox_list_lag",
                    "mailbox_late",
                    "mailbox_odds",
                    "mailbox_burst",
                    "mailbox_scale",
                    "mailboxes",
                    "exchange",
                    "throttle_scale",
                    "retry_after",
                    "read_lag",
                    "index_lag",
                    "seat_lag",
                    "licence_errors",
                    "token_lifetime",
                    "banned_words",
                    "bin_blocks_anchor",
                    "premium",
                    "empty_first_page",
                    "federated_create",
                    "faults"},
                   "definition");
        auto tenant = std::make_unique<Tenant>(settings_of(definition), seed);
        // What is defined has always been there: no lag hides it.
        const TimePoint before = now - std::chrono::hours(24);
        const json& head = definition.at("tenant");
        check_keys(head, {"id", "name", "country"}, "tenant");
        tenant->id = needed_text(head, "id", "tenant");
        tenant->name = head.value("name", "Contoso");
        tenant->country = head.value("country", "DE");
        for (const auto& entry : list_of(definition, "domains")) tenant->domains.push_back(domain_of(entry));
        for (const auto& entry : list_of(definition, "apps"))
            tenant->apps.push_back(app_of(entry, directory, tenant->random));
        for (const auto& entry : list_of(definition, "skus"))
            tenant->subscriptions.all.push_back(subscription_of(entry, tenant->random));
        for (const auto& entry : list_of(definition, "contacts"))
            tenant->contacts.push_back(contact_of(entry, tenant->random));
        for (const auto& entry : list_of(definition, "users"))
            add_defined_user(*tenant, entry, Presence::active, before);
        for (const auto& entry : list_of(definition, "deleted_users"))
            add_defined_user(*tenant, entry, Presence::in_bin, before);
        for (const auto& entry : list_of(definition, "groups")) {
            const auto position = tenant->groups.add(group_of(entry, tenant->random, before));
            for (const auto& licence : list_of(entry, "licenses"))
                tenant->groups.at(position).licences.push_back(defined_licence(*tenant, licence, before));
            add_members(*tenant, entry, position, before);
        }
        return tenant;
    } catch (const json::exception& fault) {
        throw DefinitionError(fault.what());
    }
}

}  // namespace uplift::sandbox
