#include "daemon/protocol/check_view.hpp"

#include <algorithm>

#include "core/text/show.hpp"

namespace uplift::protocol {
namespace {

constexpr std::array<std::string_view, 3> states{"success", "warning", "failure"};
constexpr std::size_t step = 2;
constexpr std::size_t state_width = 7;

}  // namespace

std::string_view word(CheckState state) { return states.at(static_cast<std::size_t>(state)); }

bool read_word(std::string_view text, CheckState& state) {
    const auto found = std::find(states.begin(), states.end(), text);
    if (found == states.end()) return false;
    state = static_cast<CheckState>(found - states.begin());
    return true;
}

std::string in_words(const CheckTotals& totals) {
    int all = 0;
    std::string parts;
    for (const auto state : {CheckState::success, CheckState::warning, CheckState::failure}) {
        const int count = totals.of(state);
        all += count;
        if (count == 0) continue;
        parts += (parts.empty() ? ": " : ", ") + std::to_string(count) + " " + std::string(word(state));
    }
    return std::to_string(all) + (all == 1 ? " check" : " checks") + parts;
}

std::string CheckWriter::lines_of(const CheckView& check) {
    std::string out;
    const bool below_profile = !check.profile.empty();
    if (check.profile != profile_) {
        profile_ = check.profile;
        part_.clear();
        out += "\n" + (below_profile ? "profile " + text::shown(check.profile) + "\n" : "");
    }
    std::size_t indent = below_profile ? step : 0;
    if (check.part != "profile") {
        const auto part = check.part + (check.name.empty() ? "" : " " + check.name);
        if (part != part_) out += std::string(indent, ' ') + text::shown(part) + "\n";
        part_ = part;
        indent += step;
    }
    const auto start = indent + state_width + 2;
    const auto prose = [&](std::string_view text) {
        return text::wrapped(text, width_, start, start) + "\n";
    };
    out += std::string(indent, ' ') + paint_(check.state) + "  " + prose(check.check + ": " + check.message);
    if (check.state == CheckState::success) return out;
    auto cure = check.cure;
    if (!check.code.empty()) cure = check.code + " " + cure;
    return out + std::string(start, ' ') + prose(cure);
}

}  // namespace uplift::protocol
