#include "daemon/doors.hpp"

#include <algorithm>
#include <utility>

#include "config/clouds.hpp"
#include "core/exchange/exchange_mailboxes.hpp"
#include "core/graph/graph_tenant.hpp"
#include "core/ldap/ldap_directory.hpp"

namespace uplift::daemon {
namespace {

// Longer than any call or sign-in lasts.
constexpr Duration afterlife = std::chrono::minutes{5};
// A command takes Exchange seconds; more at a time only meet its throttling.
constexpr std::size_t commands_at_once = 4;

ldap::Tls tls_of(config::DirectoryTls tls) {
    switch (tls) {
        case config::DirectoryTls::ldaps:
            return ldap::Tls::ldaps;
        case config::DirectoryTls::starttls:
            return ldap::Tls::starttls;
        case config::DirectoryTls::none:
            return ldap::Tls::none;
    }
    return ldap::Tls::ldaps;
}

Result<http::Credential> credential_of(const config::TenantConfig& tenant,
                                       const config::SecretSource& secrets) {
    if (tenant.client_secret) {
        auto secret = config::read_secret(*tenant.client_secret, config::SecretForm::text, secrets);
        if (!secret) return secret.error();
        return http::Credential{http::ClientSecret{std::move(*secret)}};
    }
    auto certificate = config::read_public(*tenant.certificate, secrets);
    if (!certificate) return certificate.error();
    auto key = config::read_secret(*tenant.private_key, config::SecretForm::octets, secrets);
    if (!key) return key.error();
    return http::Credential{
        http::Certificate{.certificate_pem = std::move(*certificate), .private_key_pem = std::move(*key)}};
}

// What the profiles of the tenant come down to: a house that gives no licences needs no permission for them.
graph::PermissionRules permissions_for(const config::TenantConfig& tenant, const config::Config& config) {
    using graph::Call;
    graph::PermissionRules rules{
        .tolerated = tenant.tolerate_permissions,
        .needed = {Call::find_by_upn, Call::create_user, Call::set_usage_location, Call::get_domains}};
    bool licenses = false, groups = false, manager = false, adopt = false;
    for (const auto& [_, profile] : config.profiles) {
        if (profile.tenant != tenant.name) continue;
        manager = manager || profile.manager;
        adopt = adopt || profile.existing == Existing::adopt;
        licenses = licenses || !profile.licenses.empty() || !profile.allow.licenses.empty();
        groups = groups || !profile.groups.empty() || !profile.allow.groups.empty();
    }
    if (licenses) rules.needed.insert(rules.needed.end(), {Call::get_skus, Call::assign_licenses});
    if (groups) rules.needed.insert(rules.needed.end(), {Call::find_groups, Call::add_member});
    if (manager) rules.needed.insert(rules.needed.end(), {Call::get_manager, Call::set_manager});
    if (adopt)
        rules.needed.insert(rules.needed.end(), {Call::get_roles, Call::set_anchor, Call::set_properties});
    return rules;
}

DirectoryState state_of(ldap::DirectoryHealth health) {
    const auto skew = health.clock_skew;
    return {.domain_controller = std::move(health.domain_controller),
            .since = health.since,
            .clock_skew = skew,
            .clocks_differ = skew && std::chrono::abs(*skew) > ldap::worst_clock_skew,
            .last_error = std::move(health.last_error),
            .last_error_at = health.last_error_at};
}

}  // namespace

// One tenant's adapters, which refer to each other in this order. Sign-in, Graph and Exchange each trust what
// their own endpoint may show, and Graph and Exchange have a token each.
struct Doors::Adapters {
    struct Side {
        http::BaseUrl base;
        http::TlsContext tls;
    };
    struct Sides {
        Side login;
        Side graph;
        Side exchange;
    };
    struct SignIns {
        http::TokenSettings graph;
        http::TokenSettings exchange;
    };
    Adapters(const Parts& parts,
             Sides sides,
             const http::ClientSettings& network,
             SignIns sign_ins,
             graph::PermissionRules permissions)
        : login_client(parts.executor, std::move(sides.login.tls), network),
          graph_client(parts.executor, std::move(sides.graph.tls), network),
          exchange_client(parts.executor, std::move(sides.exchange.tls), with_commands_at_once(network)),
          tenant_id(sign_ins.exchange.tenant),
          tokens(login_client, std::move(sign_ins.graph), [&clock = parts.clock] { return clock.now(); }),
          exchange_tokens(
              login_client, std::move(sign_ins.exchange), [&clock = parts.clock] { return clock.now(); }),
          rules(std::move(permissions)),
          tenant({.graph = std::move(sides.graph.base), .permissions = rules},
                 graph_client,
                 tokens,
                 parts.clock,
                 parts.entropy),
          mailboxes({.exchange = std::move(sides.exchange.base), .tenant = tenant_id},
                    exchange_client,
                    exchange_tokens,
                    parts.clock,
                    parts.entropy) {}

    static http::ClientSettings with_commands_at_once(http::ClientSettings network) {
        network.connections_per_host = commands_at_once;
        return network;
    }

    // Its own file of authorities counts where the configuration puts a host in Microsoft's place.
    static Result<Side> side(const config::TenantConfig& config, std::string config::Endpoints::*which) {
        const auto place = "tenant." + config.name.value;
        const auto& endpoint = config.endpoints.*which;
        auto base = http::BaseUrl::parse(endpoint, place + ".endpoints");
        if (!base) return base.error();
        const bool own = endpoint != config::endpoints_of(config.cloud).*which;
        auto tls = http::TlsContext::create(own ? config.ca_file : "", place + ".ca_file");
        if (!tls) return tls.error();
        return Side{.base = std::move(*base), .tls = std::move(*tls)};
    }

    http::Client login_client;
    http::Client graph_client;
    http::Client exchange_client;
    std::string tenant_id;
    http::TokenSource tokens;
    http::TokenSource exchange_tokens;
    graph::PermissionRules rules;
    graph::GraphTenant tenant;
    exchange::ExchangeMailboxes mailboxes;
};

Doors::Doors(Parts parts) : parts_(std::move(parts)) {}
Doors::~Doors() = default;

std::vector<Fault> Doors::open(const config::Config& config) {
    std::vector<Fault> faults;
    std::map<DirectoryName, std::shared_ptr<ldap::LdapDirectory>> directories;
    for (const auto& [name, settings] : config.directories) {
        auto built = build(settings);
        if (built)
            directories.emplace(name, std::move(*built));
        else
            faults.push_back(built.error());
    }
    std::map<TenantName, std::shared_ptr<Adapters>> tenants;
    for (const auto& [name, settings] : config.tenants) {
        auto built = build(settings, permissions_for(settings, config));
        if (built)
            tenants.emplace(name, std::move(*built));
        else
            faults.push_back(built.error());
    }
    if (!faults.empty()) return faults;

    if (std::exchange(opened_, Opened::once) == Opened::never) {
        for (const auto& [name, _] : directories) directories_[name] = std::make_unique<DirectorySlot>();
        for (const auto& [name, _] : tenants) {
            tenants_[name] = std::make_unique<TenantSlot>();
            mailboxes_[name] = std::make_unique<MailboxesSlot>();
        }
    }
    forget_old_ones();
    for (auto& [name, directory] : directories)
        if (const auto slot = directories_.find(name); slot != directories_.end()) {
            slot->second->put(directory);
            asked_[name] = std::move(directory);
        }
    for (auto& [name, adapters] : tenants) {
        const auto slot = tenants_.find(name);
        if (slot == tenants_.end()) continue;
        slot->second->put(std::shared_ptr<engine::Tenant>(adapters, &adapters->tenant));
        mailboxes_.at(name)->put(std::shared_ptr<engine::Mailboxes>(adapters, &adapters->mailboxes));
        if (auto before = std::exchange(in_use_[name], adapters))
            replaced_.emplace_back(parts_.clock.now(), std::move(before));
    }
    return {};
}

void Doors::forget_old_ones() {
    const auto now = parts_.clock.now();
    std::erase_if(replaced_, [&](const auto& old) { return now - old.first > afterlife; });
}

Result<std::shared_ptr<ldap::LdapDirectory>> Doors::build(const config::DirectoryConfig& config) const {
    ldap::LdapSettings settings;
    settings.name = config.name;
    settings.uris = config.uris;
    settings.discover = config.discover;
    settings.site = config.site;
    settings.base_dn = config.base_dn;
    settings.netbios = config.netbios;
    settings.bind = config.bind == config::Bind::gssapi ? ldap::Bind::gssapi : ldap::Bind::simple;
    settings.bind_dn = config.bind_dn;
    settings.principal = config.principal;
    settings.keytab = config.keytab;
    if (config.anchor == config::AnchorSource::mS_DS_ConsistencyGuid)
        settings.anchor = "mS-DS-ConsistencyGuid";
    settings.tls = tls_of(config.tls);
    settings.ca_file = config.ca_file;
    settings.exclude = config.exclude;
    if (config.password) {
        auto password = config::read_secret(*config.password, config::SecretForm::text, parts_.secrets);
        if (!password) return password.error();
        settings.password = std::move(*password);
    }
    auto directory = ldap::LdapDirectory::make(std::move(settings));
    if (!directory) return directory.error();
    return std::shared_ptr<ldap::LdapDirectory>(std::move(*directory));
}

Result<std::shared_ptr<Doors::Adapters>> Doors::build(const config::TenantConfig& config,
                                                      graph::PermissionRules permissions) const {
    auto login = Adapters::side(config, &config::Endpoints::login);
    if (!login) return login.error();
    auto graph = Adapters::side(config, &config::Endpoints::graph);
    if (!graph) return graph.error();
    auto exchange = Adapters::side(config, &config::Endpoints::exchange);
    if (!exchange) return exchange.error();
    http::ClientSettings network;
    if (!config.proxy.empty()) {
        auto proxy = http::Proxy::parse(config.proxy, "tenant." + config.name.value + ".proxy");
        if (!proxy) return proxy.error();
        network.proxy = std::move(*proxy);
    }
    const auto sign_in = [&](std::string scope) -> Result<http::TokenSettings> {
        auto credential = credential_of(config, parts_.secrets);
        if (!credential) return credential.error();
        return http::TokenSettings{.login = login->base,
                                   .tenant = config.id,
                                   .client_id = config.client_id,
                                   .scope = std::move(scope),
                                   .credential = std::move(*credential)};
    };
    auto for_graph = sign_in(config::graph_scope_of(config.cloud));
    if (!for_graph) return for_graph.error();
    auto for_exchange = sign_in(config::exchange_scope_of(config.cloud));
    if (!for_exchange) return for_exchange.error();
    Adapters::Sides sides{
        .login = std::move(*login), .graph = std::move(*graph), .exchange = std::move(*exchange)};
    Adapters::SignIns sign_ins{.graph = std::move(*for_graph), .exchange = std::move(*for_exchange)};
    return std::make_shared<Adapters>(
        parts_, std::move(sides), network, std::move(sign_ins), std::move(permissions));
}

std::map<DirectoryName, engine::Directory*> Doors::directories() const {
    std::map<DirectoryName, engine::Directory*> doors;
    for (const auto& [name, slot] : directories_) doors[name] = slot.get();
    return doors;
}

std::map<DirectoryName, DirectoryState> Doors::directory_health() const {
    std::map<DirectoryName, DirectoryState> states;
    for (const auto& [name, directory] : asked_) states[name] = state_of(directory->health());
    return states;
}

boost::asio::awaitable<Outcome<DirectoryState>> Doors::probe(DirectoryName directory, TimePoint deadline) {
    const auto asked = asked_.at(directory);
    const auto outcome = co_await asked->probe(deadline);
    const auto* health = done_value(outcome);
    if (health == nullptr) co_return without_value<DirectoryState>(outcome);
    co_return Done<DirectoryState>{state_of(*health)};
}

boost::asio::awaitable<Outcome<AppRights>> Doors::sign_in(TenantName tenant, TimePoint deadline) {
    const auto adapters = in_use_.at(tenant);
    const auto patience = std::max(deadline - parts_.clock.now(), Duration::zero());
    const auto outcome = co_await adapters->tokens.get(patience);
    const auto* token = done_value(outcome);
    if (token == nullptr) co_return without_value<AppRights>(outcome);
    AppRights rights{.granted = (*token)->roles, .rules = adapters->rules};
    co_return Done<AppRights>{std::move(rights)};
}

std::map<TenantName, engine::Tenant*> Doors::tenants() const {
    std::map<TenantName, engine::Tenant*> doors;
    for (const auto& [name, slot] : tenants_) doors[name] = slot.get();
    return doors;
}

std::map<TenantName, engine::Mailboxes*> Doors::mailboxes() const {
    std::map<TenantName, engine::Mailboxes*> doors;
    for (const auto& [name, slot] : mailboxes_) doors[name] = slot.get();
    return doors;
}

std::map<TenantName, std::optional<TimePoint>> Doors::certificate_ends() const {
    std::map<TenantName, std::optional<TimePoint>> ends;
    for (const auto& [name, adapters] : in_use_) ends[name] = adapters->tokens.credential_end();
    return ends;
}

}  // namespace uplift::daemon
