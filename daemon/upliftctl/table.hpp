// Tables: columns aligned by display width, fitted to the terminal, without anything that could drive it.
//
// Pure. Cells are foreign values: escaped, cut and isolated by text::cell.
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
    // Where the table is too wide, the widest that gives way goes first, down to a few letters; then columns
    // are left out from the right, rigid ones too; one that is whole never is (a password).
    enum class Fit : std::uint8_t { whole, rigid, gives_way } fit = Fit::gives_way;
    // when_room: only where everything fits without cutting; wide: where people ask for it.
    enum class Shown : std::uint8_t { always, when_room, wide } shown = Shown::always;
};

struct Cell {
    std::string text;
    Paint paint = Paint::none;
};

struct TableStyle {
    Colours colours = Colours::off;
    enum class Titles : std::uint8_t { shown, left_out } titles = Titles::shown;
    enum class Breadth : std::uint8_t { ordinary, wide } breadth = Breadth::ordinary;
};

// `width`: columns of the terminal; nothing where there is none (then nothing is cut).
std::string render_table(const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows,
                         std::optional<std::size_t> width,
                         TableStyle style);

// "key    value" lines, keys padded to the longest, empty values left out; a value that is too long goes on
// below itself.
std::string render_facts(const std::vector<std::pair<std::string, std::string>>& facts,
                         std::optional<std::size_t> width = std::nullopt,
                         std::size_t indent = 0);

}  // namespace uplift::upliftctl
