#include "core/text/url.hpp"

namespace uplift::text {

std::string percent_encoded(std::string_view octets) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    out.reserve(octets.size() + octets.size() / 2);
    for (const char c : octets) {
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            out += c;
        } else {
            const auto octet = static_cast<unsigned char>(c);
            out += '%';
            out += hex[octet >> 4];
            out += hex[octet & 15];
        }
    }
    return out;
}

std::string odata_literal(std::string_view value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out + "'";
}

}  // namespace uplift::text
