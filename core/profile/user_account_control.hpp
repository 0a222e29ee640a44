// userAccountControl as AD writes it: a signed 32-bit number in decimal (MS-ADTS 2.2.16).
//
// Pure.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/person.hpp"

namespace uplift::profile {

inline constexpr std::uint32_t trust_account_bits = 0x0800 | 0x1000 | 0x2000;  // domain, workstation, server

// Nothing when the service account may not read it, or it is no number.
inline std::optional<std::uint32_t> user_account_control(const Person& person) {
    const auto text = person.first("userAccountControl");
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return static_cast<std::uint32_t>(value);
}

}  // namespace uplift::profile
