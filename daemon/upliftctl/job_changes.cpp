// upliftctl job cancel|retry ID: what is on the wire ends and the rest is cancelled, accounts stay as they
// are; what failed runs again, and nothing that is done is repeated.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

struct JobChangesOptions {
    std::string id;
    bool yes = false;
};

struct ChangeWords {
    std::string nothing;
    std::string one;
    std::string several;
    std::string next;
};

Result<ExitCode> change(const Globals& globals, const protocol::Request& request, const ChangeWords& words) {
    auto session = open_session(globals);
    if (!session) return session.error();
    auto changed = session->ask_one<protocol::ChangedView>(request);
    if (!changed) return changed.error();
    if (globals.shape == Shape::json) {
        print_json(protocol::reply_value(*changed));
        return ExitCode::done;
    }
    const auto said = changed->steps == 0   ? words.nothing
                      : changed->steps == 1 ? "1 " + words.one
                                            : grouped(changed->steps) + " " + words.several;
    print_prose(changed->id + ": " + said + ".");
    hint(globals, words.next);
    return ExitCode::done;
}

Result<ExitCode> cancel(const Globals& globals, const JobChangesOptions& options) {
    const auto question = "Cancel what " + text::shown(options.id) + " has not done yet?";
    if (auto yes = confirm(globals, options.yes, question); !yes) return yes.error();
    const protocol::JobCancelRequest request{.job = options.id};
    return change(globals,
                  request,
                  {.nothing = "nothing was left to cancel",
                   .one = "step cancelled; accounts stay as they are",
                   .several = "steps cancelled; accounts stay as they are",
                   .next = "upliftctl job show " + options.id});
}

Result<ExitCode> retry(const Globals& globals, const JobChangesOptions& options) {
    const protocol::JobRetryRequest request{.job = options.id};
    return change(globals,
                  request,
                  {.nothing = "nothing has failed that could run again",
                   .one = "step runs again",
                   .several = "steps run again",
                   .next = "upliftctl job watch " + options.id});
}

}  // namespace

void add_job_cancel(Commands& commands) {
    auto* command = commands.job.add_subcommand("cancel", "Cancel what has not been done yet");
    auto options = std::make_shared<JobChangesOptions>();
    add_job_id(command, options->id);
    add_yes(command, options->yes);
    example(command, "upliftctl job cancel J17 --yes");
    does(commands, command, options, cancel);
}

void add_job_retry(Commands& commands) {
    auto* command = commands.job.add_subcommand("retry", "Run what failed again, after its cause is mended");
    auto options = std::make_shared<JobChangesOptions>();
    add_job_id(command, options->id);
    example(command, "upliftctl job retry J17");
    does(commands, command, options, retry);
}

}  // namespace uplift::upliftctl
