// upliftctl status: directories, tenants and queue in one screen; --quiet for probes, whose exit code says it
// as well: 0 ok, 1 degraded, 69 down.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

enum class Words : std::uint8_t { full, one };

std::string counts_in_words(const protocol::Counts& counts) {
    std::string line;
    for (const auto& [state, count] : counts) {
        if (count == 0) continue;
        line += (line.empty() ? "" : ", ") + grouped(count) + " " + text::shown(state);
    }
    return line;
}

std::vector<Cell> row_of(const protocol::DoorView& door, const char* kind) {
    std::string note = door.why;
    if (door.until) note += (note.empty() ? "until " : "; until ") + local_time(*door.until);
    return {Cell{.text = kind},
            Cell{.text = door.name},
            Cell{.text = std::string(word(door.health)), .paint = paint_of(word(door.health))},
            Cell{.text = grouped(door.in_flight)},
            Cell{.text = grouped(door.steps_done)},
            Cell{.text = note}};
}

void show(const protocol::StatusView& status, const Globals& globals) {
    const auto colours = colours_for(globals.colours);
    print("upliftd " + text::shown(status.version) + "  " +
          painted(word(status.health), paint_of(word(status.health)), colours) + "  since " +
          local_time(status.started_at) + "\n\n");

    std::vector<std::vector<Cell>> rows;
    for (const auto& tenant : status.tenants) rows.push_back(row_of(tenant, "tenant"));
    for (const auto& directory : status.directories) rows.push_back(row_of(directory, "directory"));
    const auto number = Column::Align::right;
    const auto rigid = Column::Fit::rigid;
    print(render_table({{.title = "KIND", .fit = rigid},
                        {.title = "NAME"},
                        {.title = "STATE", .fit = rigid},
                        {.title = "IN FLIGHT", .align = number, .fit = rigid},
                        {.title = "STEPS", .align = number, .fit = rigid},
                        {.title = "NOTE"}},
                       rows,
                       terminal_width(),
                       colours));

    print("\n" + grouped(status.jobs_open) + (status.jobs_open == 1 ? " open job" : " open jobs"));
    const auto people = counts_in_words(status.enrollments);
    print((people.empty() ? "" : ": " + people) + "\n");
    for (const auto& warning : status.warnings) print("warning: " + text::shown(warning) + "\n");
}

Result<ExitCode> run(const Globals& globals, Words words) {
    auto session = Session::open(globals.socket);
    if (!session && words == Words::one && exit_code_of(session.error().code) == ExitCode::unreachable) {
        print("down\n");
        return ExitCode::unreachable;
    }
    if (!session) return session.error();
    auto status = session->ask_one<protocol::StatusView>(protocol::StatusRequest{});
    if (!status) return status.error();
    if (words == Words::one) {
        print(std::string(word(status->health)) + "\n");
        return status->health == protocol::Health::ok ? ExitCode::done : ExitCode::failed;
    }
    if (globals.shape == Shape::json)
        print_json(protocol::reply_value(*status));
    else
        show(*status, globals);
    return ExitCode::done;
}

}  // namespace

void add_status(Commands& commands) {
    auto* command = commands.app.add_subcommand("status", "Health of directories, tenants and queue");
    auto quiet = std::make_shared<bool>(false);
    command->add_flag("--quiet", *quiet, "Only: ok, degraded or down");
    command->callback([&globals = commands.globals, &chosen = commands.chosen, quiet] {
        chosen = [&globals, quiet] { return run(globals, *quiet ? Words::one : Words::full); };
    });
}

}  // namespace uplift::upliftctl
