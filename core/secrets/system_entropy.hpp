// SystemEntropy: the kernel's random bytes.
//
// getrandom(2) without flags: blocks until the kernel's pool is ready once, never fails after that. Any
// other failure stops the process. Safe from any thread.
#pragma once

#include "core/engine/ports/entropy.hpp"

namespace uplift::secrets {

class SystemEntropy final : public engine::Entropy {
 public:
    void fill(std::span<std::byte> bytes) override;
};

}  // namespace uplift::secrets
