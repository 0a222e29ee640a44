#include "core/model/mailbox.hpp"

#include <array>

namespace uplift {

std::string_view word(HolderKind kind) {
    constexpr std::array<std::string_view, 5> words{"user", "group", "contact", "deleted user", "object"};
    return words.at(static_cast<std::size_t>(kind));
}

}  // namespace uplift
