#include "daemon/upliftctl/list.hpp"

#include <algorithm>

#include "core/text/csv.hpp"
#include "core/text/nearest.hpp"
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"
#include "daemon/upliftctl/progress.hpp"
#include "daemon/upliftctl/screen.hpp"
#include "daemon/upliftctl/terminal.hpp"

namespace uplift::upliftctl {
namespace {

constexpr Duration between_lists = std::chrono::seconds{2};

// Its words go nowhere: list_out ends quietly.
Fault nobody_reads() {
    return Fault{.code = FaultCode::interrupted,
                 .where = "standard output",
                 .what = "nobody reads the list any more, or the disk is full",
                 .cure = "Run the command again."};
}

Fault no_such_column(std::string_view name, std::span<const ListColumn> columns) {
    std::vector<std::string_view> known;
    for (const auto& column : columns) known.push_back(column.name);
    std::string all;
    for (const auto one : known) all += (all.empty() ? "" : ", ") + std::string(one);
    const auto near = text::nearest(name, known);
    return Fault{.code = FaultCode::usage,
                 .where = "--sort",
                 .what = "there is no column " + text::quoted(name),
                 .cure = (near ? "Did you mean " + std::string(*near) + "? " : "") + "Columns are " + all +
                         "; a - before the name turns the order round."};
}

std::string rendered(const ListSource& source,
                     const std::vector<ListRow>& rows,
                     const ListWish& wish,
                     std::optional<std::size_t> width,
                     Colours colours) {
    std::vector<Column> columns;
    for (const auto& column : source.columns) columns.push_back(column.column);
    std::vector<std::vector<Cell>> cells;
    for (const auto& row : rows) {
        auto& line = cells.emplace_back();
        for (const auto& cell : row.cells) line.push_back(Cell{.text = cell.shown, .paint = cell.paint});
    }
    const TableStyle style{.colours = colours,
                           .titles = wish.titles ? TableStyle::Titles::shown : TableStyle::Titles::left_out,
                           .breadth = wish.output == ListOutput::wide ? TableStyle::Breadth::wide
                                                                      : TableStyle::Breadth::ordinary};
    return render_table(columns, cells, width, style);
}

// One row of an output that needs no other rows.
std::string line_of(const ListRow& row, ListOutput output) {
    if (output == ListOutput::name) return text::shown(row.name) + "\n";
    if (output == ListOutput::csv) return csv_line(row);
    return json::dump(row.object) + "\n";
}

Result<std::vector<ListRow>> read_all(const ListSource& source,
                                      const ListWish& wish,
                                      std::span<const SortKey> keys) {
    std::vector<ListRow> rows;
    auto read = source.read([&](ListRow row) -> Result<void> {
        rows.push_back(std::move(row));
        return {};
    });
    if (!read) return read.error();
    sort_rows(rows, keys);
    if (wish.limit > 0 && rows.size() > static_cast<std::size_t>(wish.limit))
        rows.resize(static_cast<std::size_t>(wish.limit));
    return rows;
}

Result<Listed> stream(const ListSource& source, const ListWish& wish) {
    Listed listed;
    if (wish.output == ListOutput::csv && wish.titles && !print(csv_titles(source.columns)))
        return nobody_reads();
    auto read = source.read([&](const ListRow& row) -> Result<void> {
        if (wish.limit > 0 && listed.rows >= wish.limit) return {};
        ++listed.rows;
        if (print(line_of(row, wish.output))) return {};
        return nobody_reads();
    });
    if (!read) return read.error();
    return listed;
}

Result<Listed> list_once(const ListSource& source,
                         const ListWish& wish,
                         std::span<const SortKey> keys,
                         Colours colours) {
    const bool table = wish.output == ListOutput::table || wish.output == ListOutput::wide;
    if (!table && keys.empty()) return stream(source, wish);
    auto rows = read_all(source, wish, keys);
    if (!rows) return rows.error();
    std::string text;
    if (table) {
        text = rows->empty() ? source.when_empty + "\n"
                             : rendered(source, *rows, wish, terminal_width(), colours);
    } else {
        if (wish.output == ListOutput::csv && wish.titles) text = csv_titles(source.columns);
        for (const auto& row : *rows) text += line_of(row, wish.output);
    }
    if (!print(text)) return nobody_reads();
    return Listed{.code = ExitCode::done, .rows = static_cast<std::int64_t>(rows->size())};
}

Result<Listed> list_again_and_again(const ListSource& source,
                                    const ListWish& wish,
                                    std::span<const SortKey> keys,
                                    Colours colours) {
    if (!can_redraw() || (wish.output != ListOutput::table && wish.output != ListOutput::wide))
        return Fault{.code = FaultCode::usage,
                     .where = "--watch",
                     .what = "only a table on a terminal is redrawn",
                     .cure = "Run it in a terminal and without -o or --json; scripts ask again themselves."};
    Screen screen;
    do {
        auto rows = read_all(source, wish, keys);
        if (!rows && interrupted()) break;
        if (!rows) return rows.error();
        screen.draw(rows->empty() ? source.when_empty + "\n"
                                  : rendered(source, *rows, wish, terminal_width(), colours));
    } while (pause_for(between_lists));
    return Listed{.code = ExitCode::interrupted, .rows = 0};
}

}  // namespace

ListCell text_cell(std::string text) {
    auto order = text::lower(text);
    return ListCell{.shown = text, .plain = std::move(text), .order = std::move(order)};
}

ListCell number_cell(std::int64_t number, Paint paint) {
    return ListCell{
        .shown = grouped(number), .plain = std::to_string(number), .order = number, .paint = paint};
}

ListCell state_cell(std::string_view word) {
    auto cell = text_cell(std::string(word));
    cell.paint = paint_of(word);
    return cell;
}

ListCell time_cell(const std::optional<TimePoint>& time) {
    if (!time) return ListCell{.shown = "-", .plain = "", .order = std::int64_t{0}, .paint = Paint::faint};
    return ListCell{.shown = local_minute(*time), .plain = to_rfc3339(*time), .order = to_millis(*time)};
}

Result<std::vector<SortKey>> parse_sort(std::string_view text, std::span<const ListColumn> columns) {
    std::vector<SortKey> keys;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        auto name = text::trim(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
        const bool descending = name.starts_with('-');
        if (descending) name.remove_prefix(1);
        const auto found = std::find_if(columns.begin(), columns.end(), [&](const ListColumn& column) {
            return text::same_ignoring_case(column.name, name);
        });
        if (found == columns.end()) return no_such_column(name, columns);
        keys.push_back(
            SortKey{.column = static_cast<std::size_t>(found - columns.begin()), .descending = descending});
    }
    return keys;
}

void sort_rows(std::vector<ListRow>& rows, std::span<const SortKey> keys) {
    if (keys.empty()) return;
    std::stable_sort(rows.begin(), rows.end(), [&](const ListRow& a, const ListRow& b) {
        for (const auto& key : keys) {
            const auto& one = a.cells[key.column].order;
            const auto& other = b.cells[key.column].order;
            if (one != other) return key.descending ? other < one : one < other;
        }
        return false;
    });
}

std::string csv_titles(std::span<const ListColumn> columns) {
    std::string line;
    for (const auto& column : columns) {
        if (!line.empty()) line += ',';
        text::append_csv_word(line, column.csv_name.empty() ? column.name : column.csv_name);
    }
    return line + "\n";
}

std::string csv_line(const ListRow& row) {
    std::string line;
    for (const auto& cell : row.cells) {
        if (&cell != &row.cells.front()) line += ',';
        text::append_csv_cell(line, cell.plain);
    }
    return line + "\n";
}

Result<Listed> list_out(const ListSource& source, const ListWish& wish, Colours colours) {
    auto keys = parse_sort(wish.sort, source.columns);
    if (!keys) return keys.error();
    return wish.watch ? list_again_and_again(source, wish, *keys, colours)
                      : list_once(source, wish, *keys, colours);
}

}  // namespace uplift::upliftctl
