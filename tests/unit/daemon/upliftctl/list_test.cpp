#include "daemon/upliftctl/list.hpp"

#include <gtest/gtest.h>

#include "daemon/upliftctl/screen.hpp"

namespace uplift::upliftctl {
namespace {

const std::vector<ListColumn> columns{
    {"id", {.title = "ID"}}, {"people", {.title = "PEOPLE"}}, {"name", {.title = "NAME"}, "#name"}};

ListRow a_row(const std::string& id, std::int64_t people, const std::string& name) {
    return {.cells = {text_cell(id), number_cell(people), text_cell(name)},
            .name = id,
            .object = json::Value::object()};
}

std::string order_of(std::string_view sort) {
    std::vector<ListRow> rows{
        a_row("J1", 9, "zoe"), a_row("J2", 1'000, "Anna"), a_row("J3", 9, "bob"), a_row("J4", 50, "anna")};
    sort_rows(rows, parse_sort(sort, columns).value());
    std::string ids;
    for (const auto& row : rows) ids += row.name;
    return ids;
}

TEST(Sort, NumbersGoByValueTextsWithoutLetterCaseAndEqualOnesStay) {
    EXPECT_EQ(order_of(""), "J1J2J3J4");
    EXPECT_EQ(order_of("people"), "J1J3J4J2");
    EXPECT_EQ(order_of("-people"), "J2J4J1J3");
    EXPECT_EQ(order_of("name"), "J2J4J3J1");
    EXPECT_EQ(order_of("name,people"), "J4J2J3J1");
    EXPECT_EQ(order_of("People, -ID"), "J3J1J4J2");
}

TEST(Sort, AMistypedColumnNamesTheNearest) {
    const auto keys = parse_sort("peopel", columns);

    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().code, FaultCode::usage);
    EXPECT_EQ(keys.error().what, "there is no column \"peopel\"");
    EXPECT_NE(keys.error().cure.find("Did you mean people?"), std::string::npos);
}

TEST(ListCsv, HasPlainValuesThatNoSpreadsheetRuns) {
    EXPECT_EQ(csv_titles(columns), "id,people,#name\n");
    EXPECT_EQ(csv_line(a_row("J1", 1'000, "=cmd()")), "J1,1000,'=cmd()\n");
    EXPECT_EQ(csv_line(a_row("J1", 1, "Doe, Jane")), "J1,1,\"Doe, Jane\"\n");
}

TEST(ListCells, ShowGroupedNumbersAndKeepPlainOnesForScripts) {
    EXPECT_EQ(number_cell(12'345).shown, "12,345");
    EXPECT_EQ(number_cell(12'345).plain, "12345");
    EXPECT_EQ(time_cell(std::nullopt).plain, "");
    EXPECT_EQ(time_cell(parse_rfc3339("2026-12-01T06:00:00Z")).plain, "2026-12-01T06:00:00Z");
}

TEST(Screen, DrawsEveryLineOverTheOldOneAndNoneBelowTheLast) {
    EXPECT_EQ(drawing("one\ntwo\n", 10), "\x1b[Hone\x1b[K\ntwo\x1b[K\x1b[J");
    EXPECT_EQ(drawing("one\ntwo\nthree\n", 2), "\x1b[Hone\x1b[K\ntwo\x1b[K\x1b[J");
}

}  // namespace
}  // namespace uplift::upliftctl
