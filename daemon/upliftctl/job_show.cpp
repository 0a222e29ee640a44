// upliftctl job show ID: totals by step and state, then the people that failed, each with what and the cure.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"

namespace uplift::upliftctl {
namespace {

constexpr std::array shown_states{StepState::pending,
                                  StepState::running,
                                  StepState::waiting,
                                  StepState::done,
                                  StepState::failed,
                                  StepState::skipped,
                                  StepState::cancelled};
constexpr std::array shown_steps{StepKind::resolve,
                                 StepKind::account,
                                 StepKind::license,
                                 StepKind::groups,
                                 StepKind::manager,
                                 StepKind::alias,
                                 StepKind::litigation_hold,
                                 StepKind::archive,
                                 StepKind::distribution_groups};

std::vector<Cell> counts_row(std::string name, const protocol::Counts& counts) {
    std::vector<Cell> row{Cell{.text = std::move(name)}};
    for (const auto state : shown_states) {
        const auto found = counts.find(std::string(word(state)));
        const bool some = found != counts.end() && found->second != 0;
        row.push_back(some ? Cell{.text = grouped(found->second), .paint = paint_of(word(state))}
                           : Cell{.text = "-", .paint = Paint::faint});
    }
    return row;
}

void show_job(const protocol::JobView& job, const Globals& globals) {
    const auto colours = colours_for(globals.colours);
    print(job.id + "  " + painted(word(job.state), paint_of(word(job.state)), colours) + "\n\n");
    print(render_facts(
        {{"what", text::shown(job.source)},
         {"label", text::shown(job.label)},
         {"profile", text::shown(job.profile)},
         {"tenant", text::shown(job.tenant)},
         {"by", text::shown(job.submitter.name)},
         {"accepted", local_time(job.accepted_at)},
         {"ended", job.ended_at ? local_time(*job.ended_at) : ""},
         {"people", grouped(job.people)},
         {"passwords",
          job.passwords_waiting == 0
              ? ""
              : grouped(job.passwords_waiting) + " to take: `upliftctl job passwords " + job.id + "`"}}));

    std::vector<Column> columns{{.title = "STEP", .fit = Column::Fit::rigid}};
    for (const auto state : shown_states) {
        auto title = std::string(word(state));
        for (auto& letter : title) letter = static_cast<char>(letter - 'a' + 'A');
        columns.push_back({.title = title, .align = Column::Align::right, .fit = Column::Fit::rigid});
    }
    std::vector<std::vector<Cell>> rows;
    for (const auto kind : shown_steps)
        if (const auto counts = job.steps.find(std::string(word(kind))); counts != job.steps.end())
            rows.push_back(counts_row(counts->first, counts->second));
    rows.push_back(counts_row("people", job.enrollments));
    print("\n" + render_table(columns, rows, terminal_width(), colours));
}

void show_failed(const protocol::FailedView& person) {
    const auto name = person.user_principal_name.empty() ? person.given : person.user_principal_name;
    print("\nrow " + std::to_string(person.row) + "  " + text::shown(name) + "  " + text::shown(person.step) +
          "  " + text::shown(person.fault.code) + "\n");
    print("    " + text::shown(person.fault.message) + ".\n    " + text::shown(person.fault.cure) + "\n");
}

Result<ExitCode> run(const Globals& globals, const std::string& id, std::int64_t people) {
    auto session = Session::open(globals.socket);
    if (!session) return session.error();
    std::optional<protocol::JobView> job;
    std::int64_t failed_shown = 0;
    const protocol::JobShowRequest request{.job = id, .people = people};
    auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
        if (!job) {
            auto view = protocol::view_from<protocol::JobView>(reply);
            if (!view) return view.error();
            job = std::move(*view);
            if (globals.shape == Shape::words) show_job(*job, globals);
        } else if (globals.shape == Shape::words) {
            auto person = protocol::view_from<protocol::FailedView>(reply);
            if (!person) return person.error();
            show_failed(*person);
            ++failed_shown;
        }
        if (globals.shape == Shape::json) print_json(reply);
        return {};
    });
    if (!asked) return asked.error();
    if (!job || globals.shape == Shape::json) return ExitCode::done;
    const auto failed = progress_of(*job).failed;
    if (failed > failed_shown)
        print("\n… and " + grouped(failed - failed_shown) + " more: `upliftctl job export " + job->id +
              " --retry` has them all.\n");
    return ExitCode::done;
}

}  // namespace

void add_job_show(Commands& commands) {
    auto* command = commands.job.add_subcommand("show", "Totals by step and state, and who failed");
    auto id = std::make_shared<std::string>();
    auto people = std::make_shared<std::int64_t>(20);
    command->add_option("ID", *id, "The job, for example J17")->required();
    command->add_option("--people", *people, "Name at most so many that failed")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    command->callback([&globals = commands.globals, &chosen = commands.chosen, id, people] {
        chosen = [&globals, id, people] { return run(globals, *id, *people); };
    });
}

}  // namespace uplift::upliftctl
