// upliftctl plan: what a job would do, without doing it; plan show PLAN: a plan that was kept.
#include "core/text/show.hpp"
#include "daemon/protocol/plan_view.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/plan_file.hpp"
#include "daemon/upliftctl/progress.hpp"
#include "daemon/upliftctl/selection_options.hpp"
#include "daemon/upliftctl/submission.hpp"
#include "daemon/upliftctl/time_words.hpp"

namespace uplift::upliftctl {
namespace {

struct PlanOptions {
    std::string file;
    JobWish wish;
    bool bodies = false;
    std::string out;
    bool detailed = false;
    std::shared_ptr<ListWish> list = std::make_shared<ListWish>();
};

std::vector<ListColumn> plan_columns() {
    using Shown = Column::Shown;
    const auto rigid = Column::Fit::rigid;
    return {{"row", {.title = "ROW", .align = Column::Align::right, .fit = rigid}},
            {"person", {.title = "PERSON"}},
            {"action", {.title = "ACTION", .fit = rigid}},
            {"code", {.title = "CODE", .fit = rigid}},
            {"licenses", {.title = "LICENCES", .shown = Shown::when_room}},
            {"groups", {.title = "GROUPS", .shown = Shown::when_room}},
            {"tasks", {.title = "LATER", .shown = Shown::when_room}},
            {"why", {.title = "WHY"}}};
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

ListRow row_of(const protocol::PlanLineView& line, const json::Value& object) {
    std::vector<std::string> groups;
    for (const auto& group : line.groups) groups.push_back(group.name);
    auto action = text_cell(line.action);
    action.paint = line.action == "refuse" ? Paint::bad
                   : line.action == "skip" ? Paint::attention
                                           : Paint::good;
    const auto& person = line.user_principal_name.empty() ? line.given : line.user_principal_name;
    return {.cells = {number_cell(line.row),
                      text_cell(person),
                      std::move(action),
                      text_cell(line.code),
                      text_cell(joined(line.licenses)),
                      text_cell(joined(groups)),
                      text_cell(joined(line.tasks)),
                      text_cell(line.message)},
            .name = person,
            .object = object};
}

void say_totals(const protocol::PlanTotalsView& totals, const Globals& globals) {
    if (globals.shape == Shape::json) {
        print_json(protocol::reply_value(totals));
        return;
    }
    std::string line = grouped(totals.people) + (totals.people == 1 ? " person" : " people");
    for (const auto& [action, count] : totals.actions) line += ", " + grouped(count) + " " + action;
    line += "; " + grouped(totals.changes) + (totals.changes == 1 ? " write" : " writes");
    if (totals.duration > 0)
        line += ", about " + to_words(std::chrono::seconds{totals.duration}) + " at the tenant's limits";
    print_prose(line + ".");
    for (const auto& seats : totals.seats)
        print_prose(seats.sku + ": " + grouped(seats.needed) + " seats needed, " + grouped(seats.free) +
                    " free" + (seats.needed > seats.free ? ": too few." : "."));
}

// The list of a plan, as it comes; kept where it is to be written.
Result<ExitCode> show_plan(const Globals& globals,
                           const ListWish& wish,
                           const std::function<Result<void>(const ListSource::Taker&)>& read) {
    const ListSource source{.columns = plan_columns(), .when_empty = "There is nobody in it.", .read = read};
    auto wanted = wish;
    if (globals.shape == Shape::json) wanted.output = ListOutput::json;
    auto listed = list_out(source, wanted, colours_for(globals.colours));
    if (!listed) return listed.error();
    return listed->code;
}

ExitCode exit_code_of(const protocol::PlanTotalsView& totals, bool detailed) {
    if (totals.refused > 0) return ExitCode::failed;
    return detailed && totals.changes > 0 ? ExitCode::changes : ExitCode::done;
}

bool is_totals(const json::Value& reply) {
    return reply.get_string("schema") == protocol::PlanTotalsView::schema;
}

Result<ExitCode> run_plan(const Globals& globals, const PlanOptions& options) {
    if (auto wrong = wrongly_named("plan", options.file, options.wish)) return *wrong;
    PlanFile plan;
    const bool keep = !options.out.empty();
    const auto read = [&](const ListSource::Taker& take) -> Result<void> {
        auto people = people_named("plan", options.file, options.wish);
        if (!people) return people.error();
        plan = PlanFile{.source = people->source, .people = {}, .totals = {}};
        auto session = open_session(globals);
        if (!session) return session.error();
        const protocol::PlanRequest request{.source = people->source,
                                            .format = people->format,
                                            .profile = options.file.empty() ? "" : options.wish.profile,
                                            .bodies = options.bodies};
        const std::vector<int> descriptors{people->file.get()};
        const auto each = [&](const json::Value& reply) -> Result<void> {
            if (protocol::is_fault(reply)) {
                auto fault = protocol::fault_from(reply);
                if (!fault) return fault.error();
                show_fault(*fault, globals);
                return {};
            }
            if (is_totals(reply)) {
                auto totals = protocol::view_from<protocol::PlanTotalsView>(reply);
                if (!totals) return totals.error();
                plan.totals = std::move(*totals);
                return {};
            }
            auto line = protocol::view_from<protocol::PlanLineView>(reply);
            if (!line) return line.error();
            auto taken = take(row_of(*line, reply));
            if (keep) plan.people.push_back(std::move(*line));
            return taken;
        };
        return session->ask(request, each, descriptors);
    };
    auto shown = show_plan(globals, *options.list, read);
    if (!shown) return shown.error();
    if (*shown != ExitCode::done) return *shown;
    if (globals.shape == Shape::json || options.list->output == ListOutput::table ||
        options.list->output == ListOutput::wide)
        say_totals(plan.totals, globals);
    if (keep)
        if (auto written = write_plan(plan, options.out); !written) return written.error();
    return exit_code_of(plan.totals, options.detailed);
}

struct ShowOptions {
    std::string file;
    std::shared_ptr<ListWish> list = std::make_shared<ListWish>();
};

Result<ExitCode> run_show(const Globals& globals, const ShowOptions& options) {
    auto plan = read_plan(options.file);
    if (!plan) return plan.error();
    const auto read = [&](const ListSource::Taker& take) -> Result<void> {
        for (const auto& line : plan->people) {
            auto taken = take(row_of(line, protocol::reply_value(line)));
            if (!taken) return taken;
        }
        return {};
    };
    auto shown = show_plan(globals, *options.list, read);
    if (!shown) return shown.error();
    if (*shown != ExitCode::done) return *shown;
    say_totals(plan->totals, globals);
    return exit_code_of(plan->totals, false);
}

}  // namespace

void add_plan(Commands& commands) {
    auto* command = commands.app.add_subcommand("plan", "What a job would do, without doing it");
    auto options = std::make_shared<PlanOptions>();
    command->add_option("FILE", options->file, "A CSV or JSON file; - is standard input");
    command
        ->add_option("--user",
                     options->wish.users,
                     "A person by GUID, DN, userPrincipalName or sAMAccountName; may be given several times")
        ->type_name("PERSON")
        ->expected(1)
        ->take_all();
    add_selection_options(command, options->wish.selection);
    command
        ->add_option(
            "--profile", options->wish.profile, "Default: the default profile, or the JSON file's own")
        ->type_name("NAME");
    command->add_flag("--bodies", options->bodies, "With what each create would send, without its password");
    command->add_option("--out", options->out, "Write the plan to this file as well")->type_name("PLAN");
    command->add_flag(
        "--detailed-exitcode", options->detailed, "Exit 3 where all can run and there is something to write");
    add_list_options(commands, command, options->list, plan_columns());
    example(command, "upliftctl plan people.csv --profile staff --out december.plan");

    auto* show = command->add_subcommand("show", "A plan that was written with --out");
    auto shown = std::make_shared<ShowOptions>();
    show->add_option("PLAN", shown->file, "The file")->required();
    add_list_options(commands, show, shown->list, plan_columns());
    example(show, "upliftctl plan show december.plan");
    does(commands, show, shown, run_show);
    // `plan show` is a plan as well, to the parser.
    command->callback([&globals = commands.globals, &chosen = commands.chosen, options, show] {
        if (show->parsed()) return;
        chosen = [&globals, options] { return run_plan(globals, *options); };
    });
}

}  // namespace uplift::upliftctl
