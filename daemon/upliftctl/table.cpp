#include "daemon/upliftctl/table.hpp"

#include <algorithm>

#include "core/text/show.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::size_t gap = 2;
// How narrow a column that gives way may become: first all of them to the one, then to the other.
constexpr std::size_t comfortable = 8;
constexpr std::size_t narrowest = 4;

using Widths = std::vector<std::size_t>;

Widths natural_widths(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows) {
    Widths widths;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        std::size_t width = text::display_width(columns[at].title);
        for (const auto& row : rows)
            if (at < row.size()) width = std::max(width, text::display_width(row[at].text));
        widths.push_back(width);
    }
    return widths;
}

// Which columns are shown, by index, and how wide.
struct Layout {
    std::vector<std::size_t> columns;
    Widths widths;  // of all columns, shown or not

    [[nodiscard]] std::size_t needed() const {
        std::size_t sum = columns.empty() ? 0 : gap * (columns.size() - 1);
        for (const auto at : columns) sum += widths[at];
        return sum;
    }
};

Layout chosen(const std::vector<Column>& columns,
              Widths widths,
              std::optional<std::size_t> room,
              TableStyle::Breadth breadth) {
    Layout layout{.columns = {}, .widths = std::move(widths)};
    const auto take = [&](auto wanted) {
        for (std::size_t at = 0; at < columns.size(); ++at)
            if (wanted(columns[at].shown)) layout.columns.push_back(at);
        std::sort(layout.columns.begin(), layout.columns.end());
    };
    using Shown = Column::Shown;
    take([&](Shown shown) { return shown == Shown::always || breadth == TableStyle::Breadth::wide; });
    if (breadth == TableStyle::Breadth::wide) return layout;
    if (!room) {
        take([](Shown shown) { return shown == Shown::when_room; });
        return layout;
    }
    for (std::size_t at = 0; at < columns.size(); ++at) {
        if (columns[at].shown != Shown::when_room || layout.needed() + gap + layout.widths[at] > *room)
            continue;
        layout.columns.push_back(at);
        std::sort(layout.columns.begin(), layout.columns.end());
    }
    return layout;
}

void narrow(Layout& layout, const std::vector<Column>& columns, std::size_t room, std::size_t least) {
    while (layout.needed() > room) {
        std::optional<std::size_t> widest;
        for (const auto at : layout.columns)
            if (columns[at].fit == Column::Fit::gives_way && layout.widths[at] > least &&
                (!widest || layout.widths[at] > layout.widths[*widest]))
                widest = at;
        if (!widest) return;
        --layout.widths[*widest];
    }
}

void fit(Layout& layout, const std::vector<Column>& columns, std::size_t room) {
    const auto natural = layout.widths;
    const auto narrow_all = [&] {
        narrow(layout, columns, room, comfortable);
        narrow(layout, columns, room, narrowest);
    };
    narrow_all();
    for (auto at = layout.columns.size(); at-- > 1 && layout.needed() > room;) {
        if (columns[layout.columns[at]].fit == Column::Fit::whole) continue;
        layout.columns.erase(layout.columns.begin() + static_cast<std::ptrdiff_t>(at));
        // Its room is for the others again.
        layout.widths = natural;
        narrow_all();
    }
    // What is left may be one rigid column that is wider than all of the terminal.
    const auto first = layout.columns.front();
    if (layout.columns.size() == 1 && columns[first].fit != Column::Fit::whole)
        layout.widths[first] = std::min(layout.widths[first], room);
}

std::string without_trailing_spaces(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

Paint paint_of(std::string_view state_word) {
    if (state_word == "done" || state_word == "ok") return Paint::good;
    if (state_word == "failed" || state_word == "partial" || state_word == "down") return Paint::bad;
    if (state_word == "waiting" || state_word == "degraded" || state_word == "paused" || state_word == "held")
        return Paint::attention;
    if (state_word == "skipped" || state_word == "cancelled" || state_word == "pending") return Paint::faint;
    return Paint::none;
}

std::string painted(std::string_view text, Paint paint, Colours colours) {
    if (paint == Paint::none || colours == Colours::off) return std::string(text);
    const auto* code = paint == Paint::good        ? "\x1b[32m"
                       : paint == Paint::bad       ? "\x1b[31m"
                       : paint == Paint::attention ? "\x1b[33m"
                                                   : "\x1b[2m";
    return code + std::string(text) + "\x1b[0m";
}

std::string render_table(const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows,
                         std::optional<std::size_t> width,
                         TableStyle style) {
    auto layout = chosen(columns, natural_widths(columns, rows), width, style.breadth);
    if (width) fit(layout, columns, *width);

    const auto line = [&](const auto& cell_at) {
        std::string text;
        for (const auto at : layout.columns) {
            if (at != layout.columns.front()) text.append(gap, ' ');
            const auto align =
                columns[at].align == Column::Align::right ? text::Align::right : text::Align::left;
            const Cell& cell = cell_at(at);
            text += painted(text::cell(cell.text, layout.widths[at], align), cell.paint, style.colours);
        }
        return without_trailing_spaces(std::move(text)) + "\n";
    };

    std::string table;
    if (style.titles == TableStyle::Titles::shown) {
        std::vector<Cell> titles;
        for (const auto& column : columns)
            titles.push_back(Cell{.text = column.title, .paint = Paint::faint});
        table += line([&](std::size_t at) -> const Cell& { return titles[at]; });
    }
    const Cell nothing;
    for (const auto& row : rows)
        table += line([&](std::size_t at) -> const Cell& { return at < row.size() ? row[at] : nothing; });
    return table;
}

std::string render_facts(const std::vector<std::pair<std::string, std::string>>& facts,
                         std::optional<std::size_t> width,
                         std::size_t indent) {
    constexpr std::size_t endless = 1'000'000;
    std::size_t longest = 0;
    for (const auto& [key, value] : facts)
        if (!value.empty()) longest = std::max(longest, key.size());
    const auto start = indent + longest + gap;
    std::string lines;
    for (const auto& [key, value] : facts) {
        if (value.empty()) continue;
        lines += std::string(indent, ' ') + key + std::string(longest - key.size() + gap, ' ') +
                 text::wrapped(value, std::max(width.value_or(endless), start + comfortable), start, start) +
                 "\n";
    }
    return lines;
}

}  // namespace uplift::upliftctl
