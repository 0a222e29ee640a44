// One Microsoft 365 organisation: everything a definition says and everything that requests have changed
// since.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/client_assertion.hpp"
#include "tests/sandbox/directory.hpp"
#include "tests/sandbox/exchange/access.hpp"
#include "tests/sandbox/exchange/mailboxes.hpp"
#include "tests/sandbox/exchange/settings.hpp"
#include "tests/sandbox/groups.hpp"
#include "tests/sandbox/random.hpp"
#include "tests/sandbox/subscriptions.hpp"
#include "tests/sandbox/throttle.hpp"

namespace uplift::sandbox {

struct Domain {
    std::string name;  // lower case
    bool verified = true;
    bool is_default = false;
    bool initial = false;
    bool federated = false;
    std::vector<std::string> services;
    std::optional<bool> accepted;  // by Exchange; nothing: when it is verified and has the service Email

    bool is_accepted() const;
};

struct Contact {
    std::string id;
    std::string display_name;
    std::string mail;
    std::vector<std::string> proxy_addresses;
};

struct AppSecret {
    std::string value;
    std::optional<TimePoint> expires;
};

struct App {
    std::string client_id;
    std::string object_id;  // of its service principal
    std::string name;
    bool enabled = true;
    bool consented = true;  // false: the tenant has no service principal of it any more
    std::vector<AppSecret> secrets;
    std::vector<RegisteredCertificate> certificates;
    std::vector<std::string> roles;           // application permissions on Microsoft Graph
    std::vector<std::string> exchange_roles;  // application permissions on Office 365 Exchange Online
    exchange::Access exchange_access;         // what it may do there
};

// assignLicense for users whose UPN fits is refused with this of the six words.
struct LicenceErrorRule {
    std::string users;  // glob
    std::string error;
    std::optional<std::uint32_t> times;  // nothing: always
};

enum class FederatedCreate { with_anchor, refused };

struct Settings {
    LagSettings lag;
    DelayRange seat_lag;  // until consumedUnits shows a change
    std::vector<LicenceErrorRule> licence_errors;
    exchange::MailboxTiming mailboxes;
    exchange::CallSettings exchange;
    RetryAfterForm retry_after = RetryAfterForm::seconds;
    double throttle_scale = 1;
    std::chrono::seconds token_lifetime{3599};
    std::vector<std::string> banned_words;
    bool bin_blocks_anchor = true;
    bool premium = true;  // Entra ID P1: signInActivity can be read
    bool empty_first_page = false;
    FederatedCreate federated_create = FederatedCreate::with_anchor;
};

class Tenant {
 public:
    Tenant(Settings settings_, std::uint64_t seed)
        : settings(std::move(settings_)), random(seed), directory(settings.lag, random), mailboxes(seed) {}
    Tenant(const Tenant&) = delete;
    Tenant& operator=(const Tenant&) = delete;

    const Domain* domain(std::string_view name) const;
    App* app(std::string_view client_id);
    // `User_<id>`, `Group_<id>` or `Contact_<id>` of who has the SMTP address; nothing when it is free.
    std::optional<std::string> address_holder(std::string_view address, std::string_view except_user) const;

    std::string id;
    std::string name;
    std::string country;
    Settings settings;
    Random random;
    std::vector<Domain> domains;
    std::vector<App> apps;
    std::vector<Contact> contacts;
    std::multimap<TimePoint, UserPosition> bin;  // by the time of the deletion
    Subscriptions subscriptions;
    Groups groups;
    Directory directory;
    exchange::Mailboxes mailboxes;
};

}  // namespace uplift::sandbox
