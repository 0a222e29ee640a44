// SealingVault: AES-256-GCM over initial passwords.
//
// A sealed password is  version (1 byte, 0x01) | nonce (12 bytes) | ciphertext | tag (16 bytes).  The nonce
// is fresh for every seal; the version byte and the context are associated data, so that a password opens
// only in the job, row and person it was sealed for. Random 96-bit nonces bound the seals under one key to
// 2^32 (NIST SP 800-38D, 8.3): far beyond any house's people.
//
// Clear bytes live in Secrets only. Engine thread, and whoever reads passwords for a handover: seal and
// draw_password use the Entropy given and are as thread-safe as it is.
#pragma once

#include "core/engine/ports/entropy.hpp"
#include "core/engine/ports/vault.hpp"
#include "core/secrets/sealing_key.hpp"

namespace uplift::secrets {

class SealingVault final : public engine::Vault {
 public:
    // `entropy` outlives the vault.
    SealingVault(const SealingKey& key, engine::Entropy& entropy);

    Secret draw_password(const PasswordRule& rule) override;
    std::string seal(const Secret& clear, std::string_view context) override;
    // password_unsealable when key, context or bytes are not the ones of the seal; never a part of the bytes.
    Result<Secret> open(std::string_view sealed, std::string_view context) override;
    [[nodiscard]] std::string digest(std::string_view text) const override;

 private:
    Secret key_;
    engine::Entropy& entropy_;
};

}  // namespace uplift::secrets
