// ClearVault: a vault that seals nothing but checks the context, so that a simulation can look inside.
#pragma once

#include <cstdint>
#include <string>

#include "core/engine/ports/vault.hpp"
#include "tests/sim/chance.hpp"

namespace uplift::sim {

class ClearVault : public engine::Vault {
 public:
    explicit ClearVault(Seed seed) : chance_(seed) {}

    Secret draw_password(const PasswordRule& rule) override {
        constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        Secret password(rule.length);
        for (auto& c : password.writable()) c = letters[chance_.next() % letters.size()];
        return password;
    }
    std::string seal(const Secret& clear, std::string_view context) override {
        return std::string(context) + "\n" + std::string(clear.view());
    }
    Result<Secret> open(std::string_view sealed, std::string_view context) override {
        const auto end = sealed.find('\n');
        if (end == std::string_view::npos || sealed.substr(0, end) != context)
            return Fault{.code = FaultCode::password_unsealable,
                         .where = {},
                         .what = "the sealed password belongs elsewhere",
                         .cure = "reset the password"};
        return Secret::copy_of(sealed.substr(end + 1));
    }
    [[nodiscard]] std::string digest(std::string_view text) const override {
        std::uint64_t hash = 14695981039346656037ULL;
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        return std::to_string(hash);
    }

 private:
    Chance chance_;
};

}  // namespace uplift::sim
