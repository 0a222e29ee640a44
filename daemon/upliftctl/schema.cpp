// upliftctl schema job|config: JSON Schema 2020-12, made of the tables that the readers go by; asks no
// daemon.
#include "core/json/json.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/json_text.hpp"
#include "daemon/upliftctl/schemas.hpp"

namespace uplift::upliftctl {
namespace {

struct SchemaOptions {
    std::string kind;
};

Result<ExitCode> run_schema(const Globals& globals, const SchemaOptions& options) {
    const auto schema = options.kind == "job" ? job_schema() : config_schema();
    print((globals.shape == Shape::json ? json::dump(schema) : pretty(schema)) + "\n");
    return ExitCode::done;
}

}  // namespace

void add_schema(Commands& commands) {
    auto* command =
        commands.app.add_subcommand("schema", "JSON Schema of a JSON job or of the configuration; offline");
    auto options = std::make_shared<SchemaOptions>();
    command->add_option("KIND", options->kind, "job or config")
        ->required()
        ->check(CLI::IsMember({"job", "config"}));
    example(command, "upliftctl schema job > job.schema.json");
    does(commands, command, options, run_schema);
}

}  // namespace uplift::upliftctl
