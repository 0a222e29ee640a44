// POST /{tenant}/oauth2/v2.0/token: client credentials by secret or by signed assertion, with Entra's AADSTS
// errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/access_token.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/tenant.hpp"

namespace uplift::sandbox {

// What a token may be asked for; the sandbox's own base URL counts as both.
enum class Resource { graph, exchange, both };

struct KnownResource {
    std::string url;  // without a slash at the end
    Resource resource;
};

class TokenEndpoint {
 public:
    TokenEndpoint(Tenant& tenant, AccessTokens& tokens) : tenant_(tenant), tokens_(tokens) {}

    // `bases` are the URLs under which the sandbox is reached.
    Reply answer(const Request& request,
                 std::string_view tenant_in_path,
                 const std::vector<std::string>& bases,
                 TimePoint now);

 private:
    Tenant& tenant_;
    AccessTokens& tokens_;
};

// The resources of all clouds, and `bases`. A token's audience is the URL asked for.
std::vector<KnownResource> known_resources(const std::vector<std::string>& bases);
bool is_graph_audience(std::string_view audience, const std::vector<std::string>& bases);
bool is_exchange_audience(std::string_view audience, const std::vector<std::string>& bases);

}  // namespace uplift::sandbox
