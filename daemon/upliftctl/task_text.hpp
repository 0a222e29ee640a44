// Delayed tasks on the command line: which ones are meant, and how they are told.
//
// Pure but for the parser's options. Faults: usage.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "daemon/protocol/request.hpp"
#include "daemon/protocol/task_view.hpp"
#include "daemon/upliftctl/list.hpp"

namespace uplift::upliftctl {

// --state, --kind, --job, --person, --older
struct TaskWish {
    std::vector<std::string> states{};
    std::string kind{};
    std::string job{};
    std::string person{};
    std::string older{};
    [[nodiscard]] bool names_some() const;
};
void add_task_filters(CLI::App* command, TaskWish& wish);
Result<protocol::TasksRequest> request_of(const TaskWish& wish);

// "9 min, usually 6 min, 95 % within 22 min"; empty where the task has ended.
std::string waiting_in_words(const protocol::TaskView& task, TimePoint now);

std::vector<ListColumn> task_columns();
ListRow row_of(const protocol::TaskView& task, const json::Value& object, TimePoint now);

// How many of each kind are how old; the columns are kind, ages, total.
std::vector<ListColumn> age_columns();
std::vector<ListRow> rows_by_age(const std::vector<protocol::TaskView>& tasks, TimePoint now);

// What an order came to, over all its tasks: "50 held, 3 as before, 1 not found".
struct OrderTally {
    std::int64_t changed = 0;
    std::int64_t as_before = 0;
    std::int64_t running = 0;
    std::int64_t ended = 0;
    std::int64_t not_found = 0;
    void add(const protocol::TaskOrderedView& ordered);
};
std::string in_words(const OrderTally& tally);
json::Value value_of(const OrderTally& tally, std::string_view order);

}  // namespace uplift::upliftctl
