// upliftctl why PERSON: the whole chain for one person as a dated story, newest job first.
#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/story.hpp"

namespace uplift::upliftctl {
namespace {

struct WhyOptions {
    std::string person;
};

constexpr std::size_t least_width_beside = 70;
constexpr std::size_t endless = 1'000'000;

// A foreign value as a part of prose.
std::string value(std::string_view text) { return text::isolated(text::shown(text)); }

std::string joined(const std::vector<std::string>& list) {
    std::string line;
    for (const auto& item : list) line += (line.empty() ? "" : ", ") + value(item);
    return line;
}

std::string given_in_words(const protocol::WhyView& why) {
    std::string line;
    for (const auto& given : why.given)
        line += (line.empty() ? "" : ", ") + value(given.kind) + " " + value(given.value);
    return line;
}

std::string step_in_words(const protocol::StepView& step) {
    std::string line(word(step.state));
    if (step.state == StepState::waiting) line += " for " + step.waits_for;
    if (step.tries > 0) line += ", " + std::to_string(step.tries) + (step.tries == 1 ? " try" : " tries");
    if (step.since) line += ", since " + local_time(*step.since);
    if (step.state == StepState::waiting && step.next_try) line += ", next try " + local_time(*step.next_try);
    return line;
}

void show_facts(const protocol::WhyView& why) {
    std::string found, guid, plan, made;
    if (why.found) {
        found = value(why.found->distinguished_name);
        guid = why.found->object_guid + ", read from " + value(why.found->read_from);
    }
    if (why.plan)
        plan = value(why.plan->user_principal_name) + ", \"" + value(why.plan->display_name) + "\", " +
               value(why.plan->usage_location);
    if (why.made) made = value(why.made->id) + ", " + match_in_words(*why.made);
    print(render_facts({{"given", given_in_words(why)},
                        {"in AD", found},
                        {"objectGUID", guid},
                        {"planned", plan},
                        {"licences", why.plan ? joined(why.plan->licenses) : ""},
                        {"groups", why.plan ? joined(why.plan->groups) : ""},
                        {"account", made}},
                       terminal_width(),
                       2));
}

void show_steps(const protocol::WhyView& why, Colours colours) {
    if (why.steps.empty()) return;
    print("\n  Steps\n");
    std::size_t longest = 0;
    for (const auto& step : why.steps) longest = std::max(longest, text::display_width(step.kind));
    const auto start = longest + 6;
    for (const auto& step : why.steps) {
        print("    " + painted(text::padded(step.kind, longest), paint_of(word(step.state)), colours) + "  " +
              text::wrapped(step_in_words(step), terminal_width().value_or(endless), start, start) + "\n");
        if (!step.fault) continue;
        print_prose(step.fault->code + " " + step.fault->message + ".", start);
        // Said once, where it also says what comes after.
        if (!why.unblocks.starts_with(step.fault->cure)) print_prose(step.fault->cure, start);
        if (!step.fault->request_id.empty()) print_prose("request " + step.fault->request_id, start);
    }
    if (!why.unblocks.empty()) print_prose("To go on: " + why.unblocks, 4);
}

void show_story(const protocol::WhyView& why) {
    print("\n  Story\n");
    if (why.attempts_left_out > 0)
        print_prose("(" + std::to_string(why.attempts_left_out) + " earlier calls are left out)", 4);
    // The time stands before what happened, once for all of the same second; above it where there is no room.
    const auto width = terminal_width();
    constexpr std::size_t indent = 4;
    std::string before;
    for (const auto& line : story_of(why)) {
        auto when = local_time(line.at);
        const bool beside = !width || *width >= least_width_beside;
        const auto start = beside ? indent + when.size() + 2 : indent + 2;
        if (when == before)
            when = beside ? std::string(start, ' ') : "";
        else
            when = std::string(indent, ' ') + (before = when) + (beside ? "  " : "\n");
        print(when + (beside ? "" : std::string(start, ' ')) +
              text::wrapped(line.what, width.value_or(endless), start, start) + "\n");
        if (!line.request_id.empty()) print_prose("request " + line.request_id, start);
    }
}

void show(const protocol::WhyView& why, const Globals& globals) {
    const auto colours = colours_for(globals.colours);
    print(text::shown(why.job) + " row " + std::to_string(why.row) + "  " +
          painted(word(why.state), paint_of(word(why.state)), colours) + "  (the job: " +
          std::string(word(why.job_state)) + ", profile " + text::shown(why.profile) + ")\n");
    show_facts(why);
    show_steps(why, colours);
    show_story(why);
}

Result<ExitCode> run_why(const Globals& globals, const WhyOptions& options) {
    auto session = open_session(globals);
    if (!session) return session.error();
    std::optional<protocol::WhyView> newest;
    const protocol::WhyRequest request{.person = options.person};
    auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
        auto why = protocol::view_from<protocol::WhyView>(reply);
        if (!why) return why.error();
        if (globals.shape == Shape::json) {
            print_json(reply);
        } else {
            if (newest) print("\n");
            show(*why, globals);
        }
        if (!newest) newest = std::move(*why);
        return {};
    });
    if (!asked) return asked.error();
    if (!newest) return ExitCode::done;
    if (newest->state != StepState::failed) return ExitCode::done;
    hint(globals, "upliftctl job retry " + newest->job + ", once the cause is mended");
    return ExitCode::failed;
}

}  // namespace

void add_why(Commands& commands) {
    auto* command = commands.app.add_subcommand(
        "why", "Everything about one person: what was done, what waits and for what");
    auto options = std::make_shared<WhyOptions>();
    command
        ->add_option(
            "PERSON", options->person, "objectGUID, userPrincipalName, sAMAccountName or distinguishedName")
        ->required();
    example(command, "upliftctl why jdoe@corp.example.com");
    does(commands, command, options, run_why);
}

}  // namespace uplift::upliftctl
