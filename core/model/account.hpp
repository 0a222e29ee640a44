// Accounts, licences and groups of a tenant, as planned and as read.
//
// Pure. Property names are Microsoft Graph's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/guid.hpp"
#include "core/model/ids.hpp"
#include "core/model/profile.hpp"
#include "core/model/time.hpp"

namespace uplift {

// What a profile makes of a person; fixed when the step `resolve` ends and never changed after.
struct PlannedAccount {
    std::string user_principal_name;
    std::string mail_nickname;
    std::string display_name;
    std::string usage_location;  // two capitals, ISO 3166 alpha-2; empty only where no licence is planned
    bool account_enabled = true;
    bool force_change = true;
    Anchor anchor;                                                // onPremisesImmutableId
    std::vector<std::pair<std::string, std::string>> properties;  // further Graph properties, by name
    std::vector<LicenseWish> licenses;
    std::vector<std::string> groups;
    bool mailbox_on_premises =
        false;            // AD says that a server of the company's own holds the person's mailbox
    std::string manager;  // distinguishedName in AD; empty: none to be linked
    std::vector<std::string> aliases;  // e-mail addresses to be added, without prefix
    std::optional<LitigationHold> litigation_hold;
    bool archive = false;
    bool operator==(const PlannedAccount&) const = default;
};

// All of a plan in one unambiguous text, for its digest: the same body on every attempt (I3).
std::string canonical_text(const PlannedAccount& plan);

// A directory object of the tenant as a look-up shows it. Reads may be stale.
struct Account {
    ObjectId id;
    std::string user_principal_name;
    Anchor anchor;  // empty: none
    std::string usage_location;
    bool account_enabled = true;
    std::optional<TimePoint> created_at;  // createdDateTime
};

struct AssignedLicense {
    SkuId sku;
    std::vector<PlanId> disabled_plans;
    bool inherited = false;  // by a group (licenseAssignmentStates), not by us
    bool operator==(const AssignedLicense&) const = default;
};

// Signs of use. What the tenant does not show is absent: then nobody knows.
struct AccountUse {
    std::optional<TimePoint> password_changed_at;  // lastPasswordChangeDateTime
    std::optional<TimePoint> signed_in_at;         // signInActivity
    bool shows_sign_ins = false;                   // whether the tenant lets us read signInActivity
};

struct ServicePlan {
    PlanId id;
    std::string name;       // EXCHANGE_S_ENTERPRISE
    bool for_users = true;  // appliesTo User; a Company plan must not be in disabledPlans
};

// Graph subscribedSku. owned is prepaidUnits.enabled + warning, used is consumedUnits.
struct Sku {
    SkuId id;
    std::string part_number;
    std::string product_name;  // may be empty: Graph does not say it
    std::int64_t owned = 0;
    std::int64_t used = 0;
    bool for_users = true;   // appliesTo User
    bool assignable = true;  // capabilityStatus Enabled or Warning
    std::vector<ServicePlan> plans;
};

enum class GroupKind : std::uint8_t {
    security,
    microsoft_365,
    mail_enabled_security,
    distribution_list,
    dynamic,
    synced,
    role_assignable
};
std::string_view word(GroupKind kind);

struct Group {
    GroupId id;
    std::string display_name;
    std::string mail;
    GroupKind kind = GroupKind::security;
};

struct Domain {
    std::string name;
    bool verified = false;
    bool federated = false;
};

}  // namespace uplift
