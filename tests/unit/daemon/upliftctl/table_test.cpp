#include "daemon/upliftctl/table.hpp"

#include <gtest/gtest.h>

#include "core/text/show.hpp"

namespace uplift::upliftctl {
namespace {

const std::vector<Column> columns{{.title = "ID", .fit = Column::Fit::rigid},
                                  {.title = "PEOPLE", .align = Column::Align::right},
                                  {.title = "NAME"}};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

TEST(Table, ColumnsAreAlignedByDisplayWidth) {
    const auto table =
        render_table(columns,
                     {{{"J1"}, {"5"}, {"\xe6\xb1\x9f\xe6\x88\xb8"}}, {{"J12"}, {"1,000"}, {"Jane"}}},
                     std::nullopt,
                     {.colours = Colours::off});

    EXPECT_EQ(table, "ID   PEOPLE  NAME\nJ1        5  \xe6\xb1\x9f\xe6\x88\xb8\nJ12   1,000  Jane\n");
}

TEST(Table, FitsTheTerminalByCuttingTheWidestColumn) {
    const auto table =
        render_table(columns, {{{"J1"}, {"5"}, {std::string(200, 'x')}}}, 40, {.colours = Colours::off});

    for (const auto& line : lines_of(table)) EXPECT_LE(text::display_width(line), 40u);
    EXPECT_NE(table.find("\xe2\x80\xa6"), std::string::npos);
}

TEST(Table, WithoutATerminalNothingIsCut) {
    const auto table = render_table(
        columns, {{{"J1"}, {"5"}, {std::string(200, 'x')}}}, std::nullopt, {.colours = Colours::on});

    EXPECT_NE(table.find(std::string(200, 'x')), std::string::npos);
}

TEST(Table, NoValueDrivesTheTerminal_AC20) {
    const auto table = render_table(
        columns, {{{"J1"}, {"5"}, {"a\x1b[31mb\nc\xe2\x80\xae"}}}, 80, {.colours = Colours::off});

    EXPECT_EQ(table.find('\x1b'), std::string::npos);
    EXPECT_EQ(table.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_EQ(lines_of(table).size(), 2u);
}

TEST(Table, StatesAreColouredWithoutMovingColumns) {
    const std::vector<std::vector<Cell>> rows{{{"J1"}, {"5"}, {"done", paint_of("done")}}};

    const auto plain = render_table(columns, rows, 80, {.colours = Colours::off});
    const auto coloured = render_table(columns, rows, 80, {.colours = Colours::on});

    EXPECT_EQ(plain.find('\x1b'), std::string::npos);
    EXPECT_NE(coloured.find("\x1b[32mdone"), std::string::npos);
}

TEST(Table, WhereThereIsNoRoomColumnsGiveWayThenTheRightOnesAreLeftOut) {
    const std::vector<Column> four{{.title = "ID", .fit = Column::Fit::rigid},
                                   {.title = "SECRET", .fit = Column::Fit::whole},
                                   {.title = "NAME"},
                                   {.title = "WHAT", .fit = Column::Fit::rigid}};
    const std::vector<std::vector<Cell>> rows{
        {{"J1"}, {"Xy7-abcdef"}, {"Jane Josephine Doe"}, {"people.csv"}}};

    EXPECT_EQ(render_table(four, rows, 46, {}),
              "ID  SECRET      NAME                WHAT\n"
              "J1  Xy7-abcdef  Jane Josephine Doe  people.csv\n");
    EXPECT_EQ(render_table(four, rows, 36, {}),
              "ID  SECRET      NAME      WHAT\n"
              "J1  Xy7-abcdef  Jane Jo…  people.csv\n");
    EXPECT_EQ(render_table(four, rows, 30, {}),
              "ID  SECRET      NAME\n"
              "J1  Xy7-abcdef  Jane Josephin…\n");
    EXPECT_EQ(render_table(four, rows, 10, {}), "ID  SECRET\nJ1  Xy7-abcdef\n");
}

TEST(Table, ALastColumnThatIsWiderThanTheTerminalIsCutToo) {
    EXPECT_EQ(render_table({{.title = "ID", .fit = Column::Fit::rigid}}, {{{"c2ef90b9-02bc"}}}, 6, {}),
              "ID\nc2ef9…\n");
}

TEST(Table, ColumnsForWideTerminalsComeWhereEverythingFits) {
    const std::vector<Column> three{{.title = "ID"},
                                    {.title = "BY", .shown = Column::Shown::when_room},
                                    {.title = "TENANT", .shown = Column::Shown::wide},
                                    {.title = "WHAT"}};
    const std::vector<std::vector<Cell>> rows{{{"J1"}, {"jane"}, {"contoso"}, {"a.csv"}}};

    EXPECT_EQ(render_table(three, rows, 12, {}), "ID  WHAT\nJ1  a.csv\n");
    EXPECT_EQ(render_table(three, rows, 80, {}), "ID  BY    WHAT\nJ1  jane  a.csv\n");
    EXPECT_EQ(render_table(three, rows, std::nullopt, {}), "ID  BY    WHAT\nJ1  jane  a.csv\n");
    EXPECT_EQ(render_table(three, rows, 80, {.breadth = TableStyle::Breadth::wide}),
              "ID  BY    TENANT   WHAT\nJ1  jane  contoso  a.csv\n");
    EXPECT_EQ(render_table(three, rows, 80, {.titles = TableStyle::Titles::left_out}), "J1  jane  a.csv\n");
}

TEST(Table, NamesOfAllScriptsKeepTheColumnsApart) {
    const auto table = render_table({{.title = "NAME"}, {.title = "STATE"}},
                                    {{{"Δημήτρης"}, {"done"}},
                                     {{"王小明"}, {"done"}},
                                     {{"ليلى"}, {"done"}},
                                     {{"👩‍💻 Zoë"}, {"done"}}},
                                    80,
                                    {});

    EXPECT_EQ(table,
              "NAME      STATE\n"
              "Δημήτρης  done\n"
              "王小明    done\n"
              "\u2068ليلى\u2069      done\n"
              "👩‍💻 Zoë    done\n");
}

TEST(Facts, GoOnBelowThemselvesWhereTheyAreTooLong) {
    EXPECT_EQ(render_facts({{"by", "jane"}, {"cure", "Remove the column."}}, 16, 2),
              "  by    jane\n  cure  Remove\n        the\n        column.\n");
}

TEST(Facts, AreAlignedAndEmptyOnesLeftOut) {
    EXPECT_EQ(render_facts({{"by", "jane"}, {"label", ""}, {"accepted", "today"}}),
              "by        jane\naccepted  today\n");
}

}  // namespace
}  // namespace uplift::upliftctl
