// upliftctl job wait ID: says nothing until the job has come so far; for scripts.
#include "core/text/show.hpp"
#include "core/text/utf8.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"
#include "daemon/upliftctl/time_words.hpp"

namespace uplift::upliftctl {
namespace {

constexpr Duration between_looks = std::chrono::seconds{1};

struct JobWaitOptions {
    std::string id;
    std::string wanted = "done";
    std::string timeout;
};

// done: the job has ended; mailbox: only what waits for mailboxes is left.
bool has_come(const protocol::JobView& job, const std::string& wanted) {
    return ended(job.state) || (wanted == "mailbox" && job.state == JobState::waiting);
}

ExitCode code_of(const protocol::JobView& job) {
    return job.state == JobState::waiting ? ExitCode::done : exit_code_of(job.state);
}

TimePoint steady_now() {
    return TimePoint{
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

Fault too_long(const protocol::JobView& job, const JobWaitOptions& options) {
    return Fault{.code = FaultCode::wait_too_long,
                 .where = job.id,
                 .what = "it is " + std::string(word(job.state)) + " after " + options.timeout + ", not " +
                         options.wanted,
                 .cure = "It goes on; `upliftctl job show " + job.id + "` says what is left."};
}

Fault was_interrupted(const std::string& id) {
    return Fault{.code = FaultCode::interrupted,
                 .where = id,
                 .what = "interrupted",
                 .cure = "The job goes on: `upliftctl job wait " + id + "` waits for it again."};
}

Result<ExitCode> run_job_wait(const Globals& globals, const JobWaitOptions& options) {
    std::optional<TimePoint> end;
    if (!options.timeout.empty()) {
        const auto span = parse_span(options.timeout, "--timeout");
        if (!span) return span.error();
        end = steady_now() + *span;
    }
    auto session = open_session(globals);
    if (!session) return session.error();
    const protocol::JobShowRequest request{.job = options.id, .people = 0};
    for (;;) {
        auto job = session->ask_one<protocol::JobView>(request);
        if (!job && !interrupted()) return job.error();
        if (interrupted()) return was_interrupted(options.id);
        if (has_come(*job, options.wanted)) {
            if (globals.shape == Shape::json)
                print_json(protocol::reply_value(*job));
            else
                print(progress_words(*job, Rate{}) + "\n");
            return code_of(*job);
        }
        const auto left = end ? *end - steady_now() : between_looks;
        if (left <= Duration::zero()) return too_long(*job, options);
        pause_for(std::min(left, between_looks));
    }
}

}  // namespace

void add_job_wait(Commands& commands) {
    auto* command =
        commands.job.add_subcommand("wait", "Wait until a job has ended: 0 done, 1 not all, 124 time is up");
    auto options = std::make_shared<JobWaitOptions>();
    add_job_id(command, options->id);
    command->add_option("--for", options->wanted, "done, or mailbox: only what waits for mailboxes is left")
        ->check(CLI::IsMember({"done", "mailbox"}))
        ->capture_default_str();
    command->add_option("--timeout", options->timeout, "Give up after 90s, 30m, 24h or 7d; default: never");
    example(command, "upliftctl job wait J17 --timeout 30m && echo finished");
    does(commands, command, options, run_job_wait);
}

}  // namespace uplift::upliftctl
