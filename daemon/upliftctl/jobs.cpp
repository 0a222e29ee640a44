// upliftctl jobs: newest first.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::int64_t shown_without_a_limit = 50;
constexpr std::int64_t most = 10'000;

std::vector<ListColumn> job_columns() {
    using Align = Column::Align;
    using Fit = Column::Fit;
    using Shown = Column::Shown;
    return {{"id", {.title = "ID", .fit = Fit::rigid}},
            {"state", {.title = "STATE", .fit = Fit::rigid}},
            {"people", {.title = "PEOPLE", .align = Align::right, .fit = Fit::rigid}},
            {"failed", {.title = "FAILED", .align = Align::right, .fit = Fit::rigid}},
            {"waiting", {.title = "WAITING", .align = Align::right, .fit = Fit::rigid}},
            {"accepted", {.title = "ACCEPTED", .fit = Fit::rigid}},
            {"profile", {.title = "PROFILE", .shown = Shown::when_room}},
            {"by", {.title = "BY", .shown = Shown::when_room}},
            {"tenant", {.title = "TENANT", .shown = Shown::wide}},
            {"starts", {.title = "STARTS", .fit = Fit::rigid, .shown = Shown::wide}},
            {"ended", {.title = "ENDED", .fit = Fit::rigid, .shown = Shown::wide}},
            {"what", {.title = "WHAT"}}};
}

// "350/1,000" where it still runs.
ListCell people_cell(const Progress& progress) {
    auto cell = number_cell(progress.people);
    if (progress.ended != progress.people) cell.shown = grouped(progress.ended) + "/" + cell.shown;
    return cell;
}

// By number, so that J9 stands before J10.
ListCell id_cell(const std::string& id) {
    auto cell = text_cell(id);
    std::int64_t number = 0;
    for (const char c : id)
        if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
    cell.order = number;
    return cell;
}

ListRow row_of(const protocol::JobView& job, const json::Value& object) {
    const auto progress = progress_of(job);
    return {.cells = {id_cell(job.id),
                      state_cell(word(job.state)),
                      people_cell(progress),
                      number_cell(progress.failed, progress.failed > 0 ? Paint::bad : Paint::faint),
                      number_cell(progress.waiting, progress.waiting > 0 ? Paint::attention : Paint::faint),
                      time_cell(job.accepted_at),
                      text_cell(job.profile),
                      text_cell(job.submitter.name),
                      text_cell(job.tenant),
                      time_cell(job.run_at),
                      time_cell(job.ended_at),
                      text_cell(job.label.empty() ? job.source : job.label)},
            .name = job.id,
            .object = object};
}

Result<ExitCode> list_jobs(const Globals& globals, const ListWish& wish) {
    const auto read = [&](const ListSource::Taker& take) -> Result<void> {
        auto session = open_session(globals);
        if (!session) return session.error();
        // Sorted another way, the first ones may be any.
        const auto newest = wish.sort.empty() ? shown_without_a_limit : most;
        const auto limit = wish.sort.empty() && wish.limit > 0 ? std::min(wish.limit, most) : newest;
        const protocol::JobsRequest request{.limit = limit};
        return session->ask(request, [&](const json::Value& reply) -> Result<void> {
            auto job = protocol::view_from<protocol::JobView>(reply);
            if (!job) return job.error();
            return take(row_of(*job, reply));
        });
    };
    const ListSource source{.columns = job_columns(), .when_empty = "There are no jobs.", .read = read};
    auto wanted = wish;
    if (globals.shape == Shape::json) wanted.output = ListOutput::json;
    auto listed = list_out(source, wanted, colours_for(globals.colours));
    if (!listed) return listed.error();
    if (wanted.output == ListOutput::table && listed->code == ExitCode::done)
        hint(globals, listed->rows == 0 ? "upliftctl submit people.csv" : "upliftctl job show ID");
    return listed->code;
}

}  // namespace

void add_jobs(Commands& commands) {
    auto* command = commands.app.add_subcommand("jobs", "List jobs, newest first");
    auto wish = std::make_shared<ListWish>();
    add_list_options(commands, command, wish, job_columns());
    example(command, "upliftctl jobs --sort -failed --limit 10");
    does(commands, command, wish, list_jobs);
}

}  // namespace uplift::upliftctl
