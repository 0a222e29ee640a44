// upliftctl: talks to upliftd over its Unix socket.
#include "core/json/json.hpp"
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"

namespace {

using namespace uplift;
using namespace uplift::upliftctl;

int end_with(const Fault& fault, Shape shape) {
    if (shape == Shape::json)
        complain(protocol::error_frame(protocol::view_of(fault)));
    else
        complain("upliftctl: " + text::shown(to_line(fault)) + "\n");
    return static_cast<int>(exit_code_of(fault.code));
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Takes people from Active Directory to Microsoft 365: the control command of upliftd.",
                 "upliftctl");
    Globals globals;
    Action chosen;
    bool as_json = false;
    bool no_color = false;
    app.add_option("--socket", globals.socket, "The daemon's control socket")->capture_default_str();
    app.add_flag("--json", as_json, "One JSON object a line");
    app.add_flag("--no-color", no_color, "No colours");
    app.require_subcommand(1);
    app.fallthrough();

    auto* job = app.add_subcommand("job", "One job: show, watch, cancel, retry, export, passwords");
    job->require_subcommand(1);
    job->fallthrough();
    Commands commands{.app = app, .job = *job, .globals = globals, .chosen = chosen};
    for (const auto add : {add_status,
                           add_submit,
                           add_jobs,
                           add_job_show,
                           add_job_watch,
                           add_job_cancel,
                           add_job_retry,
                           add_job_export,
                           add_job_passwords,
                           add_why,
                           add_reload,
                           add_version})
        add(commands);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help
        // CLI11 only says that a command is missing where it met a word that is none.
        const auto unknown = app.remaining(true);
        const bool no_command = error.get_name() == "RequiredError" && !unknown.empty();
        const auto what =
            no_command ? "there is no command " + text::quoted(unknown.front()) : std::string(error.what());
        const Fault fault{.code = FaultCode::usage,
                          .where = "command line",
                          .what = what,
                          .cure = "See `upliftctl --help`."};
        return end_with(fault, as_json ? Shape::json : Shape::words);
    }
    globals.shape = as_json ? Shape::json : Shape::words;
    globals.colours = no_color ? ColourWish::never : ColourWish::where_possible;

    catch_interrupts();
    const auto ended = chosen();
    return ended ? static_cast<int>(*ended) : end_with(ended.error(), globals.shape);
}
