// upliftctl why PERSON: the whole chain for one person, newest job first.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"

namespace uplift::upliftctl {
namespace {

std::string joined(const std::vector<std::string>& list) {
    std::string line;
    for (const auto& item : list) line += (line.empty() ? "" : ", ") + text::shown(item);
    return line;
}

std::string given_in_words(const protocol::WhyView& why) {
    std::string line;
    for (const auto& given : why.given)
        line += (line.empty() ? "" : ", ") + text::shown(given.kind) + " " + text::shown(given.value);
    return line;
}

std::string step_in_words(const protocol::StepView& step) {
    if (step.state != StepState::waiting) return std::string(word(step.state));
    auto line = "waits for " + text::shown(step.waits_for);
    if (step.next_try) line += ", next try " + local_time(*step.next_try);
    if (step.tries > 0) line += ", " + std::to_string(step.tries) + (step.tries == 1 ? " try" : " tries");
    return line;
}

void show_step(const protocol::StepView& step, const protocol::WhyView& why, Colours colours) {
    print("\n  " + painted(text::padded(step.kind, 10), paint_of(word(step.state)), colours) + "  " +
          step_in_words(step) + (step.since ? "  (since " + local_time(*step.since) + ")" : "") + "\n");
    if (step.fault)
        print("      " + text::shown(step.fault->code) + " " + text::shown(step.fault->message) +
              ".\n      " + text::shown(step.fault->cure) + "\n");
    for (const auto& attempt : why.attempts) {
        if (attempt.step != step.kind) continue;
        print("      " + local_time(attempt.sent_at) + "  " + text::shown(attempt.call) +
              (attempt.target.empty() ? "" : " " + text::shown(attempt.target)) + "  " +
              text::shown(attempt.result) + (attempt.note.empty() ? "" : ": " + text::shown(attempt.note)) +
              "\n        client-request-id " + text::shown(attempt.id) + "\n");
    }
}

void show(const protocol::WhyView& why, const Globals& globals) {
    const auto colours = colours_for(globals.colours);
    print(text::shown(why.job) + " row " + std::to_string(why.row) + "  " +
          painted(word(why.state), paint_of(word(why.state)), colours) + "\n");
    std::string found, plan, made;
    if (why.found)
        found = text::shown(why.found->distinguished_name) + "\n" + text::shown(why.found->object_guid) +
                " read from " + text::shown(why.found->read_from);
    if (why.plan)
        plan = text::shown(why.plan->user_principal_name) + " \"" + text::shown(why.plan->display_name) +
               "\" " + text::shown(why.plan->usage_location);
    if (why.made)
        made =
            text::shown(why.made->id) + " " + text::shown(why.made->origin) + " " + local_time(why.made->at);
    const auto indent = found.find('\n');
    if (indent != std::string::npos) found.replace(indent, 1, "; ");
    print(render_facts({{"  given", given_in_words(why)},
                        {"  accepted", local_time(why.accepted_at)},
                        {"  in AD", found},
                        {"  plan", plan},
                        {"  licences", why.plan ? joined(why.plan->licenses) : ""},
                        {"  groups", why.plan ? joined(why.plan->groups) : ""},
                        {"  account", made},
                        {"  ended", why.ended_at ? local_time(*why.ended_at) : ""}}));
    for (const auto& step : why.steps) show_step(step, why, colours);
}

Result<ExitCode> run(const Globals& globals, const std::string& person) {
    auto session = Session::open(globals.socket);
    if (!session) return session.error();
    auto ended_well = ExitCode::done;
    bool first = true;
    const protocol::WhyRequest request{.person = person};
    auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
        auto why = protocol::view_from<protocol::WhyView>(reply);
        if (!why) return why.error();
        if (globals.shape == Shape::json) {
            print_json(reply);
        } else {
            if (!first) print("\n");
            show(*why, globals);
        }
        if (first && why->state == StepState::failed) ended_well = ExitCode::failed;
        first = false;
        return {};
    });
    if (!asked) return asked.error();
    return ended_well;
}

}  // namespace

void add_why(Commands& commands) {
    auto* command =
        commands.app.add_subcommand("why", "Everything about one person: what was done, what waits");
    auto person = std::make_shared<std::string>();
    command
        ->add_option("PERSON", *person, "objectGUID, userPrincipalName, sAMAccountName or distinguishedName")
        ->required();
    command->callback([&globals = commands.globals, &chosen = commands.chosen, person] {
        chosen = [&globals, person] { return run(globals, *person); };
    });
}

}  // namespace uplift::upliftctl
