// upliftctl submit FILE | --user ID…: makes a job.
#include <filesystem>

#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/people_csv.hpp"
#include "daemon/upliftctl/progress.hpp"
#include "daemon/upliftctl/sealed_file.hpp"

namespace uplift::upliftctl {
namespace {

struct Options {
    std::string file;
    std::vector<std::string> users;
    std::string profile;
    std::string label;
    bool ask_password = false;
    bool watch = false;
    bool wait = false;
};

Result<protocol::UniqueFd> people_of(const Options& options) {
    if (options.file.empty() == options.users.empty())
        return Fault{.code = FaultCode::usage,
                     .where = "submit",
                     .what = "either a FILE or --user names the people",
                     .cure = "Give exactly one of the two."};
    if (options.file.empty()) return sealed_copy_of(csv_of_people(options.users), "--user");
    return sealed_copy_of_file(options.file);
}

void say_accepted(const protocol::AcceptedView& accepted, const Globals& globals) {
    if (globals.shape == Shape::json) {
        print_json(protocol::reply_value(accepted));
    } else if (accepted.acceptance == protocol::Acceptance::same_job) {
        print(accepted.id + " has these people already and is still open: nothing new was made.\n");
    } else {
        print(accepted.id + " accepted: " + grouped(accepted.people) +
              (accepted.people == 1 ? " person.\n" : " people.\n"));
    }
}

Result<protocol::AcceptedView> hand_over(Session& session, const Options& options, const Globals& globals) {
    auto people = people_of(options);
    if (!people) return people.error();
    protocol::UniqueFd password;
    if (options.ask_password) {
        auto typed = ask_password_twice();
        if (!typed) return typed.error();
        auto sealed = sealed_copy_of(typed->view(), "--ask-password");
        if (!sealed) return sealed.error();
        password = std::move(*sealed);
    }
    const std::vector<int> descriptors =
        password ? std::vector<int>{people->get(), password.get()} : std::vector<int>{people->get()};
    const auto name = options.file.empty()  ? std::string("submit")
                      : options.file == "-" ? std::string("stdin")
                                            : std::filesystem::path(options.file).filename().string();
    const protocol::SubmitRequest request{
        .source = name, .profile = options.profile, .label = options.label, .password = options.ask_password};
    std::optional<protocol::AcceptedView> accepted;
    auto asked = session.ask(
        request,
        [&](const json::Value& reply) -> Result<void> {
            if (protocol::is_fault(reply)) {
                auto fault = protocol::fault_from(reply);
                if (!fault) return fault.error();
                if (globals.shape == Shape::json)
                    print_json(reply);
                else
                    complain(text::shown(to_line(fault_of(*fault))) + "\n");
                return {};
            }
            auto view = protocol::view_from<protocol::AcceptedView>(reply);
            if (!view) return view.error();
            accepted = std::move(*view);
            return {};
        },
        descriptors);
    if (!asked) return asked.error();
    if (accepted) return std::move(*accepted);
    return Fault{.code = FaultCode::bad_request,
                 .where = "submit",
                 .what = "the daemon did not say which job it is",
                 .cure = "`upliftctl jobs` shows it."};
}

Result<ExitCode> run(const Globals& globals, const Options& options) {
    auto session = Session::open(globals.socket);
    if (!session) return session.error();
    auto accepted = hand_over(*session, options, globals);
    if (!accepted) return accepted.error();
    say_accepted(*accepted, globals);
    if (!options.watch && !options.wait) return ExitCode::done;
    return watch_job(*session, accepted->id, globals, options.watch ? Watching::shown : Watching::silent);
}

}  // namespace

void add_submit(Commands& commands) {
    auto* command = commands.app.add_subcommand("submit", "Make a job of a file, or of people named here");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "A CSV file; - is standard input");
    command->add_option("--user", options->users, "A person, by any identity; may be given several times");
    command->add_option("--profile", options->profile, "Default: service.default_profile");
    command->add_option("--label", options->label, "Shown in lists")->check([](const std::string& label) {
        return label.size() > 200 ? std::string("a label has at most 200 bytes") : std::string();
    });
    command->add_flag(
        "--ask-password", options->ask_password, "Type the job's initial password at the terminal");
    auto* watch = command->add_flag("--watch", options->watch, "Show progress until the job has ended");
    command->add_flag("--wait", options->wait, "Wait until the job has ended")->excludes(watch);
    command->callback([&globals = commands.globals, &chosen = commands.chosen, options] {
        chosen = [&globals, options] { return run(globals, *options); };
    });
}

}  // namespace uplift::upliftctl
