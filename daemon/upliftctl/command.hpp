// What every command gets: the options that all have, and how it enters itself.
//
// A command's file adds one subcommand to the parser; what it does runs after parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/model/result.hpp"
#include "daemon/upliftctl/exit_code.hpp"
#include "daemon/upliftctl/list.hpp"
#include "daemon/upliftctl/session.hpp"
#include "daemon/upliftctl/terminal.hpp"

namespace uplift::upliftctl {

inline constexpr const char* default_socket = "/run/uplift/control.sock";

enum class Shape : std::uint8_t { words, json };

struct Globals {
    std::string socket = default_socket;
    Shape shape = Shape::words;
    ColourWish colours = ColourWish::where_possible;
    // What the daemon answered instead, with what a Fault has no room for (person, request id).
    std::shared_ptr<protocol::FaultView> refusal = std::make_shared<protocol::FaultView>();
};

using Action = std::function<Result<ExitCode>()>;

struct Commands {
    CLI::App& app;
    CLI::App& job;  // the parent of `job show` and its like
    Globals& globals;
    Action& chosen;
};

// What `command` does; `options` is what the parser fills.
template <class Options>
void does(Commands& commands,
          CLI::App* command,
          std::shared_ptr<Options> options,
          Result<ExitCode> (*run)(const Globals&, const Options&)) {
    command->callback([&globals = commands.globals, &chosen = commands.chosen, options, run] {
        chosen = [&globals, options, run] { return run(globals, *options); };
    });
}
void does(Commands& commands, CLI::App* command, Result<ExitCode> (*run)(const Globals&));

// A line of `--help`: what one would type.
void example(CLI::App* command, const std::string& line);
// The positional ID of `job …`.
void add_job_id(CLI::App* command, std::string& id);
// -o, --sort, --limit, --no-headers, --watch; `columns` are what --sort takes.
void add_list_options(Commands& commands,
                      CLI::App* command,
                      const std::shared_ptr<ListWish>& wish,
                      const std::vector<ListColumn>& columns);
// --yes, and what it stands for: asks a person at a terminal, and is a fault elsewhere where it is missing.
void add_yes(CLI::App* command, bool& yes);
Result<void> confirm(const Globals& globals, bool yes, const std::string& question);

// ---- one line each: who enters what ----------------------------------------------------------------

void add_status(Commands& commands);
void add_submit(Commands& commands);
void add_plan(Commands& commands);
void add_users(Commands& commands);
void add_jobs(Commands& commands);
void add_job_show(Commands& commands);
void add_job_watch(Commands& commands);
void add_job_wait(Commands& commands);
void add_job_pause(Commands& commands);
void add_job_resume(Commands& commands);
void add_job_cancel(Commands& commands);
void add_job_retry(Commands& commands);
void add_job_export(Commands& commands);
void add_job_passwords(Commands& commands);
void add_job_purge(Commands& commands);
void add_tasks(Commands& commands);
void add_task(Commands& commands);
void add_seats(Commands& commands);
void add_why(Commands& commands);
void add_csv(Commands& commands);
void add_sample(Commands& commands);
void add_explain(Commands& commands);
void add_schema(Commands& commands);
void add_config(Commands& commands);
void add_doctor(Commands& commands);
void add_reload(Commands& commands);
void add_drain(Commands& commands);
void add_undrain(Commands& commands);
void add_version(Commands& commands);

// ---- shared by several commands --------------------------------------------------------------------

Result<Session> open_session(const Globals& globals);
// One object as a line of --json.
void print_json(const json::Value& object);
// The same, with its schema in front.
json::Value with_schema(std::string_view schema, const json::Value& object);
// One of several faults of a file: a line of --json, or prose on stderr.
void show_fault(const protocol::FaultView& fault, const Globals& globals);
// The next useful command, for people at a terminal only.
void hint(const Globals& globals, const std::string& text);

// Follows a job to its end; the exit code says how it ended.
enum class Watching : std::uint8_t { shown, silent };
Result<ExitCode> watch_job(Session& session,
                           const std::string& job,
                           const Globals& globals,
                           Watching watching);
// done: 0, anything else that ended: 1.
ExitCode exit_code_of(JobState state);

}  // namespace uplift::upliftctl
