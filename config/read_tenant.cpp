#include <algorithm>
#include <array>
#include <utility>

#include "config/clouds.hpp"
#include "config/sections.hpp"
#include "config/shapes.hpp"
#include "core/model/guid.hpp"
#include "core/profile/limits.hpp"
#include "core/text/utf8.hpp"

namespace uplift::config {
namespace {

constexpr std::array<std::pair<std::string_view, Cloud>, 4> clouds{
    {{"global", Cloud::global}, {"gcc-high", Cloud::gcc_high}, {"dod", Cloud::dod}, {"china", Cloud::china}}};

void read_ids(Section& section, TenantConfig& tenant) {
    section.require("id", "Add id = \"contoso.onmicrosoft.com\", or the tenant's GUID.");
    if (const auto id = section.text("id")) {
        tenant.id = text::lower(*id);
        // `common` and `organizations` do not work with an app's own sign-in.
        if (!is_guid_text(*id) && !profile::is_domain_name(*id))
            section.bad_value("id",
                              text::quoted(*id) + " is neither a GUID nor a domain",
                              "Write \"contoso.onmicrosoft.com\", or the tenant's GUID.");
    }
    section.require("client_id", "Add client_id = \"GUID\": the application (client) id of the app.");
    if (const auto id = section.text("client_id")) {
        tenant.client_id = text::lower(*id);
        if (!is_guid_text(*id))
            section.bad_value("client_id",
                              text::quoted(*id) + " is no GUID",
                              "Copy the application (client) id of the app registration.");
    }
}

void read_sign_in(Section& section, TenantConfig& tenant) {
    tenant.certificate = section.file("certificate");
    tenant.private_key = section.secret("private_key");
    tenant.client_secret = section.secret("client_secret");
    const bool certificate = section.has("certificate"), key = section.has("private_key"),
               secret = section.has("client_secret");
    if (secret && (certificate || key))
        section.bad_value("client_secret",
                          "stands beside certificate or private_key",
                          "Keep one way to sign in: the certificate with its private_key is the better one.");
    else if (certificate && !key)
        section.require("private_key", "Add private_key = { credential = \"NAME\" }: the certificate's key.");
    else if (key && !certificate)
        section.require("certificate", "Add certificate = { file = \"/PATH\" }: the key's certificate.");
    else if (!secret && !certificate)
        section.require("certificate", "Add certificate and private_key, or client_secret.");
}

// What may hold a password is not quoted.
std::string named(const std::string& url) {
    return url.find('@') == std::string::npos ? text::quoted(url) : std::string("what stands there");
}

std::string read_endpoint(Section& endpoints, std::string_view key, std::string fallback) {
    const auto given = endpoints.text(key);
    if (!given) return fallback;
    const auto url = parse_url(*given);
    if (!url || url->scheme != "https") {
        endpoints.bad_value(
            key,
            named(*given) + " is no https URL",
            "Write \"https://HOST\" or \"https://HOST:PORT/PATH\": tokens travel over TLS only.");
        return fallback;
    }
    return given->ends_with('/') ? given->substr(0, given->size() - 1) : *given;
}

void read_proxy(Section& section, TenantConfig& tenant) {
    const auto proxy = section.text("proxy");
    if (!proxy) return;
    tenant.proxy = *proxy;
    const auto url = parse_url(*proxy);
    if (proxy->find('@') != std::string::npos)
        section.bad_value("proxy",
                          "has credentials in it",
                          "Uplift signs in to no proxy: let this host through by its address, and write "
                          "\"http://proxy.corp.example.com:3128\".");
    else if (!url || url->scheme != "http" || !url->port || (!url->path.empty() && url->path != "/"))
        section.bad_value(
            "proxy",
            text::quoted(*proxy) + " is no proxy",
            "Write \"http://proxy.corp.example.com:3128\": TLS runs through it to the real host.");
}

void read_network(Section& section, TenantConfig& tenant) {
    tenant.cloud = section.word<Cloud>("cloud", clouds).value_or(Cloud::global);
    tenant.endpoints = endpoints_of(tenant.cloud);
    if (auto endpoints = section.table("endpoints")) {
        auto& made = tenant.endpoints;
        made.login = read_endpoint(*endpoints, "login", made.login);
        made.graph = read_endpoint(*endpoints, "graph", made.graph);
        made.exchange = read_endpoint(*endpoints, "exchange", made.exchange);
        endpoints->finish();
    }
    tenant.ca_file = section.path("ca_file").value_or("");
    if (!tenant.ca_file.empty() && tenant.endpoints == endpoints_of(tenant.cloud))
        section.findings().warning(
            section.place_of("ca_file"),
            section.name_of("ca_file") +
                " is of no use: it is trusted for `endpoints` of your own, never for Microsoft's hosts");
    read_proxy(section, tenant);
}

void read_limits(Section& section, TenantConfig& tenant) {
    for (const auto& permission : section.texts("tolerate_permissions").value_or(std::vector<PlacedText>{})) {
        const bool fits = permission.text.find('.') != std::string::npos &&
                          permission.text.find_first_of(" ,;/") == std::string::npos;
        if (!fits)
            section.bad_value(
                permission.place,
                "tolerate_permissions",
                "has " + text::quoted(permission.text) + ", which is no permission",
                "Name application permissions as Graph does, for example \"Directory.ReadWrite.All\"; "
                "there are no wildcards.");
        else if (permission.text.find('*') != std::string::npos)
            section.bad_value(permission.place,
                              "tolerate_permissions",
                              "has the wildcard " + text::quoted(permission.text),
                              "Name each permission in full.");
        tenant.tolerate_permissions.push_back(permission.text);
    }
    tenant.unknown_quiet = section.duration("unknown_quiet", std::chrono::seconds{1}, std::chrono::hours{1})
                               .value_or(tenant.unknown_quiet);
    tenant.writes_per_second = section.decimal("writes_per_second", 0, 10'000);
}

}  // namespace

TenantConfig read_tenant(Section section, const std::string& name) {
    TenantConfig tenant;
    tenant.name = TenantName{name};
    read_ids(section, tenant);
    read_sign_in(section, tenant);
    read_network(section, tenant);
    read_limits(section, tenant);
    section.finish();
    return tenant;
}

}  // namespace uplift::config
