// upliftctl submit FILE | --user ID… | --ou DN… | --filter F: makes a job.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"
#include "daemon/upliftctl/sealed_file.hpp"
#include "daemon/upliftctl/selection_options.hpp"
#include "daemon/upliftctl/submission.hpp"
#include "daemon/upliftctl/time_words.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::size_t longest_label = 200;

struct SubmitOptions {
    std::string file;
    JobWish wish;
    std::string at;
    bool ask_password = false;
    bool watch = false;
    bool wait = false;
};

TimePoint this_second() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// The open people, and what the request says of them.
struct People {
    protocol::UniqueFd file;
    protocol::SubmitRequest request;
};

Result<People> people_of(const SubmitOptions& options) {
    auto named = people_named("submit", options.file, options.wish);
    if (!named) return named.error();
    People people{.file = std::move(named->file), .request = {}};
    people.request.source = std::move(named->source);
    people.request.format = named->format;
    // A job made of the command line says the rest itself.
    if (options.file.empty()) return people;
    people.request.profile = options.wish.profile;
    people.request.label = options.wish.label;
    people.request.run_at = options.wish.run_at;
    return people;
}

void say_accepted(const protocol::AcceptedView& accepted,
                  const SubmitOptions& options,
                  const Globals& globals) {
    if (globals.shape == Shape::json) {
        print_json(protocol::reply_value(accepted));
        return;
    }
    if (accepted.acceptance == protocol::Acceptance::same_job) {
        print_prose(accepted.id + " has these people already and is still open: nothing new was made.");
    } else {
        auto line = accepted.id + " accepted: " + grouped(accepted.people) +
                    (accepted.people == 1 ? " person" : " people");
        if (accepted.twice > 0) line += ", " + grouped(accepted.twice) + " named twice and taken once";
        const auto starts = accepted.run_at ? accepted.run_at : options.wish.run_at;
        if (starts) line += "; begins " + local_time(*starts) + " (" + to_rfc3339(*starts) + ")";
        print_prose(line + ".");
    }
    if (!options.watch && !options.wait) hint(globals, "upliftctl job watch " + accepted.id);
}

Result<protocol::AcceptedView> submit(Session& session, People people, bool ask, const Globals& globals) {
    protocol::UniqueFd password;
    if (ask) {
        auto typed = ask_password_twice();
        if (!typed) return typed.error();
        auto sealed = sealed_copy_of(typed->view(), "--ask-password");
        if (!sealed) return sealed.error();
        password = std::move(*sealed);
        people.request.password = true;
    }
    std::vector<int> descriptors{people.file.get()};
    if (password) descriptors.push_back(password.get());
    auto answer = hand_over(session, people.request, descriptors, globals);
    if (!answer) return answer.error();
    return protocol::view_from<protocol::AcceptedView>(*answer);
}

Result<ExitCode> run_submit(const Globals& globals, const SubmitOptions& given) {
    auto options = given;
    if (auto wrong = wrongly_named("submit", options.file, options.wish)) return *wrong;
    if (!options.at.empty()) {
        const auto moment = parse_moment(options.at, this_second(), "--at");
        if (!moment) return moment.error();
        options.wish.run_at = *moment;
    }
    auto people = people_of(options);
    if (!people) return people.error();
    auto session = open_session(globals);
    if (!session) return session.error();
    auto accepted = submit(*session, std::move(*people), options.ask_password, globals);
    if (!accepted) return accepted.error();
    say_accepted(*accepted, options, globals);
    if (!options.watch && !options.wait) return ExitCode::done;
    return watch_job(*session, accepted->id, globals, options.watch ? Watching::shown : Watching::silent);
}

}  // namespace

void add_submit(Commands& commands) {
    auto* command = commands.app.add_subcommand("submit", "Make a job of a file, or of people named here");
    auto options = std::make_shared<SubmitOptions>();
    command->add_option("FILE", options->file, "A CSV or JSON file; - is standard input");
    command
        ->add_option("--user",
                     options->wish.users,
                     "A person by GUID, DN, userPrincipalName or sAMAccountName, or as KIND=VALUE; may be "
                     "given several times")
        ->type_name("PERSON")
        ->expected(1)
        ->take_all();
    add_selection_options(command, options->wish.selection);
    command
        ->add_option(
            "--profile", options->wish.profile, "Default: the default profile, or the JSON file's own")
        ->type_name("NAME");
    command
        ->add_option("--at",
                     options->at,
                     "Begin at 2026-12-01T06:00:00Z, \"2026-12-01 06:00\", \"tomorrow 06:00\" (this host's "
                     "zone) or +2h")
        ->type_name("TIME");
    command->add_option("--label", options->wish.label, "Shown in lists")
        ->check([](const std::string& label) {
            return label.size() > longest_label ? std::string("a label has at most 200 bytes")
                                                : std::string();
        });
    command->add_flag(
        "--ask-password", options->ask_password, "Type the job's initial password at the terminal");
    auto* watch = command->add_flag("--watch", options->watch, "Show progress until the job has ended");
    command->add_flag("--wait", options->wait, "Wait until the job has ended")->excludes(watch);
    example(command, "upliftctl submit people.csv --profile staff --at 'tomorrow 06:00'");
    does(commands, command, options, run_submit);
}

}  // namespace uplift::upliftctl
