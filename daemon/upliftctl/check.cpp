// upliftctl csv check FILE, and check FILE for a JSON job as well: every fault of a file, without a job.
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"
#include "daemon/upliftctl/sealed_file.hpp"
#include "daemon/upliftctl/submission.hpp"

namespace uplift::upliftctl {
namespace {

struct CheckOptions {
    std::string file;
    std::string profile;
};

Result<ExitCode> run_check(const Globals& globals, const CheckOptions& options) {
    auto file = sealed_copy_of_file(options.file);
    if (!file) return file.error();
    auto session = open_session(globals);
    if (!session) return session.error();
    const protocol::SubmitRequest request{.source = shown_name_of(options.file),
                                          .format = format_of(options.file, file->get()),
                                          .profile = options.profile,
                                          .check = true};
    const std::vector<int> descriptors{file->get()};
    auto answer = hand_over(*session, request, descriptors, globals);
    if (!answer) return answer.error();
    auto checked = protocol::view_from<protocol::CheckedView>(*answer);
    if (!checked) return checked.error();
    if (globals.shape == Shape::json) {
        print_json(*answer);
        return ExitCode::done;
    }
    auto line = "No fault: " + grouped(checked->people) + (checked->people == 1 ? " person" : " people") +
                " for profile " + checked->profile;
    if (checked->twice > 0) line += "; " + grouped(checked->twice) + " named twice, taken once";
    print_prose(line + ".");
    hint(globals, "upliftctl submit " + options.file);
    return ExitCode::done;
}

void add_check(Commands& commands, CLI::App& parent, const char* description, const char* typed) {
    auto* command = parent.add_subcommand("check", description);
    auto options = std::make_shared<CheckOptions>();
    command->add_option("FILE", options->file, "A CSV or JSON file; - is standard input")->required();
    command->add_option("--profile", options->profile, "Default: the default profile, or the JSON file's own")
        ->type_name("NAME");
    example(command, typed);
    does(commands, command, options, run_check);
}

}  // namespace

void add_csv(Commands& commands) {
    auto* csv = commands.app.add_subcommand("csv", "A file of people, before it is submitted");
    csv->require_subcommand(1);
    csv->fallthrough();
    example(csv, "upliftctl csv check people.csv");
    add_check(
        commands, *csv, "Every fault of a file, without making a job", "upliftctl csv check people.csv");
    add_check(commands,
              commands.app,
              "Every fault of a CSV or JSON file, without making a job",
              "upliftctl check job.json");
}

}  // namespace uplift::upliftctl
