#include "daemon/doors.hpp"

#include <algorithm>
#include <utility>

#include "core/graph/graph_tenant.hpp"
#include "core/ldap/ldap_directory.hpp"

namespace uplift::daemon {
namespace {

// Longer than any call or sign-in lasts.
constexpr Duration afterlife = std::chrono::minutes{5};

// contract/oauth.md: the resource of each cloud, whatever endpoint stands in for its host.
std::string graph_scope(config::Cloud cloud) {
    switch (cloud) {
        case config::Cloud::global:
            return "https://graph.microsoft.com/.default";
        case config::Cloud::gcc_high:
            return "https://graph.microsoft.us/.default";
        case config::Cloud::dod:
            return "https://dod-graph.microsoft.us/.default";
        case config::Cloud::china:
            return "https://microsoftgraph.chinacloudapi.cn/.default";
    }
    return {};
}

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

}  // namespace

// One tenant's adapters, which refer to each other in this order.
struct Doors::Graph {
    Graph(const Parts& parts, http::TlsContext tls, http::TokenSettings sign_in, http::BaseUrl graph)
        : client(parts.executor, std::move(tls)),
          tokens(client, std::move(sign_in), [&clock = parts.clock] { return clock.now(); }),
          tenant({.graph = std::move(graph)}, client, tokens, parts.clock, parts.entropy) {}
    http::Client client;
    http::TokenSource tokens;
    graph::GraphTenant tenant;
};

Doors::Doors(Parts parts) : parts_(std::move(parts)) {}
Doors::~Doors() = default;

std::vector<Fault> Doors::open(const config::Config& config) {
    std::vector<Fault> faults;
    std::map<DirectoryName, std::shared_ptr<engine::Directory>> directories;
    for (const auto& [name, settings] : config.directories) {
        auto built = build(settings);
        if (built)
            directories.emplace(name, std::move(*built));
        else
            faults.push_back(built.error());
    }
    std::map<TenantName, std::shared_ptr<Graph>> tenants;
    for (const auto& [name, settings] : config.tenants) {
        auto built = build(settings);
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
        if (const auto slot = directories_.find(name); slot != directories_.end())
            slot->second->put(std::move(directory));
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

Result<std::shared_ptr<engine::Directory>> Doors::build(const config::DirectoryConfig& config) const {
    ldap::LdapSettings settings;
    settings.name = config.name;
    settings.uris = config.uris;
    settings.base_dn = config.base_dn;
    settings.netbios = config.netbios;
    settings.bind_dn = config.bind_dn;
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
    return std::shared_ptr<engine::Directory>(std::move(*directory));
}

Result<std::shared_ptr<Doors::Graph>> Doors::build(const config::TenantConfig& config) const {
    const auto place = "tenant." + config.name.value;
    auto login = http::BaseUrl::parse(config.endpoints.login, place + ".endpoints.login");
    if (!login) return login.error();
    auto graph = http::BaseUrl::parse(config.endpoints.graph, place + ".endpoints.graph");
    if (!graph) return graph.error();
    auto tls = http::TlsContext::create(config.ca_file, place + ".ca_file");
    if (!tls) return tls.error();
    auto credential = credential_of(config, parts_.secrets);
    if (!credential) return credential.error();
    http::TokenSettings sign_in{.login = std::move(*login),
                                .tenant = config.id,
                                .client_id = config.client_id,
                                .scope = graph_scope(config.cloud),
                                .credential = std::move(*credential)};
    return std::make_shared<Graph>(parts_, std::move(*tls), std::move(sign_in), std::move(*graph));
}

std::map<DirectoryName, engine::Directory*> Doors::directories() const {
    std::map<DirectoryName, engine::Directory*> doors;
    for (const auto& [name, slot] : directories_) doors[name] = slot.get();
    return doors;
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
