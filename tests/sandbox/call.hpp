// One call on Graph after it was authenticated, charged and routed, and what the handlers answer.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/sandbox/access_token.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/tenant.hpp"
#include "tests/sandbox/url.hpp"

namespace uplift::sandbox {

struct Call {
    Tenant& tenant;
    const Request& request;  // of a batch item: the item
    const Url& url;
    std::vector<std::string> ids;  // what stood at the route's {}
    nlohmann::json body;           // null when there is none
    const TokenClaims& caller;
    std::string base;  // https://127.0.0.1:port
    TimePoint now;

    // The object every body has to be; throws Graph's refusal of anything else.
    const nlohmann::json& object_body() const;
    // ConsistencyLevel: eventual and $count=true together make a query an advanced one.
    bool asks_eventual() const;
    bool asks_count() const;
};

struct Answer {
    int status = 200;
    Headers headers;
    nlohmann::json body;  // null: none
};

Answer no_content();

// The names in $select; empty when it is absent.
std::vector<std::string> selected(const Call& call);
std::string context_url(const Call& call, const std::string& resource);
std::string with_selection(const std::string& resource, const std::vector<std::string>& names);

// The object id in {"@odata.id": "https://host/v1.0/users/<id>"} or …/directoryObjects/<id>.
std::string referenced_id(const Call& call, const std::string& url);

// The user that a path names by id or UPN, as a read through this call's view finds it. Throws not found.
UserPosition addressed_user(const Call& call, const std::string& name);
const User& seen_user(const Call& call, const std::string& name);
// The same for a write, which also has to find the user really there.
UserPosition writable_user(const Call& call, const std::string& name);

}  // namespace uplift::sandbox
