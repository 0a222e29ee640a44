// ControlDesk: job export.
#include "core/report/results.hpp"
#include "daemon/control_desk.hpp"

namespace uplift::daemon {
namespace {

// A peer that does not read keeps one page in memory.
constexpr std::size_t people_a_page = 100;

}  // namespace

ControlDesk::Answer ControlDesk::handle(const protocol::JobExportRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    const auto& job = summary->job;
    const auto style = request.plain ? report::CsvStyle::plain : report::CsvStyle::excel;
    const report::ResultsCsv csv(job, style);
    const report::RetryCsv retry(job, style);
    const report::ResultsJson json(job);
    const bool as_json = request.format == protocol::ExportFormat::json;

    std::string text;
    if (request.retry)
        retry.header(text);
    else if (!as_json)
        csv.header(text);
    for (std::int64_t after_row = 0;;) {
        auto look = [id = job.id, after_row](storage::Reader& reader) {
            return reader.enrollments(id, after_row, people_a_page);
        };
        const auto people = co_await parts_.reader.ask(look);
        for (const auto& person : people) {
            if (request.retry)
                (void)retry.row(text, person);
            else if (as_json)
                json.row(text, person);
            else
                csv.row(text, person);
        }
        co_await send_text(call.peer, std::move(text));
        text.clear();
        if (people.empty()) co_return std::nullopt;
        after_row = people.back().enrollment.row;
    }
}

}  // namespace uplift::daemon
