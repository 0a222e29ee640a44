// What every command gets: the options that all have, and where it enters itself.
//
// A command's file adds one subcommand to the parser; what it does runs after parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "core/model/result.hpp"
#include "daemon/upliftctl/exit_code.hpp"
#include "daemon/upliftctl/session.hpp"
#include "daemon/upliftctl/terminal.hpp"

namespace uplift::upliftctl {

inline constexpr const char* default_socket = "/run/uplift/control.sock";

enum class Shape : std::uint8_t { words, json };

struct Globals {
    std::string socket = default_socket;
    Shape shape = Shape::words;
    ColourWish colours = ColourWish::where_possible;
};

using Action = std::function<Result<ExitCode>()>;

struct Commands {
    CLI::App& app;
    CLI::App& job;  // the parent of `job show` and its like
    const Globals& globals;
    Action& chosen;
};

void add_status(Commands& commands);
void add_submit(Commands& commands);
void add_jobs(Commands& commands);
void add_job_show(Commands& commands);
void add_job_watch(Commands& commands);
void add_job_cancel(Commands& commands);
void add_job_retry(Commands& commands);
void add_job_export(Commands& commands);
void add_job_passwords(Commands& commands);
void add_why(Commands& commands);
void add_reload(Commands& commands);
void add_version(Commands& commands);

// ---- shared by several commands --------------------------------------------------------------------

// One reply as a line of --json.
void print_json(const json::Value& reply);
// Follows a job to its end; the exit code says how it ended.
enum class Watching : std::uint8_t { shown, silent };
Result<ExitCode> watch_job(Session& session,
                           const std::string& job,
                           const Globals& globals,
                           Watching watching);
// done: 0, anything else that ended: 1.
ExitCode exit_code_of(JobState state);

}  // namespace uplift::upliftctl
