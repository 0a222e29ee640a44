#include "daemon/upliftctl/task_text.hpp"

#include <gtest/gtest.h>

namespace uplift::upliftctl {
namespace {

const TimePoint now{std::chrono::hours{480'000}};

protocol::TaskView waiting_since(Duration ago) {
    protocol::TaskView task;
    task.id = "T12-archive";
    task.kind = "archive";
    task.state = StepState::waiting;
    task.waits_for = "mailbox";
    task.since = now - ago;
    task.waiting_since = now - ago;
    return task;
}

TEST(WaitingInWords, SaysHowLongAndHowLongItUsuallyTakes) {
    auto task = waiting_since(std::chrono::minutes{12});
    EXPECT_EQ(waiting_in_words(task, now), "12 min");
    task.usual_wait = 6 * 60;
    task.longest_usual = 22 * 60;
    EXPECT_EQ(waiting_in_words(task, now), "12 min, usually 6 min, 95 % within 22 min");
    task.overdue = true;
    EXPECT_EQ(waiting_in_words(task, now), "12 min, usually 6 min, 95 % within 22 min, overdue");
}

TEST(WaitingInWords, AreEmptyForWhatHasEnded) {
    auto task = waiting_since(std::chrono::minutes{12});
    task.state = StepState::done;
    EXPECT_EQ(waiting_in_words(task, now), "");
}

TEST(RowsByAge, CountEachTaskInTheFirstAgeItIsBelow) {
    std::vector<protocol::TaskView> tasks;
    for (const auto age : {std::chrono::minutes{14},
                           std::chrono::minutes{15},
                           std::chrono::minutes{59},
                           std::chrono::minutes{60},
                           std::chrono::minutes{60 * 24 * 7}})
        tasks.push_back(waiting_since(age));
    tasks.push_back(waiting_since(std::chrono::minutes{1}));
    tasks.back().kind = "alias";
    const auto rows = rows_by_age(tasks, now);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows.front().name, "alias");
    std::vector<std::string> archive;
    for (const auto& cell : rows.back().cells) archive.push_back(cell.plain);
    EXPECT_EQ(archive, (std::vector<std::string>{"archive", "1", "2", "1", "0", "0", "1", "5"}));
    EXPECT_EQ(rows.back().cells.size(), age_columns().size());
}

TEST(TaskRow, HasACellForEachColumn) {
    const auto row = row_of(waiting_since(std::chrono::minutes{1}), json::Value::object(), now);
    EXPECT_EQ(row.cells.size(), task_columns().size());
    EXPECT_EQ(row.name, "T12-archive");
}

TEST(OrderTally, NamesOnlyWhatThereWas) {
    OrderTally tally;
    for (const auto* effect : {"changed", "changed", "as_before", "not_found", "ended", "running"})
        tally.add({.id = "T1-alias", .effect = effect});
    EXPECT_EQ(in_words(tally), "changed 2, as before 1, under way 1, ended already 1, not found 1");
    EXPECT_EQ(in_words(OrderTally{}), "changed 0");
}

TEST(TaskRequest, RefusesAnAgeWithoutAUnit) {
    EXPECT_FALSE(request_of({.older = "24"}));
    const auto request = request_of({.states = {"failed", "waiting"}, .older = "2h"});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->older, 7'200);
    EXPECT_EQ(request->states.size(), 2U);
}

}  // namespace
}  // namespace uplift::upliftctl
