// upliftctl job show ID: totals by step and state, then the people that failed, each with what and the cure.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

struct JobShowOptions {
    std::string id;
    std::int64_t people = 20;
};

constexpr std::array all_states{StepState::pending,
                                StepState::running,
                                StepState::waiting,
                                StepState::done,
                                StepState::failed,
                                StepState::skipped,
                                StepState::cancelled};
constexpr std::array all_steps{StepKind::resolve,
                               StepKind::account,
                               StepKind::license,
                               StepKind::groups,
                               StepKind::manager,
                               StepKind::alias,
                               StepKind::litigation_hold,
                               StepKind::archive,
                               StepKind::distribution_groups};

std::int64_t count_of(const protocol::Counts& counts, StepState state) {
    const auto found = counts.find(std::string(word(state)));
    return found == counts.end() ? 0 : found->second;
}

// States that nobody is in take no column.
std::vector<StepState> states_of(const protocol::JobView& job) {
    std::vector<StepState> states;
    for (const auto state : all_states) {
        bool some = count_of(job.enrollments, state) != 0 || state == StepState::done;
        for (const auto& [kind, counts] : job.steps) some = some || count_of(counts, state) != 0;
        if (some) states.push_back(state);
    }
    return states;
}

std::vector<Cell> counts_row(std::string name,
                             const protocol::Counts& counts,
                             std::span<const StepState> states) {
    std::vector<Cell> row{Cell{.text = std::move(name)}};
    for (const auto state : states) {
        const auto count = count_of(counts, state);
        row.push_back(count != 0 ? Cell{.text = grouped(count), .paint = paint_of(word(state))}
                                 : Cell{.text = "-", .paint = Paint::faint});
    }
    return row;
}

void show_counts(const protocol::JobView& job, Colours colours) {
    const auto states = states_of(job);
    std::vector<Column> columns{{.title = "STEP", .fit = Column::Fit::rigid}};
    for (const auto state : states) {
        auto title = std::string(word(state));
        for (auto& letter : title) letter = static_cast<char>(letter - 'a' + 'A');
        columns.push_back({.title = title, .align = Column::Align::right, .fit = Column::Fit::rigid});
    }
    std::vector<std::vector<Cell>> rows;
    for (const auto kind : all_steps)
        if (const auto counts = job.steps.find(std::string(word(kind))); counts != job.steps.end())
            rows.push_back(counts_row(counts->first, counts->second, states));
    rows.push_back(counts_row("people", job.enrollments, states));
    print("\n" + render_table(columns, rows, terminal_width(), {.colours = colours}));
}

void show_job(const protocol::JobView& job, Colours colours) {
    print(job.id + "  " + painted(word(job.state), paint_of(word(job.state)), colours) + "\n\n");
    const auto passwords =
        job.passwords_waiting == 0
            ? ""
            : grouped(job.passwords_waiting) + " to take: `upliftctl job passwords " + job.id + "`";
    print(render_facts({{"label", text::isolated(text::shown(job.label))},
                        {"source", text::isolated(text::shown(job.source))},
                        {"profile", job.profile},
                        {"tenant", job.tenant},
                        {"by", text::isolated(text::shown(job.submitter.name))},
                        {"accepted", local_time(job.accepted_at)},
                        {"starts", job.run_at ? local_time(*job.run_at) : ""},
                        {"ended", job.ended_at ? local_time(*job.ended_at) : ""},
                        {"people", grouped(job.people)},
                        {"passwords", passwords}},
                       terminal_width()));
    show_counts(job, colours);
}

void show_failed(const protocol::FailedView& person, Colours colours) {
    const auto name = person.user_principal_name.empty() ? person.given : person.user_principal_name;
    print("\n" + painted("row " + std::to_string(person.row), Paint::bad, colours) + "\n");
    print_prose(text::isolated(text::shown(name)) + "  " + person.step + "  " + person.fault.code, 2);
    print_prose(person.fault.message + ".", 4);
    print_prose(person.fault.cure, 4);
    if (!person.fault.request_id.empty()) print_prose("request " + person.fault.request_id, 4);
}

void show_end(const protocol::JobView& job, std::int64_t failed_shown, const Globals& globals) {
    const auto failed = progress_of(job).failed;
    if (failed > failed_shown) {
        print("\n");
        print_prose("… " + grouped(failed - failed_shown) + " more failed: `upliftctl job export " + job.id +
                    " --retry` has them all.");
    }
    if (job.passwords_waiting > 0 && ended(job.state))
        hint(globals, "upliftctl job passwords " + job.id);
    else if (!ended(job.state))
        hint(globals,
             job.state == JobState::paused ? "upliftctl job resume " + job.id
                                           : "upliftctl job watch " + job.id);
    else if (failed > 0)
        hint(globals, "upliftctl job retry " + job.id + ", once the causes are mended");
}

Result<ExitCode> run_job_show(const Globals& globals, const JobShowOptions& options) {
    auto session = open_session(globals);
    if (!session) return session.error();
    std::optional<protocol::JobView> job;
    std::int64_t failed_shown = 0;
    const auto colours = colours_for(globals.colours);
    const protocol::JobShowRequest request{.job = options.id, .people = options.people};
    auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
        if (!job) {
            auto view = protocol::view_from<protocol::JobView>(reply);
            if (!view) return view.error();
            job = std::move(*view);
            if (globals.shape == Shape::words) show_job(*job, colours);
        } else if (globals.shape == Shape::words) {
            auto person = protocol::view_from<protocol::FailedView>(reply);
            if (!person) return person.error();
            show_failed(*person, colours);
            ++failed_shown;
        }
        if (globals.shape == Shape::json) print_json(reply);
        return {};
    });
    if (!asked) return asked.error();
    if (job && globals.shape == Shape::words) show_end(*job, failed_shown, globals);
    return ExitCode::done;
}

}  // namespace

void add_job_show(Commands& commands) {
    auto* command = commands.job.add_subcommand("show", "Totals by step and state, and who failed");
    auto options = std::make_shared<JobShowOptions>();
    add_job_id(command, options->id);
    command->add_option("--people", options->people, "Name at most so many that failed")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    example(command, "upliftctl job show J17");
    does(commands, command, options, run_job_show);
}

}  // namespace uplift::upliftctl
