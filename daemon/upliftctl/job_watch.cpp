// upliftctl job watch ID: live progress until the job has ended. Interrupting it does not touch the job.
#include <unistd.h>

#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

constexpr Duration between_looks = std::chrono::seconds{1};
constexpr Duration between_plain_lines = std::chrono::seconds{10};

// The last line of a terminal, written over and over; or lines now and then where there is none.
class Shown {
 public:
    explicit Shown(const Globals& globals) : globals_(globals), width_(terminal_width()) {}

    void look(const protocol::JobView& job, TimePoint now) {
        rate_.add(now, progress_of(job).ended);
        if (globals_.shape == Shape::json) {
            auto line = json::dump(protocol::reply_value(job)) + "\n";
            if (line != last_) print(line);
            last_ = std::move(line);
        } else if (width_) {
            width_ = terminal_width();
            print("\r\x1b[K" + progress_line(job, rate_, width_.value_or(80)));
        } else if (ended(job.state) || now - last_line_ >= between_plain_lines) {
            print(progress_words(job, rate_) + "\n");
            last_line_ = now;
        }
    }
    void end() {
        if (globals_.shape == Shape::words && width_) print("\n");
    }

 private:
    const Globals& globals_;
    std::optional<std::size_t> width_;
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

Result<ExitCode> run(const Globals& globals, const std::string& id) {
    auto session = Session::open(globals.socket);
    if (!session) return session.error();
    return watch_job(*session, id, globals, Watching::shown);
}

}  // namespace

ExitCode exit_code_of(JobState state) { return state == JobState::done ? ExitCode::done : ExitCode::failed; }

void print_json(const json::Value& reply) { print(json::dump(reply) + "\n"); }

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
            return exit_code_of(view->state);
        }
        if (!interrupted()) ::usleep(static_cast<useconds_t>(between_looks.count() * 1'000));
        if (interrupted()) {
            if (watching == Watching::shown) shown.end();
            return interrupted_watch(job);
        }
    }
}

void add_job_watch(Commands& commands) {
    auto* command = commands.job.add_subcommand("watch", "Live progress with rate and time left");
    auto id = std::make_shared<std::string>();
    command->add_option("ID", *id, "The job, for example J17")->required();
    command->callback([&globals = commands.globals, &chosen = commands.chosen, id] {
        chosen = [&globals, id] { return run(globals, *id); };
    });
}

}  // namespace uplift::upliftctl
