// upliftctl reload: the changed configuration comes into force, or the old one stays.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

Result<ExitCode> run(const Globals& globals) {
    auto session = Session::open(globals.socket);
    if (!session) return session.error();
    protocol::ReloadView report;
    auto asked = session->ask(protocol::ReloadRequest{}, [&](const json::Value& reply) -> Result<void> {
        if (protocol::is_fault(reply)) {
            if (globals.shape == Shape::json)
                print_json(reply);
            else if (auto fault = protocol::fault_from(reply))
                complain(text::shown(to_line(fault_of(*fault))) + "\n");
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
    for (const auto& name : report.profiles) profiles += (profiles.empty() ? "" : ", ") + text::shown(name);
    print("The configuration is in force for new jobs. Profiles: " + profiles + "\n");
    for (const auto& warning : report.warnings) print("warning: " + text::shown(warning) + "\n");
    for (const auto& what : report.needs_restart)
        print("needs a restart (`systemctl restart uplift`): " + text::shown(what) + "\n");
    return ExitCode::done;
}

}  // namespace

void add_reload(Commands& commands) {
    auto* command = commands.app.add_subcommand("reload", "Apply the changed configuration to new jobs");
    command->callback([&globals = commands.globals, &chosen = commands.chosen] {
        chosen = [&globals] { return run(globals); };
    });
}

}  // namespace uplift::upliftctl
