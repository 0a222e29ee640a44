// The body of POST and PATCH /users: read strictly, judged, laid onto a user.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "tests/sandbox/tenant.hpp"
#include "tests/sandbox/user.hpp"

namespace uplift::sandbox {

struct PasswordProfile {
    std::string password;
    bool force_change = false;  // the API's default when the client leaves it out
};

struct UserChange {
    User user;
    std::optional<PasswordProfile> password;
    std::optional<std::string> manager_url;  // manager@odata.bind
};

enum class BodyOf { creation, update };

// Lays `body` over `user`; throws the refusal of the first property that will not do.
UserChange read_user_body(const nlohmann::json& body, User user, BodyOf kind);

// What POST needs beyond valid values: the required properties.
void check_required(const nlohmann::json& body);
// The domain is verified here, and a federated one brings an anchor.
void check_domain(const Tenant& tenant, const User& user);
void check_password(const Tenant& tenant, const User& user, const std::string& password);
// UPN, addresses and anchor are nobody else's, in the tenant's true state.
void check_unique(const Tenant& tenant, const User& user);

}  // namespace uplift::sandbox
