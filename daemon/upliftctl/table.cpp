#include "daemon/upliftctl/table.hpp"

#include <algorithm>
#include <numeric>

#include "core/text/show.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 8;

std::vector<std::size_t> natural_widths(const std::vector<Column>& columns,
                                        const std::vector<std::vector<Cell>>& rows) {
    std::vector<std::size_t> widths;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        std::size_t width = text::display_width(columns[at].title);
        for (const auto& row : rows)
            if (at < row.size()) width = std::max(width, text::display_width(row[at].text));
        widths.push_back(width);
    }
    return widths;
}

void fit(std::vector<std::size_t>& widths, const std::vector<Column>& columns, std::size_t room) {
    const auto needed = [&] {
        return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + gap * (widths.size() - 1);
    };
    while (needed() > room) {
        std::optional<std::size_t> widest;
        for (std::size_t at = 0; at < widths.size(); ++at)
            if (columns[at].fit == Column::Fit::gives_way && widths[at] > narrowest &&
                (!widest || widths[at] > widths[*widest]))
                widest = at;
        if (!widest) return;
        --widths[*widest];
    }
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
                         Colours colours) {
    auto widths = natural_widths(columns, rows);
    if (width) fit(widths, columns, *width);

    const auto line = [&](const auto& cell_at) {
        std::string text;
        for (std::size_t at = 0; at < columns.size(); ++at) {
            if (at > 0) text.append(gap, ' ');
            const auto align =
                columns[at].align == Column::Align::right ? text::Align::right : text::Align::left;
            const Cell& cell = cell_at(at);
            text += painted(text::padded(cell.text, widths[at], align), cell.paint, colours);
        }
        return without_trailing_spaces(std::move(text)) + "\n";
    };

    std::vector<Cell> titles;
    for (const auto& column : columns) titles.push_back(Cell{.text = column.title, .paint = Paint::faint});
    const Cell nothing;
    std::string table = line([&](std::size_t at) -> const Cell& { return titles[at]; });
    for (const auto& row : rows)
        table += line([&](std::size_t at) -> const Cell& { return at < row.size() ? row[at] : nothing; });
    return table;
}

std::string render_facts(const std::vector<std::pair<std::string, std::string>>& facts) {
    std::size_t longest = 0;
    for (const auto& [key, value] : facts) longest = std::max(longest, key.size());
    std::string lines;
    for (const auto& [key, value] : facts) {
        if (value.empty()) continue;
        lines += key + std::string(longest - key.size() + gap, ' ') + value + "\n";
    }
    return lines;
}

}  // namespace uplift::upliftctl
