// upliftctl seats: the seats of each licence that people of ours need, and which job they are for.
#include "daemon/protocol/task_view.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

struct SeatsOptions {
    bool refresh = false;
    std::shared_ptr<ListWish> list = std::make_shared<ListWish>();
};

std::vector<ListColumn> seat_columns() {
    const auto number = [](std::string name, std::string title) {
        return ListColumn{
            std::move(name),
            {.title = std::move(title), .align = Column::Align::right, .fit = Column::Fit::rigid}};
    };
    return {{"tenant", {.title = "TENANT"}},
            {"licence", {.title = "LICENCE", .fit = Column::Fit::rigid}},
            number("owned", "OWNED"),
            number("used", "USED"),
            number("reserved", "RESERVED"),
            number("free", "FREE"),
            number("waiting", "WAITING"),
            {"read", {.title = "READ", .fit = Column::Fit::rigid, .shown = Column::Shown::when_room}},
            {"jobs", {.title = "BY JOB"}}};
}

std::string jobs_in_words(const protocol::SeatView& seats) {
    std::string words;
    for (const auto& job : seats.jobs) {
        std::string share;
        if (job.reserved > 0) share = grouped(job.reserved) + " reserved";
        if (job.waiting > 0) share += (share.empty() ? "" : ", ") + grouped(job.waiting) + " waiting";
        if (!share.empty()) words += (words.empty() ? "" : "; ") + job.job + ": " + share;
    }
    return words;
}

ListRow row_of(const protocol::SeatView& seats, const json::Value& object) {
    const auto short_of = [](std::int64_t count, Paint paint) {
        return number_cell(count, count > 0 ? paint : Paint::faint);
    };
    const auto name = seats.part.empty() ? seats.id : seats.part;
    return {.cells = {text_cell(seats.tenant),
                      text_cell(name),
                      number_cell(seats.owned),
                      number_cell(seats.used),
                      short_of(seats.reserved, Paint::none),
                      number_cell(seats.free, seats.free > 0 ? Paint::none : Paint::attention),
                      short_of(seats.waiting, Paint::bad),
                      time_cell(seats.read_at),
                      text_cell(jobs_in_words(seats))},
            .name = seats.tenant + "/" + name,
            .object = object};
}

Result<ExitCode> list_seats(const Globals& globals, const SeatsOptions& options) {
    const auto read = [&](const ListSource::Taker& take) -> Result<void> {
        auto session = open_session(globals);
        if (!session) return session.error();
        const protocol::SeatsRequest request{.refresh = options.refresh};
        return session->ask(request, [&](const json::Value& reply) -> Result<void> {
            auto seats = protocol::view_from<protocol::SeatView>(reply);
            if (!seats) return seats.error();
            return take(row_of(*seats, reply));
        });
    };
    const ListSource source{
        .columns = seat_columns(), .when_empty = "Nobody has needed a seat yet.", .read = read};
    auto wanted = *options.list;
    if (globals.shape == Shape::json) wanted.output = ListOutput::json;
    auto listed = list_out(source, wanted, colours_for(globals.colours));
    if (!listed) return listed.error();
    return listed->code;
}

}  // namespace

void add_seats(Commands& commands) {
    auto* command =
        commands.app.add_subcommand("seats", "Seats of each licence: owned, used, reserved, short");
    auto options = std::make_shared<SeatsOptions>();
    command->add_flag("--refresh", options->refresh, "Ask the tenants now, and hand out what became free");
    add_list_options(commands, command, options->list, seat_columns());
    example(command, "upliftctl seats --refresh");
    does(commands, command, options, list_seats);
}

}  // namespace uplift::upliftctl
