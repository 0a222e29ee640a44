// LdapDirectory: the Directory port over LDAP, for Active Directory's domain controllers.
//
// One thread owns the connection and keeps many searches outstanding on it; a second, short-lived one opens
// connections (name look-ups, TCP and TLS may block); a watchdog shuts sockets that libldap is stuck on.
// Answers are posted to the caller's executor, which must run on one thread (the network thread) and outlive
// this object. Reads only. TLS before the password, always; LDAPNOINIT: nothing of the environment counts.
// Domain controllers are asked in the order of `uris`; one that failed rests, and the first comes back into
// use by itself.
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

enum class Tls : std::uint8_t { ldaps, starttls, none };  // none: to this machine only

// How long things may take; tests scale them down.
struct Limits {
    Duration connect = std::chrono::seconds{10};  // TCP, TLS and sign-in of one domain controller
    Duration silence = std::chrono::seconds{10};  // nothing heard while searches are outstanding
    Duration search = std::chrono::seconds{30};   // one lookup, all its requests
    Duration rest = std::chrono::seconds{60};  // of a domain controller that failed, of refused credentials
    Duration busy = std::chrono::seconds{5};   // before asking a busy one again
    std::size_t outstanding = 64;              // searches on the wire at the same time
};

struct LdapSettings {
    DirectoryName name;
    std::vector<std::string> uris;  // ldaps://dc1.corp.example.com, in order
    std::string base_dn;
    std::string netbios;  // CORP of CORP\jdoe
    std::string bind_dn;  // a DN, or a UPN where the server is AD
    Secret password;
    Tls tls = Tls::ldaps;
    std::string ca_file;  // empty: the system's
    std::string exclude;  // a filter; who matches is Scope::excluded
    int page_size = 500;  // AD gives 1,000 at most
    Limits limits;
};

// For `status`.
struct DirectoryHealth {
    std::string domain_controller;   // in use; empty: none
    std::optional<TimePoint> since;  // when it came into use
    std::string last_error;          // empty: none so far
    std::optional<TimePoint> last_error_at;
    std::size_t outstanding = 0;  // searches on the wire
    std::size_t waiting = 0;      // not sent yet
};

class DirectoryThread;

class LdapDirectory final : public engine::Directory {
 public:
    // Connects to nobody yet. Faults are about settings: place directory.NAME.KEY.
    static Result<std::unique_ptr<LdapDirectory>> make(LdapSettings settings);
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
    LdapDirectory(std::shared_ptr<const LdapSettings> settings, std::unique_ptr<DirectoryThread> thread);

    std::shared_ptr<const LdapSettings> settings_;
    std::unique_ptr<DirectoryThread> thread_;
};

}  // namespace uplift::ldap
