// upliftctl jobs: newest first.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

std::vector<Cell> row_of(const protocol::JobView& job) {
    const auto progress = progress_of(job);
    return {Cell{.text = job.id},
            Cell{.text = std::string(word(job.state)), .paint = paint_of(word(job.state))},
            Cell{.text = job.profile},
            Cell{.text = grouped(progress.ended) + "/" + grouped(progress.people)},
            Cell{.text = grouped(progress.failed), .paint = progress.failed > 0 ? Paint::bad : Paint::none},
            Cell{.text = grouped(progress.waiting)},
            Cell{.text = job.submitter.name},
            Cell{.text = local_time(job.accepted_at)},
            Cell{.text = job.label.empty() ? job.source : job.label}};
}

Result<ExitCode> run(const Globals& globals, std::int64_t limit) {
    auto session = Session::open(globals.socket);
    if (!session) return session.error();
    std::vector<std::vector<Cell>> rows;
    const protocol::JobsRequest request{.limit = limit};
    auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
        if (globals.shape == Shape::json) {
            print_json(reply);
            return {};
        }
        auto job = protocol::view_from<protocol::JobView>(reply);
        if (!job) return job.error();
        rows.push_back(row_of(*job));
        return {};
    });
    if (!asked) return asked.error();
    if (globals.shape == Shape::json) return ExitCode::done;
    if (rows.empty()) {
        print("There are no jobs.\n");
        return ExitCode::done;
    }
    const auto number = Column::Align::right;
    const auto rigid = Column::Fit::rigid;
    print(render_table({{.title = "ID", .fit = rigid},
                        {.title = "STATE", .fit = rigid},
                        {.title = "PROFILE"},
                        {.title = "PEOPLE", .align = number, .fit = rigid},
                        {.title = "FAILED", .align = number, .fit = rigid},
                        {.title = "WAITING", .align = number, .fit = rigid},
                        {.title = "BY"},
                        {.title = "ACCEPTED", .fit = rigid},
                        {.title = "WHAT"}},
                       rows,
                       terminal_width(),
                       colours_for(globals.colours)));
    return ExitCode::done;
}

}  // namespace

void add_jobs(Commands& commands) {
    auto* command = commands.app.add_subcommand("jobs", "List jobs, newest first");
    auto limit = std::make_shared<std::int64_t>(50);
    command->add_option("--limit", *limit, "At most so many")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    command->callback([&globals = commands.globals, &chosen = commands.chosen, limit] {
        chosen = [&globals, limit] { return run(globals, *limit); };
    });
}

}  // namespace uplift::upliftctl
