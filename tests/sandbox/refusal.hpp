// What Graph says instead of doing the thing: status, code, text, details. Thrown by the rules, caught in
// graph.cpp.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

struct RefusalDetail {
    std::string code;
    std::string message;
    std::string target;
};

struct Refusal {
    int status = 400;
    std::string code;
    std::string message;
    std::vector<RefusalDetail> details;
    Headers headers;
};

struct RequestIds {
    std::string request_id;
    std::string client_request_id;
};

nlohmann::json envelope_of(const Refusal& refusal, const RequestIds& ids, TimePoint now);

// The texts below are Microsoft's.
Refusal bad_request(std::string message);
Refusal bad_request(std::string message, RefusalDetail detail);
Refusal malformed(std::string message);  // code BadRequest: the request was not understood as OData
Refusal unsupported_filter(std::string_view property, std::string_view resource);
Refusal unsupported_query(std::string message);
Refusal not_found(std::string_view what);
Refusal denied();
Refusal invalid_token(std::string message);
Refusal missing_value(std::string_view property, std::string_view resource);
Refusal invalid_value(std::string_view property, std::string_view resource);
Refusal too_long(std::string_view property, std::string_view resource);
Refusal read_only(std::string_view property);
Refusal unknown_property(std::string_view property, std::string_view type);
// `holder` is `User_<guid>`, `Group_<guid>` or `Contact_<guid>`.
Refusal conflict(std::string_view property, std::string_view holder);
Refusal unverified_domain();
Refusal bad_user_principal_name();
Refusal weak_password();
Refusal synced_object();

}  // namespace uplift::sandbox
