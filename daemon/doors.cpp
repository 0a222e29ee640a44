#include "daemon/doors.hpp"

#include <algorithm>
#include <utility>

#include "config/clouds.hpp"
#include "core/graph/graph_tenant.hpp"
#include "core/ldap/ldap_directory.hpp"

namespace uplift::daemon {
namespace {

// Longer than any call or sign-in lasts.
constexpr Duration afterlife = std::chrono::minutes{5};

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
    bool licenses = false, groups = false;
    for (const auto& [_, profile] : config.profiles) {
        if (profile.tenant != tenant.name) continue;
        licenses = licenses || !profile.licenses.empty() || !profile.allow.licenses.empty();
        groups = groups || !profile.groups.empty() || !profile.allow.groups.empty();
    }
    if (licenses) rules.needed.insert(rules.needed.end(), {Call::get_skus, Call::assign_licenses});
    if (groups) rules.needed.insert(rules.needed.end(), {Call::find_groups, Call::add_member});
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

// One tenant's adapters, which refer to each other in this order. Sign-in and Graph each trust what their own
// endpoint may show.
struct Doors::Graph {
    struct Side {
        http::BaseUrl base;
        http::TlsContext tls;
    };
    Graph(const Parts& parts,
          Side login,
          Side graph,
          const http::ClientSettings& network,
          http::TokenSettings sign_in,
          graph::PermissionRules permissions)
        : login_client(parts.executor, std::move(login.tls), network),
          graph_client(parts.executor, std::move(graph.tls), network),
          tokens(login_client, std::move(sign_in), [&clock = parts.clock] { return clock.now(); }),
          rules(std::move(permissions)),
          tenant({.graph = std::move(graph.base), .permissions = rules},
                 graph_client,
                 tokens,
                 parts.clock,
                 parts.entropy) {}

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
    http::TokenSource tokens;
    graph::PermissionRules rules;
    graph::GraphTenant tenant;
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
    std::map<TenantName, std::shared_ptr<Graph>> tenants;
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
        for (const auto& [name, _] : tenants) tenants_[name] = std::make_unique<TenantSlot>();
    }
    forget_old_ones();
    for (auto& [name, directory] : directories)
        if (const auto slot = directories_.find(name); slot != directories_.end()) {
            slot->second->put(directory);
            asked_[name] = std::move(directory);
        }
    for (auto& [name, graph] : tenants) {
        const auto slot = tenants_.find(name);
        if (slot == tenants_.end()) continue;
        slot->second->put(std::shared_ptr<engine::Tenant>(graph, &graph->tenant));
        if (auto before = std::exchange(in_use_[name], graph))
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

Result<std::shared_ptr<Doors::Graph>> Doors::build(const config::TenantConfig& config,
                                                   graph::PermissionRules permissions) const {
    auto login = Graph::side(config, &config::Endpoints::login);
    if (!login) return login.error();
    auto graph = Graph::side(config, &config::Endpoints::graph);
    if (!graph) return graph.error();
    http::ClientSettings network;
    if (!config.proxy.empty()) {
        auto proxy = http::Proxy::parse(config.proxy, "tenant." + config.name.value + ".proxy");
        if (!proxy) return proxy.error();
        network.proxy = std::move(*proxy);
    }
    auto credential = credential_of(config, parts_.secrets);
    if (!credential) return credential.error();
    http::TokenSettings sign_in{.login = login->base,
                                .tenant = config.id,
                                .client_id = config.client_id,
                                .scope = config::graph_scope_of(config.cloud),
                                .credential = std::move(*credential)};
    return std::make_shared<Graph>(
        parts_, std::move(*login), std::move(*graph), network, std::move(sign_in), std::move(permissions));
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
    const auto graph = in_use_.at(tenant);
    const auto patience = std::max(deadline - parts_.clock.now(), Duration::zero());
    const auto outcome = co_await graph->tokens.get(patience);
    const auto* token = done_value(outcome);
    if (token == nullptr) co_return without_value<AppRights>(outcome);
    AppRights rights{.granted = (*token)->roles, .rules = graph->rules};
    co_return Done<AppRights>{std::move(rights)};
}

std::map<TenantName, engine::Tenant*> Doors::tenants() const {
    std::map<TenantName, engine::Tenant*> doors;
    for (const auto& [name, slot] : tenants_) doors[name] = slot.get();
    return doors;
}

std::map<TenantName, std::optional<TimePoint>> Doors::certificate_ends() const {
    std::map<TenantName, std::optional<TimePoint>> ends;
    for (const auto& [name, graph] : in_use_) ends[name] = graph->tokens.credential_end();
    return ends;
}

}  // namespace uplift::daemon
