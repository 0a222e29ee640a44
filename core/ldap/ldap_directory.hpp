// LdapDirectory: the Directory port over LDAP, for Active Directory's domain controllers.
//
// One thread owns the connection and keeps many searches outstanding on it; those that name people by
// objectGUID at the same time share one. A second, short-lived thread opens connections (name look-ups, TCP
// and TLS may block); each listing has a thread and a connection of its own; a watchdog shuts sockets that
// libldap is stuck on.
// Answers are posted to the caller's executor, which must run on one thread (the network thread) and outlive
// this object. Reads only. TLS before the password, always; LDAPNOINIT: nothing of the environment counts.
// Domain controllers are asked in the order of `uris`, or as DNS names them; one that failed rests, and a
// better one comes back into use by itself.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/ports/directory.hpp"
#include "core/model/ids.hpp"
#include "core/model/result.hpp"
#include "core/model/secret.hpp"
#include "core/model/time.hpp"

namespace uplift::ldap {

enum class Bind : std::uint8_t { simple, gssapi };
enum class Tls : std::uint8_t { ldaps, starttls, none };  // none: to this machine only

// How long things may take; tests scale them down.
struct Limits {
    Duration connect = std::chrono::seconds{10};  // TCP, TLS and sign-in of one domain controller
    Duration silence = std::chrono::seconds{10};  // nothing heard while searches are outstanding
    Duration search = std::chrono::seconds{30};   // one lookup, all its requests
    Duration rest = std::chrono::seconds{60};  // of a domain controller that failed, of refused credentials
    Duration busy = std::chrono::seconds{5};   // before asking a busy one again, or DNS
    Duration discovered = std::chrono::minutes{15};  // what DNS said counts so long
    std::size_t outstanding = 64;                    // searches on the wire at the same time
};

struct LdapSettings {
    DirectoryName name;
    std::vector<std::string> uris;  // ldaps://dc1.corp.example.com, in order
    std::string discover;           // or a domain, whose domain controllers DNS names
    std::string site;               // with `discover`: those of this site first
    std::string base_dn;
    std::string netbios;  // CORP of CORP\jdoe
    Bind bind = Bind::simple;
    std::string bind_dn;  // a DN, or a UPN where the server is AD
    Secret password;
    std::string principal;  // gssapi: svc-uplift@CORP.EXAMPLE.COM
    std::string keytab;     // gssapi: the file with its key
    Tls tls = Tls::ldaps;
    std::string ca_file;  // empty: the system's
    std::string exclude;  // a filter; who matches is Scope::excluded
    std::string anchor;   // the attribute that is a person's anchor; empty: objectGUID
    int page_size = 500;  // AD gives 1,000 at most
    Limits limits;
};

// For `status`.
struct DirectoryHealth {
    std::string domain_controller;   // in use; empty: none
    std::optional<TimePoint> since;  // when it came into use
    // How much later its clock is than ours; nothing where it does not say. Kerberos bears 5 minutes.
    std::optional<std::chrono::seconds> clock_skew;
    std::string last_error;  // empty: none so far
    std::optional<TimePoint> last_error_at;
    std::size_t outstanding = 0;  // searches on the wire
    std::size_t waiting = 0;      // not sent yet
};

inline constexpr std::chrono::seconds worst_clock_skew = std::chrono::minutes{5};

class DirectoryThread;
class Listings;
class ServiceResolver;
class Standing;
class Watchdog;
struct DomainController;
struct PersonSearch;
struct Question;

class LdapDirectory final : public engine::Directory {
 public:
    // Connects to nobody yet. Faults are about settings: place directory.NAME.KEY.
    static Result<std::unique_ptr<LdapDirectory>> make(LdapSettings settings);
    // With `discover`: names are looked up by `resolver`.
    static Result<std::unique_ptr<LdapDirectory>> make(LdapSettings settings,
                                                       std::shared_ptr<ServiceResolver> resolver);
    ~LdapDirectory() override;  // within 2 s, whoever is silent; calls under way get `not_sent`
    LdapDirectory(const LdapDirectory&) = delete;
    LdapDirectory& operator=(const LdapDirectory&) = delete;

    boost::asio::awaitable<Outcome<std::vector<engine::FoundPerson>>> find(
        Identity identity, std::vector<std::string> attributes, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> list(Selection selection,
                                                  std::vector<std::string> attributes,
                                                  engine::PageTaker taker,
                                                  Duration patience) override;

    // Signs in if need be and reads the base: what `doctor` and `status` ask.
    boost::asio::awaitable<Outcome<DirectoryHealth>> probe(TimePoint deadline);
    // As it stands, without asking anybody. Any thread.
    [[nodiscard]] DirectoryHealth health() const;

 private:
    LdapDirectory(std::shared_ptr<const LdapSettings> settings,
                  std::vector<DomainController> controllers,
                  std::shared_ptr<ServiceResolver> resolver);
    [[nodiscard]] Question question_for(PersonSearch search, std::vector<std::string> attributes) const;

    std::shared_ptr<const LdapSettings> settings_;
    std::shared_ptr<Standing> standing_;
    std::shared_ptr<Watchdog> watchdog_;
    std::unique_ptr<Listings> listings_;
    std::unique_ptr<DirectoryThread> thread_;
};

}  // namespace uplift::ldap
