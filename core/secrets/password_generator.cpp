#include "core/secrets/password_generator.hpp"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "core/model/password_alphabet.hpp"

namespace uplift::secrets {
namespace {

char draw_from(const std::string& alphabet, engine::Entropy& entropy) {
    return alphabet[draw_below(static_cast<unsigned>(alphabet.size()), entropy)];
}

[[noreturn]] void impossible_rule() {
    // check_rule refuses such a rule when the configuration is read: getting here is a bug of ours.
    std::fputs("upliftd: broken assumption: a password rule that nothing fits\n", stderr);
    std::abort();
}

}  // namespace

unsigned draw_below(unsigned bound, engine::Entropy& entropy) {
    // Bytes at or above the last whole multiple of `bound` are thrown away: a plain modulo would favour the
    // first characters of the alphabet.
    const unsigned limit = 256 - 256 % bound;
    for (;;) {
        std::byte byte{};
        entropy.fill({&byte, 1});
        const unsigned drawn = std::to_integer<unsigned>(byte);
        wipe({reinterpret_cast<char*>(&byte), 1});
        if (drawn < limit) return drawn % bound;
    }
}

Secret draw_password(const PasswordRule& rule, engine::Entropy& entropy) {
    const auto classes = password_classes_without(rule.exclude);
    std::string letters, all;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (i < password_letter_classes) letters += classes[i];
        all += classes[i];
    }
    if (letters.empty() || rule.length < rule.classes + 1 || rule.length > 256) impossible_rule();

    Secret password(rule.length);
    const auto out = password.writable();
    std::size_t filled = 0;
    out[filled++] = draw_from(letters, entropy);
    unsigned present = 0;
    for (const auto& one_class : classes) {
        if (one_class.empty() || present == rule.classes) continue;
        out[filled++] = draw_from(one_class, entropy);
        ++present;
    }
    if (present < rule.classes) impossible_rule();
    while (filled < out.size()) out[filled++] = draw_from(all, entropy);
    // Fisher-Yates over all but the first letter, so that the classes stand in no known place.
    for (std::size_t i = out.size() - 1; i > 1; --i)
        std::swap(out[i], out[1 + draw_below(static_cast<unsigned>(i), entropy)]);
    return password;
}

}  // namespace uplift::secrets
