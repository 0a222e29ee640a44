// The letters that initial passwords are drawn from, by class.
//
// Pure. Entra takes every printable ASCII character. Left out here: the blank, quotation marks and the
// backslash (they break when pasted into a shell or a table), ^ ~ ` (dead keys), | , ; (look like others
// or separate fields). Look-alike letters and digits are left out by a rule's `exclude`.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace uplift {

inline constexpr std::array<std::string_view, 4> password_classes{
    "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "!#$%&()*+-./:<=>?@[]_{}"};
inline constexpr std::size_t password_letter_classes = 2;  // the first two

// The same four without the characters of `exclude`; a class may end up empty.
inline std::array<std::string, 4> password_classes_without(std::string_view exclude) {
    std::array<std::string, 4> left;
    for (std::size_t i = 0; i < left.size(); ++i)
        for (const char c : password_classes[i])
            if (exclude.find(c) == std::string_view::npos) left[i] += c;
    return left;
}

}  // namespace uplift
