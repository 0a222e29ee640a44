// upliftctl doctor: all that the jobs of a profile will need, looked at now; changes nothing.
#include "daemon/protocol/check_view.hpp"
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

using protocol::CheckState;
using protocol::CheckView;

struct DoctorOptions {
    std::string profile;
};

constexpr std::size_t never_folded = 1'000'000;

Paint paint_of(CheckState state) {
    switch (state) {
        case CheckState::success:
            return Paint::good;
        case CheckState::warning:
            return Paint::attention;
        case CheckState::failure:
            return Paint::bad;
    }
    return Paint::none;
}

Result<ExitCode> run_doctor(const Globals& globals, const DoctorOptions& options) {
    auto session = open_session(globals);
    if (!session) return session.error();
    const auto colours = colours_for(globals.colours);
    protocol::CheckWriter writer(terminal_width().value_or(never_folded), [colours](CheckState state) {
        return painted(word(state), paint_of(state), colours);
    });
    protocol::CheckTotals totals;
    const protocol::DoctorRequest request{.profile = options.profile};
    auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
        auto check = protocol::view_from<CheckView>(reply);
        if (!check) return check.error();
        totals.count(check->state);
        if (globals.shape == Shape::json)
            print_json(reply);
        else
            print(writer.lines_of(*check));
        return {};
    });
    if (!asked) return asked.error();
    if (globals.shape != Shape::json) print("\n" + in_words(totals) + "\n");
    return totals.of(CheckState::failure) > 0 ? ExitCode::failed : ExitCode::done;
}

}  // namespace

void add_doctor(Commands& commands) {
    auto* command = commands.app.add_subcommand(
        "doctor", "Signs in and checks all that a job will need; changes nothing");
    auto options = std::make_shared<DoctorOptions>();
    command->add_option("PROFILE", options->profile, "Only what this profile needs");
    example(command, "upliftctl doctor staff");
    does(commands, command, options, run_doctor);
}

}  // namespace uplift::upliftctl
