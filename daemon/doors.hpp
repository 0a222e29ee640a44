// Doors: directories and tenants as the configuration names them, built from it with their secrets.
//
// Opens no connection. Faults are those of the settings and secrets, placed by the adapters.
// Network thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "config/config.hpp"
#include "config/secrets_file.hpp"
#include "core/engine/engine.hpp"
#include "core/graph/permissions.hpp"
#include "daemon/door_slots.hpp"

namespace uplift::ldap {
class LdapDirectory;
}

namespace uplift::daemon {

// A directory as it stands, without asking anybody.
struct DirectoryState {
    std::string domain_controller;   // in use; empty: none
    std::optional<TimePoint> since;  // when it came into use
    // How much later its clock is than ours; nothing where it does not say.
    std::optional<std::chrono::seconds> clock_skew;
    bool clocks_differ = false;  // by more than Kerberos bears
    std::string last_error;      // empty: none so far
    std::optional<TimePoint> last_error_at;
};

// What the app of a tenant may do on Graph, by its token's own word, and what it should.
struct AppRights {
    std::optional<std::vector<std::string>> granted;  // nothing: the token cannot be read
    graph::PermissionRules rules;
};

class Doors {
 public:
    struct Parts {
        boost::asio::any_io_executor executor;
        engine::Clock& clock;
        engine::Entropy& entropy;
        config::SecretSource secrets;
    };
    explicit Doors(Parts parts);
    ~Doors();

    // Builds every adapter anew and puts it behind its port; where one cannot be built, none is replaced.
    // The engine's doors are those of the first call: later calls neither add nor remove any.
    std::vector<Fault> open(const config::Config& config);

    [[nodiscard]] std::map<DirectoryName, engine::Directory*> directories() const;
    [[nodiscard]] std::map<TenantName, engine::Tenant*> tenants() const;
    [[nodiscard]] std::map<TenantName, engine::Mailboxes*> mailboxes() const;
    [[nodiscard]] std::map<DirectoryName, DirectoryState> directory_health() const;
    // Signs in if need be and reads the base; signs in. Of doors that are open.
    boost::asio::awaitable<Outcome<DirectoryState>> probe(DirectoryName directory, TimePoint deadline);
    boost::asio::awaitable<Outcome<AppRights>> sign_in(TenantName tenant, TimePoint deadline);
    // The end of the certificate that each tenant signs in with; nothing where it uses a secret.
    [[nodiscard]] std::map<TenantName, std::optional<TimePoint>> certificate_ends() const;

 private:
    struct Adapters;
    Result<std::shared_ptr<ldap::LdapDirectory>> build(const config::DirectoryConfig& config) const;
    Result<std::shared_ptr<Adapters>> build(const config::TenantConfig& config,
                                            graph::PermissionRules permissions) const;
    void forget_old_ones();

    Parts parts_;
    enum class Opened : std::uint8_t { never, once } opened_ = Opened::never;
    std::map<DirectoryName, std::unique_ptr<DirectorySlot>> directories_;
    std::map<DirectoryName, std::shared_ptr<ldap::LdapDirectory>> asked_;  // behind the slots
    std::map<TenantName, std::unique_ptr<TenantSlot>> tenants_;
    std::map<TenantName, std::unique_ptr<MailboxesSlot>> mailboxes_;
    std::map<TenantName, std::shared_ptr<Adapters>> in_use_;
    // A sign-in of a replaced one may still be under way.
    std::vector<std::pair<TimePoint, std::shared_ptr<Adapters>>> replaced_;
};

}  // namespace uplift::daemon
