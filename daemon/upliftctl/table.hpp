// Tables: columns aligned by display width, fitted to the terminal, without anything that could drive it.
//
// Pure. Cells are foreign values: escaped and cut by text::padded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace uplift::upliftctl {

enum class Paint : std::uint8_t { none, good, bad, attention, faint };
enum class Colours : std::uint8_t { off, on };

// The words of states get their colour by themselves.
Paint paint_of(std::string_view state_word);
std::string painted(std::string_view text, Paint paint, Colours colours);

struct Column {
    std::string title;
    enum class Align : std::uint8_t { left, right } align = Align::left;
    // Where the table is too wide, the widest of these gives way first; a rigid column never does.
    enum class Fit : std::uint8_t { rigid, gives_way } fit = Fit::gives_way;
};

struct Cell {
    std::string text;
    Paint paint = Paint::none;
};

// `width`: columns of the terminal; nothing where there is none (then nothing is cut).
std::string render_table(const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows,
                         std::optional<std::size_t> width,
                         Colours colours);

// "key    value" lines, keys padded to the longest; values in several lines are indented.
std::string render_facts(const std::vector<std::pair<std::string, std::string>>& facts);

}  // namespace uplift::upliftctl
