// Vault: draws, seals and opens initial passwords.
//
// Implemented by secrets/ (AES-256-GCM with the sealing key) and by tests/sim (a transparent one).
#pragma once

#include <string>
#include <string_view>

#include "core/model/profile.hpp"
#include "core/model/result.hpp"
#include "core/model/secret.hpp"

namespace uplift::engine {

class Vault {
 public:
    virtual ~Vault() = default;
    // A new random password by `rule`; the first letter is one, so it is never a formula or an option.
    virtual Secret draw_password(const PasswordRule& rule) = 0;
    // Sealed bytes that only open with the same context (associated data).
    virtual std::string seal(const Secret& clear, std::string_view context) = 0;
    virtual Result<Secret> open(std::string_view sealed, std::string_view context) = 0;
    // SHA-256 as 64 hex digits, for fingerprints of plans and files.
    [[nodiscard]] virtual std::string digest(std::string_view text) const = 0;
};

}  // namespace uplift::engine
