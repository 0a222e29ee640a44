// Screen: the terminal's other screen, drawn over and over; the first one comes back as it was.
//
// Touches stdout, which must be a terminal that can move its cursor (can_redraw()).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace uplift::upliftctl {

class Screen {
 public:
    Screen();
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    // Lines that fit the width already; those below the last line of the screen are left out.
    void draw(std::string_view lines);
};

// What draw() sends, for a screen of so many lines. Pure.
std::string drawing(std::string_view lines, std::size_t height);

}  // namespace uplift::upliftctl
