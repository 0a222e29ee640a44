// upliftctl job pause|resume|purge, drain, undrain: orders that are followed once, and said to be so already
// the second time.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

struct JobOptions {
    std::string id;
};

struct PurgeOptions {
    std::string id;
    bool discard_passwords = false;
    bool yes = false;
};

// What is said where it was changed, and where it was so before.
struct OrderWords {
    std::string changed;
    std::string already;
    std::string next;
};

Result<ExitCode> order(const Globals& globals, const protocol::Request& request, const OrderWords& words) {
    auto session = open_session(globals);
    if (!session) return session.error();
    auto ordered = session->ask_one<protocol::OrderedView>(request);
    if (!ordered) return ordered.error();
    if (globals.shape == Shape::json) {
        print_json(protocol::reply_value(*ordered));
        return ExitCode::done;
    }
    print_prose((ordered->id.empty() ? "" : ordered->id + " ") +
                (ordered->changed ? words.changed : words.already) + ".");
    hint(globals, words.next);
    return ExitCode::done;
}

Result<ExitCode> pause(const Globals& globals, const JobOptions& options) {
    const protocol::JobPauseRequest request{.job = options.id};
    return order(globals,
                 request,
                 {.changed = "is paused: what is on the wire ends, nothing further is begun",
                  .already = "was paused already",
                  .next = "upliftctl job resume " + options.id});
}

Result<ExitCode> resume(const Globals& globals, const JobOptions& options) {
    const protocol::JobResumeRequest request{.job = options.id};
    return order(
        globals,
        request,
        {.changed = "goes on", .already = "was not paused", .next = "upliftctl job watch " + options.id});
}

Result<ExitCode> purge(const Globals& globals, const PurgeOptions& options) {
    const auto question = "Forget " + text::shown(options.id) +
                          " but for its audit record, with its results and what it did" +
                          (options.discard_passwords ? ", and the passwords nobody has taken?" : "?");
    if (auto yes = confirm(globals, options.yes, question); !yes) return yes.error();
    const protocol::JobPurgeRequest request{.job = options.id,
                                            .discard_passwords = options.discard_passwords};
    return order(globals,
                 request,
                 {.changed = "is forgotten but for its audit record",
                  .already = "was purged already",
                  .next = "upliftctl jobs"});
}

Result<ExitCode> drain(const Globals& globals) {
    return order(globals,
                 protocol::DrainRequest{},
                 {.changed = "Drained: what is on the wire ends, no step is begun, also after a restart",
                  .already = "Was drained already",
                  .next = "upliftctl undrain"});
}

Result<ExitCode> undrain(const Globals& globals) {
    return order(
        globals,
        protocol::UndrainRequest{},
        {.changed = "Steps are begun again", .already = "Was not drained", .next = "upliftctl status"});
}

void add_job_order(Commands& commands,
                   const char* name,
                   const char* description,
                   Result<ExitCode> (*run)(const Globals&, const JobOptions&)) {
    auto* command = commands.job.add_subcommand(name, description);
    auto options = std::make_shared<JobOptions>();
    add_job_id(command, options->id);
    example(command, std::string("upliftctl job ") + name + " J17");
    does(commands, command, options, run);
}

}  // namespace

void add_job_pause(Commands& commands) {
    add_job_order(commands, "pause", "Begin nothing further of a job until it is resumed", pause);
}

void add_job_resume(Commands& commands) {
    add_job_order(commands, "resume", "Let a paused job go on", resume);
}

void add_job_purge(Commands& commands) {
    auto* command = commands.job.add_subcommand("purge", "Forget an ended job but for its audit record");
    auto options = std::make_shared<PurgeOptions>();
    add_job_id(command, options->id);
    command->add_flag("--discard-passwords",
                      options->discard_passwords,
                      "Also where initial passwords have not been taken");
    add_yes(command, options->yes);
    example(command, "upliftctl job purge J17 --yes");
    does(commands, command, options, purge);
}

void add_drain(Commands& commands) {
    auto* command = commands.app.add_subcommand("drain", "Begin no step any more, until undrain");
    example(command, "upliftctl drain");
    does(commands, command, drain);
}

void add_undrain(Commands& commands) {
    auto* command = commands.app.add_subcommand("undrain", "Begin steps again after drain");
    example(command, "upliftctl undrain");
    does(commands, command, undrain);
}

}  // namespace uplift::upliftctl
