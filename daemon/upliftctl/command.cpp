#include "daemon/upliftctl/command.hpp"

#include <unistd.h>

#include "core/text/nearest.hpp"
#include "core/text/show.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::array<std::pair<std::string_view, ListOutput>, 4> outputs{{{"wide", ListOutput::wide},
                                                                          {"name", ListOutput::name},
                                                                          {"csv", ListOutput::csv},
                                                                          {"json", ListOutput::json}}};

}  // namespace

void does(Commands& commands, CLI::App* command, Result<ExitCode> (*run)(const Globals&)) {
    command->callback([&globals = commands.globals, &chosen = commands.chosen, run] {
        chosen = [&globals, run] { return run(globals); };
    });
}

void example(CLI::App* command, const std::string& line) { command->footer(line); }

void add_job_id(CLI::App* command, std::string& id) {
    command->add_option("ID", id, "The job, for example J17")->required();
}

void add_list_options(Commands& commands,
                      CLI::App* command,
                      const std::shared_ptr<ListWish>& wish,
                      const std::vector<ListColumn>& columns) {
    std::string names;
    for (const auto& column : columns) names += (names.empty() ? "" : ", ") + column.name;
    auto& globals = commands.globals;
    command
        ->add_option_function<std::string>(
            "-o,--output",
            [wish, &globals](const std::string& given) {
                for (const auto& [word, output] : outputs)
                    if (given == word) wish->output = output;
                if (wish->output == ListOutput::json) globals.shape = Shape::json;
            },
            "wide, name, csv or json")
        ->check([](const std::string& given) -> std::string {
            std::vector<std::string_view> known;
            for (const auto& [word, output] : outputs) known.push_back(word);
            if (std::find(known.begin(), known.end(), given) != known.end()) return "";
            const auto near = text::nearest(given, known);
            return text::quoted(given) + " is none of wide, name, csv, json" +
                   (near ? "; the nearest is " + std::string(*near) : "");
        });
    command->add_option("--sort", wish->sort, "Columns, with a - for the other way round; of " + names);
    command->add_option("--limit", wish->limit, "At most so many")->check(CLI::Range(1, 10'000'000));
    command->add_flag_function(
        "--no-headers", [wish](std::int64_t) { wish->titles = false; }, "Without the line of titles");
    command->add_flag("--watch", wish->watch, "Redraw every 2 seconds until Ctrl-C");
}

void add_yes(CLI::App* command, bool& yes) { command->add_flag("-y,--yes", yes, "Do not ask: for scripts"); }

Result<void> confirm(const Globals& globals, bool yes, const std::string& question) {
    if (yes) return {};
    if (globals.shape == Shape::json || ::isatty(STDIN_FILENO) == 0 || !on_terminal())
        return Fault{.code = FaultCode::usage,
                     .where = "--yes",
                     .what = "there is nobody to ask: " + question,
                     .cure = "Add --yes where that is meant. Nothing was changed."};
    if (confirmed(question + " [y/N] ")) return {};
    return Fault{
        .code = FaultCode::interrupted, .where = "", .what = "not confirmed", .cure = "Nothing was changed."};
}

Result<Session> open_session(const Globals& globals) {
    return Session::open(globals.socket, globals.refusal);
}

void print_json(const json::Value& object) { print(json::dump(object) + "\n"); }

json::Value with_schema(std::string_view schema, const json::Value& object) {
    auto value = json::Value::object();
    value.set("schema", json::Value(schema));
    for (const auto& member : object.members()) value.set(member.key, member.value);
    return value;
}

void show_fault(const protocol::FaultView& fault, const Globals& globals) {
    if (globals.shape == Shape::json)
        print_json(with_schema("uplift.fault/1", protocol::value_of(fault)));
    else
        complain_prose(to_line(fault_of(fault)), 0);
}

void hint(const Globals& globals, const std::string& text) {
    if (globals.shape == Shape::json || !on_terminal()) return;
    const auto lines = text::wrapped("Next: " + text, terminal_width().value_or(80));
    complain(painted(lines, Paint::faint, colours_for(globals.colours)) + "\n");
}

}  // namespace uplift::upliftctl
