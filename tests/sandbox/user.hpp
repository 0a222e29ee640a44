// One user of the tenant, as a value: what a read may show. Counters and passwords are in Directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sandbox/message.hpp"
#include "tests/sandbox/user_properties.hpp"

namespace uplift::sandbox {

struct Licence {
    std::uint16_t sku = 0;                      // position in Subscriptions
    std::vector<std::uint16_t> disabled_plans;  // positions in that SKU's plans
    TimePoint assigned_at{};
    std::string by_group;  // id of the group it comes from; empty: assigned to the person
    std::string error;     // of a group's licence that could not be given: CountViolation …

    bool counts() const { return error.empty(); }
};

enum class Presence : std::uint8_t { active, in_bin, purged };

struct User {
    std::string id;
    std::vector<std::pair<TextProperty, std::string>> text;  // only those that have a value
    std::vector<std::string> business_phones;
    std::vector<std::string> other_mails;
    std::vector<std::string> proxy_addresses;                                // with their prefix
    std::vector<std::pair<std::uint8_t, std::string>> extension_attributes;  // 1..15
    std::vector<Licence> licences;
    std::string manager;                   // id
    std::vector<std::string> admin_roles;  // directory roles: Global Administrator …
    std::optional<TimePoint> last_sign_in;
    TimePoint created_at{};
    TimePoint password_changed_at{};
    TimePoint deleted_at{};
    Presence presence = Presence::active;
    bool account_enabled = true;
    bool synced = false;       // onPremisesSyncEnabled
    bool once_synced = false;  // mail properties are mastered by Exchange
    bool admin = false;        // holds an admin role: protected from app-only writes

    const std::string* get(TextProperty property) const {
        for (const auto& [key, value] : text)
            if (key == property) return &value;
        return nullptr;
    }
    std::string_view value(TextProperty property) const {
        const std::string* found = get(property);
        return found == nullptr ? std::string_view() : *found;
    }
    void set(TextProperty property, std::string value);
    void clear(TextProperty property);
};

inline void User::set(TextProperty property, std::string value) {
    for (auto& [key, old] : text)
        if (key == property) {
            old = std::move(value);
            return;
        }
    text.emplace_back(property, std::move(value));
}

inline void User::clear(TextProperty property) {
    std::erase_if(text, [&](const auto& entry) { return entry.first == property; });
}

// The name of a user in the bin: Entra puts the object id without dashes in front.
inline std::string bin_name(std::string_view id, std::string_view user_principal_name) {
    std::string name(id);
    std::erase(name, '-');
    return name.append(user_principal_name);
}

}  // namespace uplift::sandbox
