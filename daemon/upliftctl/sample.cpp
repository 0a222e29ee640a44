// upliftctl sample csv|json|config: examples that work, to be changed; asks no daemon.
#include "config/reference.hpp"
#include "core/json/json.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/json_text.hpp"

namespace uplift::upliftctl {
namespace {

struct SampleOptions {
    std::string kind;
};

// Each row is found by its first cell that is not empty; what begins with # is carried to the results.
constexpr auto csv =
    "userPrincipalName,sAMAccountName,#ticket\n"
    "jdoe@corp.example.com,,REQ-1001\n"
    ",mmuster,REQ-1002\n"
    ",CORP\\asmith,\n";

std::string job() {
    const auto user = [](const char* kind, const char* value) {
        return json::Value::object({{kind, json::Value(value)}});
    };
    auto select = json::Value::object();
    select.set("ou", json::Array{json::Value("OU=IT Department,DC=corp,DC=example,DC=com")});
    select.set("exclude_ou", json::Array{});
    select.set("filter", json::Value("(department=IT)"));
    select.set("scope", json::Value("subtree"));
    auto value = json::Value::object();
    value.set("select", std::move(select));
    value.set("users",
              json::Array{user("sAMAccountName", "jdoe"), user("userPrincipalName", "mm@corp.example.com")});
    value.set("label", json::Value("December starters"));
    return pretty(value) + "\n";
}

Result<ExitCode> run_sample(const Globals& globals, const SampleOptions& options) {
    const auto text = options.kind == "csv"    ? std::string(csv)
                      : options.kind == "json" ? job()
                                               : config::sample_config();
    if (globals.shape == Shape::json)
        print_json(with_schema(
            "uplift.sample/1",
            json::Value::object({{"kind", json::Value(options.kind)}, {"text", json::Value(text)}})));
    else
        print(text);
    if (options.kind == "config") return ExitCode::done;
    hint(globals,
         "upliftctl sample " + options.kind + " > job." + options.kind + ", then upliftctl check job." +
             options.kind);
    return ExitCode::done;
}

}  // namespace

void add_sample(Commands& commands) {
    auto* command = commands.app.add_subcommand(
        "sample", "An example that works: of a CSV, a JSON job, the configuration");
    auto options = std::make_shared<SampleOptions>();
    command->add_option("KIND", options->kind, "csv, json or config")
        ->required()
        ->check(CLI::IsMember({"csv", "json", "config"}));
    example(command, "upliftctl sample csv > people.csv");
    does(commands, command, options, run_sample);
}

}  // namespace uplift::upliftctl
