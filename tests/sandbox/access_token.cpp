#include "tests/sandbox/access_token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;
constexpr std::size_t most_known_tokens = 10'000;

std::optional<TokenClaims> parsed_claims(std::string_view part) {
    const auto bytes = from_base64url(part);
    if (!bytes) return std::nullopt;
    const json body = json::parse(*bytes, nullptr, false);
    if (!body.is_object()) return std::nullopt;
    TokenClaims claims;
    claims.audience = body.value("aud", "");
    claims.tenant = body.value("tid", "");
    claims.app = body.value("appid", "");
    claims.object_id = body.value("oid", "");
    claims.roles = body.value("roles", std::vector<std::string>());
    claims.issued = TimePoint(std::chrono::seconds(body.value("nbf", std::int64_t{0})));
    claims.expires = TimePoint(std::chrono::seconds(body.value("exp", std::int64_t{0})));
    return claims;
}

}  // namespace

bool TokenClaims::has_role(std::string_view role) const {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

std::string AccessTokens::signature_of(std::string_view signed_part) const {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(),
         key_.data(),
         static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(signed_part.data()),
         signed_part.size(),
         mac,
         &size);
    return {reinterpret_cast<char*>(mac), size};
}

std::string AccessTokens::issue(const TokenClaims& claims) {
    json body = {
        {"aud", claims.audience},
        {"iss", "https://sts.windows.net/" + claims.tenant + "/"},
        {"iat", unix_seconds(claims.issued)},
        {"nbf", unix_seconds(claims.issued)},
        {"exp", unix_seconds(claims.expires)},
        {"appid", claims.app},
        {"idtyp", "app"},
        {"oid", claims.object_id},
        {"sub", claims.object_id},
        {"tid", claims.tenant},
        {"uti", base64url(random_.bytes(16))},
        {"ver", "1.0"},
    };
    // Entra issues a token even when nothing was granted; the claim is then left out.
    if (!claims.roles.empty()) body["roles"] = claims.roles;
    const std::string signed_part =
        base64url(R"({"typ":"JWT","alg":"HS256","kid":"sandbox"})") + "." + base64url(body.dump());
    return signed_part + "." + base64url(signature_of(signed_part));
}

TokenFault AccessTokens::read(std::string_view token, TimePoint now, const TokenClaims** claims) {
    if (token.empty()) return TokenFault::empty;
    auto found = known_.find(std::string(token));
    if (found == known_.end()) {
        const auto last_dot = token.rfind('.');
        const auto first_dot = token.find('.');
        if (last_dot == std::string_view::npos || first_dot == last_dot) return TokenFault::malformed;
        const auto mac = from_base64url(token.substr(last_dot + 1));
        const std::string expected = signature_of(token.substr(0, last_dot));
        if (!mac || mac->size() != expected.size() ||
            CRYPTO_memcmp(mac->data(), expected.data(), expected.size()) != 0)
            return TokenFault::bad_signature;
        auto parsed = parsed_claims(token.substr(first_dot + 1, last_dot - first_dot - 1));
        if (!parsed) return TokenFault::malformed;
        if (known_.size() >= most_known_tokens) known_.clear();
        found = known_.emplace(std::string(token), std::move(*parsed)).first;
    }
    if (found->second.expires <= now) return TokenFault::expired;
    *claims = &found->second;
    return TokenFault::none;
}

void AccessTokens::revoke_all() {
    key_ = random_.bytes(32);
    known_.clear();
}

}  // namespace uplift::sandbox
