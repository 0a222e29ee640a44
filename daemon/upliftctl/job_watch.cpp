// upliftctl job watch ID: live progress until the job has ended. Interrupting it does not touch the job.
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

constexpr Duration between_drawings = std::chrono::seconds{1};
constexpr Duration between_plain_lines = std::chrono::seconds{10};

struct JobWatchOptions {
    std::string id;
};

// The last line of a terminal, written over and over; or lines now and then where there is none.
class Shown {
 public:
    explicit Shown(const Globals& globals) : globals_(globals) {}

    void look(const protocol::JobView& job, TimePoint now) {
        rate_.add(now, progress_of(job).ended);
        if (globals_.shape == Shape::json) {
            auto line = json::dump(protocol::reply_value(job)) + "\n";
            if (line != last_) print(line);
            last_ = std::move(line);
        } else if (redraws_) {
            // One column is kept free: a full line would move the cursor on.
            print("\r\x1b[K" + progress_line(job, rate_, terminal_width().value_or(80) - 1));
        } else if (ended(job.state) || now - last_line_ >= between_plain_lines) {
            print(progress_words(job, rate_) + "\n");
            last_line_ = now;
        }
    }
    void end() {
        if (globals_.shape == Shape::words && redraws_) print("\n");
    }

 private:
    const Globals& globals_;
    const bool redraws_ = can_redraw();
    Rate rate_;
    std::string last_;
    TimePoint last_line_{};
};

Fault interrupted_watch(const std::string& job) {
    return Fault{.code = FaultCode::interrupted,
                 .where = job,
                 .what = "interrupted",
                 .cure = "The job goes on: `upliftctl job watch " + job + "` shows it."};
}

TimePoint host_now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

// What an ended job asks for.
void say_next(const protocol::JobView& job, const Globals& globals) {
    if (progress_of(job).failed > 0)
        hint(globals, "upliftctl job show " + job.id);
    else if (job.passwords_waiting > 0)
        hint(globals, "upliftctl job passwords " + job.id);
}

Result<ExitCode> run_job_watch(const Globals& globals, const JobWatchOptions& options) {
    auto session = open_session(globals);
    if (!session) return session.error();
    return watch_job(*session, options.id, globals, Watching::shown);
}

}  // namespace

ExitCode exit_code_of(JobState state) { return state == JobState::done ? ExitCode::done : ExitCode::failed; }

Result<ExitCode> watch_job(Session& session,
                           const std::string& job,
                           const Globals& globals,
                           Watching watching) {
    Shown shown(globals);
    const protocol::JobShowRequest request{.job = job, .people = 0};
    for (;;) {
        auto view = session.ask_one<protocol::JobView>(request);
        if (!view && !interrupted()) return view.error();
        if (view && watching == Watching::shown) shown.look(*view, host_now());
        if (view && ended(view->state)) {
            if (watching == Watching::shown) shown.end();
            say_next(*view, globals);
            return exit_code_of(view->state);
        }
        if (!pause_for(between_drawings)) {
            if (watching == Watching::shown) shown.end();
            return interrupted_watch(job);
        }
    }
}

void add_job_watch(Commands& commands) {
    auto* command = commands.job.add_subcommand("watch", "Live progress with rate and time left");
    auto options = std::make_shared<JobWatchOptions>();
    add_job_id(command, options->id);
    example(command, "upliftctl job watch J17");
    does(commands, command, options, run_job_watch);
}

}  // namespace uplift::upliftctl
