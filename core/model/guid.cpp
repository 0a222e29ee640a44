#include "core/model/guid.hpp"

#include <algorithm>

namespace uplift {
namespace {

// Octet i of the stored form stands at this byte of the text form (and the other way round).
constexpr std::array<std::size_t, 16> text_order{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::array<std::uint8_t, 16>> hex_octets(std::string_view digits) {
    if (digits.size() != 32) return std::nullopt;
    std::array<std::uint8_t, 16> octets{};
    for (std::size_t i = 0; i < 16; ++i) {
        const int high = hex_value(digits[2 * i]), low = hex_value(digits[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        octets[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return octets;
}

}  // namespace

std::string to_string(const Guid& guid) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        const auto octet = guid.octets[text_order[i]];
        text += hex[octet >> 4];
        text += hex[octet & 15];
    }
    return text;
}

bool is_guid_text(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < 36; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : hex_value(text[i]) < 0) return false;
    }
    return true;
}

std::optional<Guid> parse_guid(std::string_view text) {
    if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
    if (is_guid_text(text)) {
        std::string digits;
        std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != '-'; });
        const auto shown = hex_octets(digits);
        Guid guid;
        for (std::size_t i = 0; i < 16; ++i) guid.octets[text_order[i]] = (*shown)[i];
        return guid;
    }
    if (const auto stored = hex_octets(text)) return Guid{*stored};
    return std::nullopt;
}

std::optional<Guid> guid_from_octets(std::string_view octets) {
    if (octets.size() != 16) return std::nullopt;
    Guid guid;
    std::transform(octets.begin(), octets.end(), guid.octets.begin(), [](char c) {
        return static_cast<std::uint8_t>(c);
    });
    return guid;
}

std::string base64(std::span<const std::uint8_t> octets) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((octets.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < octets.size(); i += 3) {
        const std::size_t left = octets.size() - i;
        const unsigned bits = static_cast<unsigned>(octets[i]) << 16 |
                              (left > 1 ? static_cast<unsigned>(octets[i + 1]) << 8 : 0U) |
                              (left > 2 ? static_cast<unsigned>(octets[i + 2]) : 0U);
        text += letters[bits >> 18];
        text += letters[bits >> 12 & 63];
        text += left > 1 ? letters[bits >> 6 & 63] : '=';
        text += left > 2 ? letters[bits & 63] : '=';
    }
    return text;
}

Anchor::Anchor(const Guid& guid) : text_(base64(guid.octets)) {}

Anchor Anchor::from_text(std::string text) {
    Anchor anchor;
    anchor.text_ = std::move(text);
    return anchor;
}

}  // namespace uplift
