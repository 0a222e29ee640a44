// Access tokens as Entra issues them to apps: JWT with aud, tid, appid, roles; signed (HS256) by the sandbox
// alone.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/message.hpp"
#include "tests/sandbox/random.hpp"

namespace uplift::sandbox {

struct TokenClaims {
    std::string audience;
    std::string tenant;
    std::string app;        // client id
    std::string object_id;  // of the service principal
    std::vector<std::string> roles;
    TimePoint issued{};
    TimePoint expires{};

    bool has_role(std::string_view role) const;
};

enum class TokenFault { none, empty, malformed, bad_signature, expired };

class AccessTokens {
 public:
    explicit AccessTokens(Random& random) : random_(random), key_(random.bytes(32)) {}

    std::string issue(const TokenClaims& claims);
    // `claims` points into the cache and stays valid until the next call.
    TokenFault read(std::string_view token, TimePoint now, const TokenClaims** claims);
    // From now on every token given out so far is refused.
    void revoke_all();

 private:
    std::string signature_of(std::string_view signed_part) const;

    Random& random_;
    std::string key_;
    std::unordered_map<std::string, TokenClaims> known_;  // tokens whose signature was found good
};

}  // namespace uplift::sandbox
