// Lists: one set of rows as a table, as names, as CSV or as JSON lines; sorted, cut, once or again and again.
//
// The first half is pure. list_out() prints, and with --watch redraws on the terminal's other screen until a
// signal comes, which leaves the screen as it was.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/json/json.hpp"
#include "core/model/result.hpp"
#include "core/model/time.hpp"
#include "daemon/upliftctl/exit_code.hpp"
#include "daemon/upliftctl/table.hpp"

namespace uplift::upliftctl {

struct ListCell {
    std::string shown;                              // in a table
    std::string plain;                              // in CSV
    std::variant<std::int64_t, std::string> order;  // numbers before texts, texts without letter case
    Paint paint = Paint::none;
};
ListCell text_cell(std::string text);
ListCell number_cell(std::int64_t number, Paint paint = Paint::none);
ListCell state_cell(std::string_view word);
ListCell time_cell(const std::optional<TimePoint>& time);

struct ListColumn {
    std::string name;  // for --sort, and the title in CSV
    Column column;
    std::string csv_name{};  // where it differs from the name
};

struct ListRow {
    std::vector<ListCell> cells;  // one for each column
    std::string name;             // for -o name
    json::Value object;           // for JSON
};

enum class ListOutput : std::uint8_t { table, wide, name, csv, json };

struct SortKey {
    std::size_t column = 0;
    bool descending = false;
};
// "people,-accepted"; a column that is none is a fault that names the nearest.
Result<std::vector<SortKey>> parse_sort(std::string_view text, std::span<const ListColumn> columns);
// Equal rows stay as they come.
void sort_rows(std::vector<ListRow>& rows, std::span<const SortKey> keys);

std::string csv_titles(std::span<const ListColumn> columns);
std::string csv_line(const ListRow& row);

struct ListWish {
    ListOutput output = ListOutput::table;
    std::string sort;
    std::int64_t limit = 0;  // 0: all
    bool titles = true;
    bool watch = false;
};

struct ListSource {
    std::vector<ListColumn> columns;
    std::string when_empty;  // "There are no jobs."
    // Gives every row once; a fault of the taker ends it.
    using Taker = std::function<Result<void>(ListRow)>;
    std::function<Result<void>(const Taker&)> read;
};

// What was listed, for the caller's last line.
struct Listed {
    ExitCode code = ExitCode::done;
    std::int64_t rows = 0;
};
Result<Listed> list_out(const ListSource& source, const ListWish& wish, Colours colours);

}  // namespace uplift::upliftctl
