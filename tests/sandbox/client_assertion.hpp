// Certificates registered on an app, and the JWT that a client signs with one of them instead of sending a
// secret.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

struct RegisteredCertificate {
    std::string sha1;    // of the DER form, 20 bytes
    std::string sha256;  // of the DER form, 32 bytes
    TimePoint not_after{};
    std::shared_ptr<void> public_key;  // EVP_PKEY
};

// Nothing when the text is no PEM certificate.
std::optional<RegisteredCertificate> read_certificate(std::string_view pem);

enum class AssertionFault {
    none,
    malformed,
    key_not_found,
    key_expired,
    bad_signature,
    wrong_audience,
    wrong_issuer,
    not_valid_now,
};

struct AssertionVerdict {
    AssertionFault fault = AssertionFault::none;
    std::string thumbprint;  // hex, of the key that the client named
};

AssertionVerdict verify_assertion(std::string_view jwt,
                                  std::string_view client_id,
                                  const std::vector<std::string>& audiences,
                                  const std::vector<RegisteredCertificate>& certificates,
                                  TimePoint now);

}  // namespace uplift::sandbox
