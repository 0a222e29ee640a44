// upliftctl tasks: the delayed tasks, each with what it waits for and how long that usually takes.
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/task_text.hpp"

namespace uplift::upliftctl {
namespace {

struct TasksOptions {
    TaskWish which;
    std::string by;
    std::shared_ptr<ListWish> list = std::make_shared<ListWish>();
};

TimePoint list_now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

Result<void> each_task(const Globals& globals,
                       const protocol::TasksRequest& request,
                       const std::function<Result<void>(protocol::TaskView, const json::Value&)>& each) {
    auto session = open_session(globals);
    if (!session) return session.error();
    return session->ask(request, [&](const json::Value& reply) -> Result<void> {
        auto task = protocol::view_from<protocol::TaskView>(reply);
        if (!task) return task.error();
        return each(std::move(*task), reply);
    });
}

ListSource single_tasks(const Globals& globals, const protocol::TasksRequest& request) {
    const auto read = [&globals, request](const ListSource::Taker& take) -> Result<void> {
        const auto now = list_now();
        return each_task(globals, request, [&](protocol::TaskView task, const json::Value& object) {
            return take(row_of(task, object, now));
        });
    };
    return {.columns = task_columns(), .when_empty = "There are no delayed tasks.", .read = read};
}

ListSource tasks_by_age(const Globals& globals, const protocol::TasksRequest& request) {
    const auto read = [&globals, request](const ListSource::Taker& take) -> Result<void> {
        std::vector<protocol::TaskView> tasks;
        auto asked =
            each_task(globals, request, [&](protocol::TaskView task, const json::Value&) -> Result<void> {
                tasks.push_back(std::move(task));
                return {};
            });
        if (!asked) return asked.error();
        for (auto& row : rows_by_age(tasks, list_now()))
            if (auto taken = take(std::move(row)); !taken) return taken.error();
        return {};
    };
    return {.columns = age_columns(), .when_empty = "There are no delayed tasks.", .read = read};
}

Result<ExitCode> list_tasks(const Globals& globals, const TasksOptions& options) {
    auto request = request_of(options.which);
    if (!request) return request.error();
    auto wanted = *options.list;
    // Sorted another way, the first ones may be any.
    if (wanted.limit > 0 && wanted.sort.empty() && options.by.empty()) request->limit = wanted.limit;
    const auto source =
        options.by.empty() ? single_tasks(globals, *request) : tasks_by_age(globals, *request);
    if (globals.shape == Shape::json) wanted.output = ListOutput::json;
    auto listed = list_out(source, wanted, colours_for(globals.colours));
    if (!listed) return listed.error();
    if (wanted.output == ListOutput::table && listed->code == ExitCode::done && listed->rows > 0)
        hint(globals, "upliftctl why PERSON, upliftctl task retry ID");
    return listed->code;
}

}  // namespace

void add_tasks(Commands& commands) {
    auto* command = commands.app.add_subcommand("tasks", "Delayed tasks: what each waits for, and how long");
    auto options = std::make_shared<TasksOptions>();
    add_task_filters(command, options->which);
    command->add_option("--by", options->by, "age: how many of each kind are how old")
        ->check(CLI::IsMember({"age"}).description(""));
    add_list_options(commands, command, options->list, task_columns());
    example(command, "upliftctl tasks --state waiting --older 24h");
    does(commands, command, options, list_tasks);
}

}  // namespace uplift::upliftctl
