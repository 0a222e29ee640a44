#include <algorithm>
#include <array>
#include <utility>

#include "config/sections.hpp"
#include "config/shapes.hpp"
#include "core/text/utf8.hpp"

namespace uplift::config {
namespace {

constexpr std::array<std::pair<std::string_view, Bind>, 2> binds{
    {{"simple", Bind::simple}, {"gssapi", Bind::gssapi}}};
constexpr std::array<std::pair<std::string_view, DirectoryTls>, 3> tls_modes{
    {{"ldaps", DirectoryTls::ldaps}, {"starttls", DirectoryTls::starttls}, {"none", DirectoryTls::none}}};
constexpr std::array<std::pair<std::string_view, AnchorSource>, 2> anchors{
    {{"objectGUID", AnchorSource::objectGUID},
     {"mS-DS-ConsistencyGuid", AnchorSource::mS_DS_ConsistencyGuid}}};

void check_uri(Section& section, const PlacedText& uri, DirectoryTls tls) {
    const auto refuse = [&](const std::string& what, std::string cure) {
        section.bad_value(uri.place, "uris", "has " + text::quoted(uri.text) + what, std::move(cure));
    };
    const auto url = parse_url(uri.text);
    if (!url || !url->path.empty())
        return refuse(", which is no LDAP URI",
                      "Write \"ldaps://HOST\" or \"ldaps://HOST:PORT\", and base_dn on its own.");
    const std::string_view wanted = tls == DirectoryTls::ldaps ? "ldaps" : "ldap";
    if (url->scheme != wanted)
        return refuse(", which does not fit its tls",
                      tls == DirectoryTls::ldaps
                          ? "Write ldaps://, or set tls = \"starttls\" for ldap://."
                          : "Write ldap:// with tls = \"starttls\", or tls = \"ldaps\" for ldaps://.");
    if (tls == DirectoryTls::none && !is_loopback(url->host))
        refuse(" with tls = \"none\", which only loopback may have",
               "Set tls = \"ldaps\" or \"starttls\": the password must not cross the network in the clear.");
}

// A name as DNS has it: letters, digits, hyphens and underscores between dots.
bool is_domain(std::string_view name) {
    if (name.size() > 200 || name.front() == '.' || name.back() == '.' || name.find("..") != name.npos)
        return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == '_';
    });
}

void read_discover(Section& section, DirectoryConfig& directory) {
    directory.discover = section.text("discover").value_or("");
    if (!directory.discover.empty() && !is_domain(directory.discover))
        section.bad_value("discover",
                          text::quoted(directory.discover) + " is no domain",
                          "Write the directory's DNS name, like \"corp.example.com\".");
    directory.site = section.text("site").value_or("");
    if (directory.discover.empty()) return section.no_effect("site");
    if (directory.site.size() > 63 ||
        (!directory.site.empty() &&
         (!is_domain(directory.site) || directory.site.find('.') != std::string::npos)))
        section.bad_value("site",
                          text::quoted(directory.site) + " is no name of a site",
                          "Write it as Active Directory Sites and Services shows it.");
    if (section.has("uris"))
        section.bad_value("uris",
                          "stands beside discover",
                          "Keep one of them: name the domain controllers, or let DNS do so.");
    if (directory.tls == DirectoryTls::none)
        section.bad_value(
            "tls",
            "is \"none\" with discover, and only loopback may have that",
            "Set tls = \"ldaps\" or \"starttls\": the password must not cross the network in the "
            "clear.");
}

void read_uris(Section& section, DirectoryConfig& directory) {
    const auto uris = section.texts("uris");
    read_discover(section, directory);
    if (directory.discover.empty() && !section.has("discover"))
        section.require("uris",
                        "Add uris = [\"ldaps://dc1.corp.example.com\"], or discover = \"corp.example.com\".");
    const auto* entry = section.find("uris");
    const auto* items = entry == nullptr ? nullptr : std::get_if<std::vector<Node>>(&entry->node.value);
    if (items != nullptr && items->empty())
        section.bad_value("uris", "is empty", "Name one domain controller at least.");
    for (const auto& uri : uris.value_or(std::vector<PlacedText>{})) {
        check_uri(section, uri, directory.tls);
        directory.uris.push_back(uri.text);
    }
}

void read_bind(Section& section, DirectoryConfig& directory) {
    directory.bind = section.word<Bind>("bind", binds).value_or(Bind::simple);
    if (const auto bind_dn = section.text("bind_dn")) {
        directory.bind_dn = *bind_dn;
        if (!is_dn(*bind_dn) && !is_mail_address(*bind_dn))
            section.bad_value("bind_dn",
                              text::quoted(*bind_dn) + " is neither a DN nor a UPN",
                              "Write \"CN=…,DC=…\" or \"svc-uplift@corp.example.com\".");
    }
    directory.password = section.secret("password");
    directory.keytab = section.path("keytab").value_or("");
    directory.principal = section.text("principal").value_or("");
    if (!directory.principal.empty() && directory.principal.find('@') == std::string::npos)
        section.bad_value("principal",
                          text::quoted(directory.principal) + " has no realm",
                          "Write \"svc-uplift@CORP.EXAMPLE.COM\".");
    if (directory.bind == Bind::gssapi) {
        section.require("keytab", "Add keytab = \"/etc/uplift/svc-uplift.keytab\".");
        section.require("principal", "Add principal = \"svc-uplift@CORP.EXAMPLE.COM\".");
        section.no_effect("bind_dn");
        section.no_effect("password");
        return;
    }
    section.no_effect("keytab");
    section.no_effect("principal");
    section.require("bind_dn", "Add bind_dn = \"CN=…\" or the UPN of the service account.");
    section.require("password", "Add password = { credential = \"NAME\" } or { file = \"/PATH\" }.");
}

}  // namespace

DirectoryConfig read_directory(Section section, const std::string& name) {
    DirectoryConfig directory;
    directory.name = DirectoryName{name};
    directory.tls = section.word<DirectoryTls>("tls", tls_modes).value_or(DirectoryTls::ldaps);
    read_uris(section, directory);
    section.require("base_dn", "Add base_dn = \"DC=corp,DC=example,DC=com\".");
    if (const auto base = section.text("base_dn")) {
        directory.base_dn = *base;
        if (!is_dn(*base))
            section.bad_value("base_dn",
                              text::quoted(*base) + " is no distinguished name",
                              "Write it like \"DC=corp,DC=example,DC=com\".");
    }
    directory.netbios = text::upper(name);
    if (const auto netbios = section.text("netbios")) {
        directory.netbios = *netbios;
        // MS-ADTS: at most 15, and what a name before a backslash must not have.
        if (netbios->size() > 15 || netbios->find_first_of("\\/:*?\"<>| @") != std::string::npos)
            section.bad_value("netbios",
                              text::quoted(*netbios) + " is no NetBIOS name",
                              "Write what stands before the backslash in CORP\\jdoe.");
    }
    read_bind(section, directory);
    directory.ca_file = section.path("ca_file").value_or("");
    directory.anchor = section.word<AnchorSource>("anchor", anchors).value_or(AnchorSource::objectGUID);
    if (const auto exclude = section.text("exclude")) {
        directory.exclude = *exclude;
        if (const auto wrong = what_is_wrong_with_filter(*exclude))
            section.bad_value("exclude",
                              text::quoted(*exclude) + " is no LDAP filter: " + *wrong,
                              "Write it like \"(department=Vendors)\".");
    }
    section.finish();
    return directory;
}

}  // namespace uplift::config
