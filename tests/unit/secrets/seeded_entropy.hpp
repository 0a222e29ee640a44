// SeededEntropy: the same bytes for the same seed, fast; for tests only.
#pragma once

#include <random>

#include "core/engine/ports/entropy.hpp"

namespace uplift::secrets {

class SeededEntropy final : public engine::Entropy {
 public:
    explicit SeededEntropy(std::uint64_t seed) : engine_(seed) {}
    void fill(std::span<std::byte> bytes) override {
        for (auto& byte : bytes) {
            if (left_ == 0) {
                word_ = engine_();
                left_ = 8;
            }
            byte = static_cast<std::byte>(word_ & 0xff);
            word_ >>= 8;
            --left_;
        }
    }

 private:
    std::mt19937_64 engine_;
    std::uint64_t word_ = 0;
    int left_ = 0;
};

}  // namespace uplift::secrets
