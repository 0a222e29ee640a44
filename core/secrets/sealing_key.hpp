// SealingKey: the 32 bytes that seal passwords at rest, and the check value that the queue keeps of them.
//
// Neither the key nor a key derived from it leaves the arena. The check value is HKDF-SHA-256 of the key with
// a label of its own: it shows a wrong key at start (fault sealing_key_wrong) and reveals nothing of it.
#pragma once

#include <string>
#include <string_view>

#include "core/model/result.hpp"
#include "core/model/secret.hpp"

namespace uplift::secrets {

inline constexpr std::size_t sealing_key_bytes = 32;

class SealingKey {
 public:
    // Exactly 32 bytes, not all the same; `where` names the credential or file in the fault.
    static Result<SealingKey> from(Secret bytes, std::string_view where);

    // 64 hex digits, the same for the same key; stored beside the queue.
    [[nodiscard]] std::string check_value() const;
    // In constant time.
    [[nodiscard]] Result<void> matches(std::string_view stored_check_value, std::string_view where) const;
    // The key that passwords are sealed with: derived, so that the check value shares nothing with it.
    [[nodiscard]] Secret encryption_key() const;

 private:
    explicit SealingKey(Secret bytes) : bytes_(std::move(bytes)) {}
    Secret bytes_;
};

}  // namespace uplift::secrets
