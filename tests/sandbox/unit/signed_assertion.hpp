// A key pair with its certificate, and a client assertion signed with it.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace uplift::sandbox {

struct SigningKey {
    SigningKey();

    std::shared_ptr<void> key;  // EVP_PKEY, RSA 2048
    std::string certificate_pem;
    std::string sha1;
    std::string sha256;
};

// `header` names `alg`, and the thumbprints to fill in with empty values; `sign_as` signs with another
// algorithm than the header says.
std::string signed_assertion(const SigningKey& key, nlohmann::json header, const nlohmann::json& claims);

}  // namespace uplift::sandbox
