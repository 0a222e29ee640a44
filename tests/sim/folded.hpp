// folded: how the simulated services compare names, without regard to the case of ASCII letters.
#pragma once

#include <string>
#include <string_view>

namespace uplift::sim {

inline std::string folded(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

}  // namespace uplift::sim
