// upliftctl status: directories, tenants and queue in one screen; --quiet for probes, whose exit code says it
// as well: 0 ok, 1 degraded, 69 down.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

struct StatusOptions {
    bool quiet = false;
};

// In the order in which people go through them.
std::string counts_in_words(const protocol::Counts& counts) {
    std::string line;
    for (const auto state : {StepState::pending,
                             StepState::running,
                             StepState::waiting,
                             StepState::done,
                             StepState::failed,
                             StepState::skipped,
                             StepState::cancelled}) {
        const auto found = counts.find(std::string(word(state)));
        if (found == counts.end() || found->second == 0) continue;
        line += (line.empty() ? "" : ", ") + grouped(found->second) + " " + found->first;
    }
    return line;
}

// A directory counts no steps: they are the tenants'.
std::string count_of(std::int64_t count, bool tenant) { return tenant || count > 0 ? grouped(count) : ""; }

std::vector<Cell> row_of(const protocol::DoorView& door, const char* kind) {
    const bool tenant = std::string_view(kind) == "tenant";
    return {Cell{.text = kind},
            Cell{.text = door.name},
            Cell{.text = std::string(word(door.health)), .paint = paint_of(word(door.health))},
            Cell{.text = tenant ? grouped(door.writes_per_minute) + " writes/min" : door.server},
            Cell{.text = count_of(door.in_flight, tenant)},
            Cell{.text = count_of(door.steps_done, tenant)}};
}

// What is not well at a door, below the table: it may be long.
void show_trouble(const protocol::DoorView& door) {
    if (door.why.empty() && !door.until) return;
    auto line = door.name + ": " + (door.why.empty() ? "resting" : door.why);
    if (door.until) line += " (until " + local_time(*door.until) + ")";
    print_prose(line, 2);
}

void show_doors(const protocol::StatusView& status, Colours colours) {
    std::vector<std::vector<Cell>> rows;
    for (const auto& directory : status.directories) rows.push_back(row_of(directory, "directory"));
    for (const auto& tenant : status.tenants) rows.push_back(row_of(tenant, "tenant"));
    if (rows.empty()) return;
    const auto number = Column::Align::right;
    const auto rigid = Column::Fit::rigid;
    print("\n" + render_table({{.title = "DOOR", .fit = rigid},
                               {.title = "NAME"},
                               {.title = "STATE", .fit = rigid},
                               {.title = "SERVER OR RATE"},
                               {.title = "IN FLIGHT", .align = number, .fit = rigid},
                               {.title = "STEPS DONE", .align = number, .fit = rigid}},
                              rows,
                              terminal_width(),
                              {.colours = colours}));
    for (const auto& directory : status.directories) show_trouble(directory);
    for (const auto& tenant : status.tenants) show_trouble(tenant);
}

void show(const protocol::StatusView& status, const Globals& globals) {
    const auto colours = colours_for(globals.colours);
    print("upliftd " + text::shown(status.version) + "  " +
          painted(word(status.health), paint_of(word(status.health)), colours) + "  since " +
          local_time(status.started_at) + "\n");
    if (status.drained)
        print(painted("drained", Paint::attention, colours) +
              ": no step is begun until `upliftctl undrain`\n");
    show_doors(status, colours);

    const auto people = counts_in_words(status.enrollments);
    print("\n" + render_facts({{"open jobs", grouped(status.jobs_open)}, {"people in them", people}},
                              terminal_width()));
    if (!status.warnings.empty()) print("\n");
    for (const auto& warning : status.warnings) {
        print(painted("warning", Paint::attention, colours) + "\n");
        print_prose(warning, 2);
    }
}

Result<ExitCode> run_status(const Globals& globals, const StatusOptions& options) {
    auto session = open_session(globals);
    if (!session && options.quiet && exit_code_of(session.error().code) == ExitCode::unreachable) {
        print(globals.shape == Shape::json ? "{\"schema\":\"uplift.health/1\",\"health\":\"down\"}\n"
                                           : "down\n");
        return ExitCode::unreachable;
    }
    if (!session) return session.error();
    auto status = session->ask_one<protocol::StatusView>(protocol::StatusRequest{});
    if (!status) return status.error();
    if (options.quiet) {
        auto health = json::Value::object();
        health.set("health", json::Value(word(status->health)));
        if (globals.shape == Shape::json)
            print_json(with_schema("uplift.health/1", health));
        else
            print(std::string(word(status->health)) + "\n");
        return status->health == protocol::Health::ok ? ExitCode::done : ExitCode::failed;
    }
    if (globals.shape == Shape::json) {
        print_json(protocol::reply_value(*status));
        return ExitCode::done;
    }
    show(*status, globals);
    if (status->drained)
        hint(globals, "upliftctl undrain");
    else if (status->jobs_open > 0)
        hint(globals, "upliftctl jobs");
    return ExitCode::done;
}

}  // namespace

void add_status(Commands& commands) {
    auto* command = commands.app.add_subcommand("status", "Health of directories, tenants and queue");
    auto options = std::make_shared<StatusOptions>();
    command->add_flag("--quiet", options->quiet, "Only ok, degraded or down: for probes");
    example(command, "upliftctl status");
    does(commands, command, options, run_status);
}

}  // namespace uplift::upliftctl
