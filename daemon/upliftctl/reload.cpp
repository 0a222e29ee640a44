// upliftctl reload: the changed configuration comes into force, or the old one stays.
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

Result<ExitCode> run_reload(const Globals& globals) {
    auto session = open_session(globals);
    if (!session) return session.error();
    protocol::ReloadView report;
    auto asked = session->ask(protocol::ReloadRequest{}, [&](const json::Value& reply) -> Result<void> {
        if (protocol::is_fault(reply)) {
            auto fault = protocol::fault_from(reply);
            if (!fault) return fault.error();
            show_fault(*fault, globals);
            return {};
        }
        auto view = protocol::view_from<protocol::ReloadView>(reply);
        if (!view) return view.error();
        report = std::move(*view);
        if (globals.shape == Shape::json) print_json(reply);
        return {};
    });
    if (!asked) return asked.error();
    if (globals.shape == Shape::json) return ExitCode::done;

    std::string profiles;
    for (const auto& name : report.profiles) profiles += (profiles.empty() ? "" : ", ") + name;
    print_prose("The configuration is in force for new jobs. Profiles: " + profiles);
    for (const auto& warning : report.warnings) print_prose("warning: " + warning);
    for (const auto& what : report.needs_restart)
        print_prose("needs a restart (`systemctl restart uplift`): " + what);
    return ExitCode::done;
}

}  // namespace

void add_reload(Commands& commands) {
    auto* command = commands.app.add_subcommand("reload", "Apply the changed configuration to new jobs");
    example(command, "upliftctl reload");
    does(commands, command, run_reload);
}

}  // namespace uplift::upliftctl
