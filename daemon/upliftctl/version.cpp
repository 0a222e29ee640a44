// upliftctl version
#include "core/text/show.hpp"
#include "daemon/protocol/program_version.hpp"
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

Result<ExitCode> run_version(const Globals& globals) {
    const std::string own = protocol::program_version;
    auto session = open_session(globals);
    if (globals.shape == Shape::json) {
        auto value = json::Value::object();
        value.set("schema", json::Value("uplift.version/1"));
        value.set("version", json::Value(own));
        value.set("daemon", session ? json::Value(session->server().version) : json::Value());
        print_json(value);
        return ExitCode::done;
    }
    print("upliftctl " + own + "\n");
    if (session) print("upliftd   " + text::shown(session->server().version) + "\n");
    return ExitCode::done;
}

}  // namespace

void add_version(Commands& commands) {
    auto* command = commands.app.add_subcommand("version", "The versions of this program and of the daemon");
    example(command, "upliftctl version");
    does(commands, command, run_version);
}

}  // namespace uplift::upliftctl
