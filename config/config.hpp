// Config: everything that /etc/uplift/uplift.toml says, checked and with its defaults filled in.
//
// Plain values. Secrets stay references (secrets_file.hpp reads them). Keys whose work comes in a later
// version are here too: load.hpp warns where they are set.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/ids.hpp"
#include "core/model/profile.hpp"
#include "core/model/time.hpp"

namespace uplift::config {

// Where a secret (or a certificate) is kept: never the bytes themselves.
struct SecretRef {
    enum class Kind : std::uint8_t { credential, file };
    Kind kind = Kind::file;
    std::string name;  // of the systemd credential, or an absolute path
    bool operator==(const SecretRef&) const = default;
};
// credential "graph-key", file "/etc/uplift/app.key"
std::string to_string(const SecretRef& ref);

enum class Bind : std::uint8_t { simple, gssapi };
enum class DirectoryTls : std::uint8_t { ldaps, starttls, none };
enum class AnchorSource : std::uint8_t { objectGUID, mS_DS_ConsistencyGuid };

struct DirectoryConfig {
    DirectoryName name;
    std::vector<std::string> uris;  // ldaps://host[:port] or ldap://host[:port], tried in order
    std::string discover;
    std::string site;
    std::string base_dn;
    std::string netbios;
    Bind bind = Bind::simple;
    std::string bind_dn;  // a DN or a UPN
    std::optional<SecretRef> password;
    std::string keytab;
    std::string principal;
    DirectoryTls tls = DirectoryTls::ldaps;
    std::string ca_file;  // empty: the system's
    AnchorSource anchor = AnchorSource::objectGUID;
    std::string exclude;  // LDAP filter, or empty
    bool operator==(const DirectoryConfig&) const = default;
};

enum class Cloud : std::uint8_t { global, gcc_high, dod, china };

// https://host[:port][/path], without a slash at the end.
struct Endpoints {
    std::string login = "https://login.microsoftonline.com";
    std::string graph = "https://graph.microsoft.com";
    std::string exchange = "https://outlook.office365.com";
    bool operator==(const Endpoints&) const = default;
};

struct TenantConfig {
    TenantName name;
    std::string id;         // GUID or domain
    std::string client_id;  // lower-case GUID
    std::optional<SecretRef> certificate;
    std::optional<SecretRef> private_key;
    std::optional<SecretRef> client_secret;  // either this one or the two above
    Cloud cloud = Cloud::global;
    Endpoints endpoints;
    std::string ca_file;  // extra trust anchor, or empty
    std::string proxy;
    std::vector<std::string> tolerate_permissions;
    Duration unknown_quiet = std::chrono::seconds{120};
    std::optional<double> writes_per_second;  // absent: what Microsoft documents
    bool operator==(const TenantConfig&) const = default;
};

enum class ApprovalBy : std::uint8_t { other, anyone };

struct ServiceConfig {
    std::string state_dir = "/var/lib/uplift";
    std::string socket = "/run/uplift/control.sock";
    std::optional<ProfileName> default_profile;
    SecretRef sealing_key;
    std::int64_t approval_above = 100;
    ApprovalBy approval_by = ApprovalBy::other;
    std::int64_t creates_per_day = 500;
    std::uint64_t max_file = std::uint64_t{256} << 20;  // bytes
    Duration retention = std::chrono::hours{400 * 24};
    Duration mailbox_poll_shortest = std::chrono::minutes{1};
    Duration mailbox_poll_longest = std::chrono::minutes{15};
    Duration mailbox_overdue = std::chrono::hours{24};
    Duration mailbox_timeout = std::chrono::hours{7 * 24};
    bool operator==(const ServiceConfig&) const = default;
};

enum class HandoverMode : std::uint8_t { reveal, encrypt };

struct HandoverConfig {
    HandoverMode mode = HandoverMode::reveal;
    std::vector<std::string> recipients;  // absolute paths of certificates
    bool operator==(const HandoverConfig&) const = default;
};
// Names a recipient's files: helpdesk of /etc/uplift/helpdesk.pem.
std::string recipient_name(std::string_view path);

struct NotifyConfig {
    std::vector<std::string> mail_to;
    std::string webhook;
    std::optional<SecretRef> webhook_key;
    std::vector<std::string> events;
    bool operator==(const NotifyConfig&) const = default;
};

// A value as somebody wrote it.
struct WrittenValue {
    std::string text;   // as TOML
    std::string place;  // /etc/uplift/uplift.toml:31:1
};

struct Config {
    std::map<DirectoryName, DirectoryConfig> directories;
    std::map<TenantName, TenantConfig> tenants;
    std::map<ProfileName, Profile> profiles;
    // The typed passwords of profiles with password.mode = "typed" that do not leave it to `submit`.
    std::map<ProfileName, SecretRef> typed_passwords;
    ServiceConfig service;
    HandoverConfig handover;
    NotifyConfig notify;
    // By their dotted keys, "profile.staff.domain"; keys that are not here have their default.
    std::map<std::string, WrittenValue> written;
};

}  // namespace uplift::config
