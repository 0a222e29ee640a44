#include "daemon/upliftctl/screen.hpp"

#include <algorithm>
#include <string>

#include "daemon/upliftctl/terminal.hpp"

namespace uplift::upliftctl {
namespace {

// xterm's names for them: smcup with civis, cnorm with rmcup, home, el, ed.
constexpr auto enter = "\x1b[?1049h\x1b[?25l";
constexpr auto leave = "\x1b[?25h\x1b[?1049l";
constexpr auto home = "\x1b[H";
constexpr auto clear_to_line_end = "\x1b[K";
constexpr auto clear_below = "\x1b[J";

}  // namespace

Screen::Screen() { print(enter); }
Screen::~Screen() { print(leave); }

void Screen::draw(std::string_view lines) { print(drawing(lines, terminal_height())); }

std::string drawing(std::string_view lines, std::size_t height) {
    std::string out = home;
    // The last line has no line end: it would scroll.
    for (std::size_t line = 0; line < height && !lines.empty(); ++line) {
        const auto end = std::min(lines.find('\n'), lines.size());
        if (line > 0) out += "\n";
        out += std::string(lines.substr(0, end)) + clear_to_line_end;
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return out + clear_below;
}

}  // namespace uplift::upliftctl
