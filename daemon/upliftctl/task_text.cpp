#include "daemon/upliftctl/task_text.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "daemon/upliftctl/progress.hpp"
#include "daemon/upliftctl/time_words.hpp"

namespace uplift::upliftctl {
namespace {

// The last one takes what is older still.
struct AgeClass {
    const char* name;
    const char* title;
    Duration below;
};
constexpr std::array<AgeClass, 6> ages{{{"15m", "< 15 MIN", std::chrono::minutes{15}},
                                        {"1h", "< 1 H", std::chrono::hours{1}},
                                        {"6h", "< 6 H", std::chrono::hours{6}},
                                        {"24h", "< 24 H", std::chrono::hours{24}},
                                        {"7d", "< 7 D", std::chrono::hours{168}},
                                        {"older", "OLDER", Duration::max()}}};

std::size_t age_class_of(Duration age) {
    std::size_t at = 0;
    while (at + 1 < ages.size() && age >= ages.at(at).below) ++at;
    return at;
}

Duration seconds(std::int64_t count) { return std::chrono::seconds{count}; }

// By person, then kind: T9-archive stands before T10-alias.
ListCell id_cell(const std::string& id) {
    auto cell = text_cell(id);
    std::int64_t number = 0;
    for (const char c : id.substr(0, id.find('-')))
        if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
    cell.order = number;
    return cell;
}

ListCell waiting_cell(const protocol::TaskView& task, TimePoint now) {
    auto cell = text_cell(waiting_in_words(task, now));
    cell.order = ended(task.state) ? std::int64_t{0}
                                   : std::int64_t{(now - task.waiting_since.value_or(task.since)).count()};
    if (task.overdue) cell.paint = Paint::bad;
    return cell;
}

}  // namespace

bool TaskWish::names_some() const {
    return !states.empty() || !kind.empty() || !job.empty() || !person.empty() || !older.empty();
}

void add_task_filters(CLI::App* command, TaskWish& wish) {
    command
        ->add_option("--state",
                     wish.states,
                     "pending, running, waiting, done, failed, skipped or cancelled; several times for "
                     "several")
        ->check(CLI::IsMember({"pending", "running", "waiting", "done", "failed", "skipped", "cancelled"})
                    .description(""))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(1)
        ->allow_extra_args(false);
    command->add_option("--kind", wish.kind, "alias, litigation_hold, archive or distribution_groups")
        ->check(
            CLI::IsMember({"alias", "litigation_hold", "archive", "distribution_groups"}).description(""));
    command->add_option("--job", wish.job, "Of this job, for example J17");
    command->add_option("--person", wish.person, "Of this person, by any identity");
    command->add_option("--older", wish.older, "Begun longer ago than 90s, 30m, 24h or 7d");
}

Result<protocol::TasksRequest> request_of(const TaskWish& wish) {
    protocol::TasksRequest request{
        .states = wish.states, .kind = wish.kind, .job = wish.job, .person = wish.person};
    if (!wish.older.empty()) {
        const auto older = parse_span(wish.older, "--older");
        if (!older) return older.error();
        request.older = std::chrono::duration_cast<std::chrono::seconds>(*older).count();
    }
    return request;
}

std::string waiting_in_words(const protocol::TaskView& task, TimePoint now) {
    if (ended(task.state)) return {};
    auto words = roughly(now - task.waiting_since.value_or(task.since));
    if (task.usual_wait) words += ", usually " + roughly(seconds(*task.usual_wait));
    if (task.longest_usual) words += ", 95 % within " + roughly(seconds(*task.longest_usual));
    if (task.overdue) words += ", overdue";
    return words;
}

std::vector<ListColumn> task_columns() {
    using Align = Column::Align;
    using Fit = Column::Fit;
    using Shown = Column::Shown;
    return {{"id", {.title = "ID", .fit = Fit::rigid}},
            {"person", {.title = "PERSON"}},
            {"kind", {.title = "KIND", .fit = Fit::rigid, .shown = Shown::when_room}},
            {"state", {.title = "STATE", .fit = Fit::rigid}},
            {"waits_for", {.title = "WAITS FOR", .fit = Fit::rigid}},
            {"tries", {.title = "TRIES", .align = Align::right, .fit = Fit::rigid}},
            {"next_try", {.title = "NEXT TRY", .fit = Fit::rigid}},
            {"waiting", {.title = "WAITING"}},
            {"job", {.title = "JOB", .fit = Fit::rigid, .shown = Shown::wide}},
            {"row", {.title = "ROW", .align = Align::right, .fit = Fit::rigid, .shown = Shown::wide}},
            {"tenant", {.title = "TENANT", .shown = Shown::wide}},
            {"error", {.title = "LAST ERROR"}}};
}

ListRow row_of(const protocol::TaskView& task, const json::Value& object, TimePoint now) {
    const auto error = task.fault ? task.fault->code + " " + task.fault->message : std::string();
    return {.cells = {id_cell(task.id),
                      text_cell(task.user_principal_name),
                      text_cell(task.kind),
                      state_cell(word(task.state)),
                      text_cell(task.waits_for),
                      number_cell(task.tries),
                      time_cell(task.next_try),
                      waiting_cell(task, now),
                      text_cell(task.job),
                      number_cell(task.row),
                      text_cell(task.tenant),
                      text_cell(error)},
            .name = task.id,
            .object = object};
}

std::vector<ListColumn> age_columns() {
    std::vector<ListColumn> columns{{"kind", {.title = "KIND", .fit = Column::Fit::rigid}}};
    const auto number = [&](std::string name, std::string title) {
        columns.push_back(
            {std::move(name),
             {.title = std::move(title), .align = Column::Align::right, .fit = Column::Fit::rigid}});
    };
    for (const auto& age : ages) number(age.name, age.title);
    number("total", "TOTAL");
    return columns;
}

std::vector<ListRow> rows_by_age(const std::vector<protocol::TaskView>& tasks, TimePoint now) {
    struct Line {
        std::array<std::int64_t, ages.size()> counts{};
        std::int64_t total = 0;
    };
    std::map<std::string, Line> lines;
    for (const auto& task : tasks) {
        auto& line = lines[task.kind];
        ++line.counts.at(age_class_of(now - task.since));
        ++line.total;
    }
    std::vector<ListRow> rows;
    for (const auto& [kind, line] : lines) {
        auto by_age = json::Value::object();
        ListRow row{.cells = {text_cell(kind)}, .name = kind, .object = json::Value::object()};
        for (std::size_t at = 0; at < ages.size(); ++at) {
            row.cells.push_back(
                number_cell(line.counts.at(at), line.counts.at(at) == 0 ? Paint::faint : Paint::none));
            by_age.set(ages.at(at).name, json::Value(line.counts.at(at)));
        }
        row.cells.push_back(number_cell(line.total));
        row.object.set("schema", json::Value("uplift.task_ages/1"));
        row.object.set("id", json::Value(kind));
        row.object.set("by_age", by_age);
        row.object.set("total", json::Value(line.total));
        rows.push_back(std::move(row));
    }
    return rows;
}

void OrderTally::add(const protocol::TaskOrderedView& ordered) {
    if (ordered.effect == "changed")
        ++changed;
    else if (ordered.effect == "as_before")
        ++as_before;
    else if (ordered.effect == "running")
        ++running;
    else if (ordered.effect == "ended")
        ++this->ended;
    else
        ++not_found;
}

std::string in_words(const OrderTally& tally) {
    auto words = "changed " + grouped(tally.changed);
    const auto also = [&](const char* what, std::int64_t count) {
        if (count > 0) words += std::string(", ") + what + " " + grouped(count);
    };
    also("as before", tally.as_before);
    also("under way", tally.running);
    also("ended already", tally.ended);
    also("not found", tally.not_found);
    return words;
}

json::Value value_of(const OrderTally& tally, std::string_view order) {
    auto value = json::Value::object();
    value.set("schema", json::Value("uplift.tasks_ordered/1"));
    value.set("order", json::Value(order));
    value.set("changed", json::Value(tally.changed));
    value.set("as_before", json::Value(tally.as_before));
    value.set("running", json::Value(tally.running));
    value.set("ended", json::Value(tally.ended));
    value.set("not_found", json::Value(tally.not_found));
    return value;
}

}  // namespace uplift::upliftctl
