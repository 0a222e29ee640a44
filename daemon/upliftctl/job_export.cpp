// upliftctl job export ID: the report, or the rows to drop again, on standard output.
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

struct JobExportOptions {
    std::string id;
    std::string format = "csv";
    bool plain = false;
    bool retry = false;
};

Result<ExitCode> run_job_export(const Globals& globals, const JobExportOptions& options) {
    protocol::JobExportRequest request{.job = options.id, .plain = options.plain, .retry = options.retry};
    if (globals.shape == Shape::json || options.format == "json")
        request.format = protocol::ExportFormat::json;
    if (request.retry && request.format == protocol::ExportFormat::json)
        return Fault{.code = FaultCode::usage,
                     .where = "--retry",
                     .what = "the rows to drop again are a CSV",
                     .cure = "Leave out --json and --format json."};
    auto session = open_session(globals);
    if (!session) return session.error();
    auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
        auto piece = protocol::view_from<protocol::TextView>(reply);
        if (!piece) return piece.error();
        if (print(piece->text)) return {};
        return Fault{.code = FaultCode::interrupted,
                     .where = "standard output",
                     .what = "nobody reads the report any more, or the disk is full",
                     .cure = "Run the command again; the report is as it was."};
    });
    if (!asked) return asked.error();
    return ExitCode::done;
}

}  // namespace

void add_job_export(Commands& commands) {
    auto* command = commands.job.add_subcommand("export", "The report of a job, at any moment");
    auto options = std::make_shared<JobExportOptions>();
    add_job_id(command, options->id);
    command->add_option("--format", options->format, "csv or json")
        ->check(CLI::IsMember({"csv", "json"}))
        ->capture_default_str();
    command->add_flag("--plain", options->plain, "CSV without byte order mark and with LF");
    command->add_flag("--retry", options->retry, "Only the rows that failed, ready to be dropped again");
    example(command, "upliftctl job export J17 > J17.csv");
    does(commands, command, options, run_job_export);
}

}  // namespace uplift::upliftctl
