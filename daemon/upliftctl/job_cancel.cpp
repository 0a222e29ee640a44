// upliftctl job cancel ID: what is on the wire ends, the rest is cancelled, accounts stay as they are.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

Result<ExitCode> run(const Globals& globals, const std::string& id) {
    auto session = Session::open(globals.socket);
    if (!session) return session.error();
    const protocol::JobCancelRequest request{.job = id};
    auto changed = session->ask_one<protocol::ChangedView>(request);
    if (!changed) return changed.error();
    if (globals.shape == Shape::json)
        print_json(protocol::reply_value(*changed));
    else if (changed->steps == 0)
        print(text::shown(changed->id) + ": Nothing was left to cancel.\n");
    else
        print(text::shown(changed->id) + ": " + grouped(changed->steps) +
              (changed->steps == 1 ? " step cancelled; accounts stay as they are.\n"
                                   : " steps cancelled; accounts stay as they are.\n"));
    return ExitCode::done;
}

}  // namespace

void add_job_cancel(Commands& commands) {
    auto* command = commands.job.add_subcommand("cancel", "Cancel what has not been done yet");
    auto id = std::make_shared<std::string>();
    command->add_option("ID", *id, "The job, for example J17")->required();
    command->callback([&globals = commands.globals, &chosen = commands.chosen, id] {
        chosen = [&globals, id] { return run(globals, *id); };
    });
}

}  // namespace uplift::upliftctl
