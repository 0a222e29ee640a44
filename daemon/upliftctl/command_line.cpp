#include "daemon/upliftctl/command_line.hpp"

#include <algorithm>

#include "core/text/nearest.hpp"
#include "core/text/show.hpp"
#include "daemon/upliftctl/help.hpp"

namespace uplift::upliftctl {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

// The command that was reached, and how it is called: "upliftctl job show".
struct Reached {
    const CLI::App* command;
    std::string path;
};
Reached reached_in(const CLI::App& app) {
    Reached reached{.command = &app, .path = app.get_name()};
    for (;;) {
        const CLI::App* next = nullptr;
        for (const auto* command : commands_of(*reached.command))
            if (command->parsed()) next = command;
        if (next == nullptr) return reached;
        reached.path += " " + next->get_name();
        reached.command = next;
    }
}

Fault usage_fault(const Reached& reached, std::string what, const std::string& meant = {}) {
    return Fault{.code = FaultCode::usage,
                 .where = "command line",
                 .what = std::move(what),
                 .cure = (meant.empty() ? "" : "Did you mean `" + meant + "`? ") + "See `" + reached.path +
                         " --help`."};
}

std::string nearest_of(std::string_view given, std::span<const std::string> known) {
    const std::vector<std::string_view> words(known.begin(), known.end());
    return std::string(text::nearest(given, words).value_or(""));
}

Fault unknown_command(const Reached& reached, const std::string& given) {
    std::vector<std::string> known;
    for (const auto* command : commands_of(*reached.command)) known.push_back(command->get_name());
    auto near = nearest_of(given, known);
    // `show J17`, where `job show J17` was meant.
    for (const auto* command : commands_of(*reached.command))
        for (const auto* inner : commands_of(*command))
            if (inner->get_name() == given) near = command->get_name() + " " + given;
    return usage_fault(reached, "there is no command " + text::quoted(given), near);
}

Fault unknown_option(const Reached& reached, const std::string& given) {
    std::vector<std::string> known;
    for (const auto* app = reached.command; app != nullptr; app = app->get_parent())
        for (const auto* option : app->get_options())
            for (const auto& name : option->get_lnames()) known.push_back("--" + name);
    const auto name = given.substr(0, given.find('='));
    return usage_fault(reached, "there is no option " + text::quoted(name), nearest_of(name, known));
}

}  // namespace

CommandLine::CommandLine()
    : app_("Takes people from Active Directory to Microsoft 365: asks upliftd", "upliftctl") {
    app_.formatter(std::make_shared<HelpFormatter>());
    // The last one counts, as an alias may have given the first.
    app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app_.add_option("--socket", globals_.socket, "The daemon's control socket")->capture_default_str();
    app_.add_flag_function(
        "--json", [this](std::int64_t) { globals_.shape = Shape::json; }, "One JSON object a line");
    app_.add_flag("--no-color", no_color_, "No colours");
    app_.require_subcommand(1);
    app_.fallthrough();
    example(&app_, "upliftctl submit people.csv --watch");

    auto* job = app_.add_subcommand("job", "One job: look at it, steer it, take its report or its passwords");
    example(job, "upliftctl job show J17");
    job->require_subcommand(1);
    job->fallthrough();
    Commands commands{.app = app_, .job = *job, .globals = globals_, .chosen = chosen_};
    for (const auto add :
         {add_status,    add_submit,     add_plan,          add_users,     add_jobs,       add_why,
          add_job_show,  add_job_watch,  add_job_wait,      add_job_pause, add_job_resume, add_job_cancel,
          add_job_retry, add_job_export, add_job_passwords, add_job_purge, add_tasks,      add_task,
          add_seats,     add_csv,        add_sample,        add_explain,   add_schema,     add_config,
          add_doctor,    add_reload,     add_drain,         add_undrain,   add_version})
        add(commands);
}

Result<std::optional<Action>> CommandLine::parse(int argc, const char* const* argv) {
    try {
        app_.parse(argc, const_cast<char**>(argv));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {  // --help
            print(app_.help());
            return std::optional<Action>{};
        }
        // The parser may have stopped before it came to --json.
        if (std::find(argv, argv + argc, std::string_view("--json")) != argv + argc)
            globals_.shape = Shape::json;
        return what_was_meant(error);
    }
    globals_.colours = no_color_ ? ColourWish::never : ColourWish::where_possible;
    return std::optional<Action>{chosen_};
}

Fault CommandLine::what_was_meant(const CLI::ParseError& error) const {
    // The parser says that something is missing where it met a word that it does not know.
    const auto reached = reached_in(app_);
    const auto extras = app_.remaining(true);
    const auto is_option = [](const std::string& word) { return word.size() > 1 && word.starts_with('-'); };
    if (const auto option = std::find_if(extras.begin(), extras.end(), is_option); option != extras.end())
        return unknown_option(reached, *option);
    if (!extras.empty() && !commands_of(*reached.command).empty())
        return unknown_command(reached, extras.front());
    if (!extras.empty()) return usage_fault(reached, text::quoted(extras.front()) + " is one word too many");
    if (!commands_of(*reached.command).empty()) return usage_fault(reached, "a command is missing");
    std::string what = error.what();
    while (!what.empty() && (what.back() == '.' || what.back() == '\n')) what.pop_back();
    return usage_fault(reached, what);
}

}  // namespace uplift::upliftctl
