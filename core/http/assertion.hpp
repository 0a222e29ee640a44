// The signed statement by which an app signs in with its certificate: a JWT, RS256 or PS256.
//
// Signs with OpenSSL; the key is parsed from the arena for every signature and freed at once.
// Contract: oauth.md, Client assertion.
#pragma once

#include <string>

#include "core/model/result.hpp"
#include "core/model/secret.hpp"
#include "core/model/time.hpp"

namespace uplift::http {

struct Certificate {
    std::string certificate_pem;
    Secret private_key_pem;  // unencrypted
};

// The two ways to name the certificate. Entra's documentation asks for the first; some tenants only take the
// second (AADSTS700027).
enum class AssertionForm { ps256_with_sha256_thumbprint, rs256_with_sha1_thumbprint };

struct AssertionClaims {
    std::string audience;   // the URL that it is posted to
    std::string client_id;  // GUID text
    std::string jti;        // fresh GUID text
    TimePoint now;
};

// Fault tenant_credentials: not a certificate, one that has ended, not an RSA key, or one that does not
// belong to the other.
Result<Secret> client_assertion(const Certificate& certificate,
                                AssertionForm form,
                                const AssertionClaims& claims);

// The end of its validity, for the warning 30 days before.
Result<TimePoint> certificate_end(const std::string& certificate_pem);
// What there is to say when that has passed.
Fault certificate_has_ended(TimePoint end);

}  // namespace uplift::http
