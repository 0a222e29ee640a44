// What a reply of the token endpoint means.
//
// Pure. Decided by the status and by OAuth's `error`; the AADSTS number only chooses the words for people
// (Microsoft: clients must not depend on it). The token is taken out of the reply into the arena and wiped
// there. Contract: oauth.md sections 3 and 4.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/http/request.hpp"
#include "core/http/retry_after.hpp"
#include "core/model/outcome.hpp"
#include "core/model/secret.hpp"

namespace uplift::http {

struct Granted {
    Secret token;
    std::chrono::seconds lifetime{};
    std::optional<std::vector<std::string>> roles;  // the application permissions in it
};
// A person must act: asking again at once is of no use.
struct SignInRefused {
    std::string error;  // invalid_client
    Unauthorized outcome;
};
struct SignInFailed {
    std::string why;
    FaultCode code = FaultCode::tenant_unreachable;
    std::optional<RetryAfter> wait;  // where the service said one
    bool throttled = false;
};
using TokenReply = std::variant<Granted, SignInRefused, SignInFailed>;

TokenReply understood_token(Exchange exchange, TimePoint now);

// The claim `roles` of a JWT: empty where nothing was granted. Nothing where it is no token that can be read.
std::optional<std::vector<std::string>> roles_of(std::string_view token);

}  // namespace uplift::http
