// upliftctl task run|cancel|retry|hold|release|defer: for tasks by id, or for all that fit a filter, counted
// and confirmed before anything is changed.
#include <array>

#include "core/text/show.hpp"
#include "daemon/upliftctl/command.hpp"
#include "daemon/upliftctl/progress.hpp"
#include "daemon/upliftctl/task_text.hpp"
#include "daemon/upliftctl/time_words.hpp"

namespace uplift::upliftctl {
namespace {

// More than these are told by their numbers only.
constexpr std::size_t most_told = 20;

struct OrderVerb {
    const char* name;
    const char* description;
    std::array<const char*, 3> states;  // of whom a filter without --state means
};
constexpr std::array<OrderVerb, 6> verbs{
    {{"run", "Try them now; waiting times begin nowhere anew", {"pending", "waiting", nullptr}},
     {"cancel", "End them undone; what is on the mailbox stays", {"pending", "waiting", "running"}},
     {"retry", "Open failed or cancelled ones again", {"failed", "cancelled", nullptr}},
     {"hold", "Do not try them until they are released", {"pending", "waiting", "running"}},
     {"release", "Let held and deferred ones go on", {"waiting", nullptr, nullptr}},
     {"defer", "Do not try them before a time", {"pending", "waiting", "running"}}}};

struct OrderOptions {
    OrderVerb verb{};
    std::vector<std::string> ids;
    TaskWish which;
    std::string until;
    std::string reason;
    bool yes = false;
    std::int64_t expect = -1;
};

TimePoint clock_now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

Fault order_fault(std::string where, std::string what, std::string cure) {
    return Fault{.code = FaultCode::usage,
                 .where = std::move(where),
                 .what = std::move(what),
                 .cure = std::move(cure)};
}

std::string count_in_words(std::size_t count) {
    return grouped(static_cast<std::int64_t>(count)) + (count == 1 ? " delayed task" : " delayed tasks");
}

Result<std::vector<std::string>> found(Session& session, const OrderOptions& options) {
    auto request = request_of(options.which);
    if (!request) return request.error();
    if (request->states.empty())
        for (const auto* state : options.verb.states)
            if (state != nullptr) request->states.emplace_back(state);
    // Of those who wait, only what an operator held can be released.
    const bool held_only = std::string_view(options.verb.name) == "release";
    std::vector<std::string> ids;
    auto asked = session.ask(*request, [&](const json::Value& reply) -> Result<void> {
        auto task = protocol::view_from<protocol::TaskView>(reply);
        if (!task) return task.error();
        if (!held_only || task->waits_for == word(WaitsFor::operator_)) ids.push_back(std::move(task->id));
        return {};
    });
    if (!asked) return asked.error();
    return ids;
}

// One named by its id needs no question; a filter in a script says how many it takes for granted.
Result<void> agree(const Globals& globals, const OrderOptions& options, std::size_t count) {
    const bool by_filter = options.ids.empty();
    if (options.expect >= 0 && options.expect != static_cast<std::int64_t>(count))
        return Fault{.code = FaultCode::bad_request,
                     .where = "--expect",
                     .what = count_in_words(count) + " fit, " + grouped(options.expect) + " were expected",
                     .cure = "Look at them with `upliftctl tasks`. Nothing was changed."};
    if (by_filter && options.yes && options.expect < 0)
        return order_fault(
            "--expect",
            "--yes with a filter takes any number: " + count_in_words(count) + " fit",
            "Add --expect " + std::to_string(count) + " where that is meant. Nothing was changed.");
    if (!by_filter && count == 1) return {};
    auto verb = std::string(options.verb.name);
    verb.front() = static_cast<char>(verb.front() - 'a' + 'A');
    return confirm(globals, options.yes, verb + " " + count_in_words(count) + "?");
}

void tell(const protocol::TaskOrderedView& ordered) {
    auto line = ordered.id + ": " + ordered.message;
    if (ordered.effect == "changed" && ordered.next_try && *ordered.next_try > clock_now())
        line += ", next try " + local_time(*ordered.next_try);
    print_prose(line + ".");
}

Result<ExitCode> order_tasks(const Globals& globals, const OrderOptions& options) {
    if (options.ids.empty() == !options.which.names_some())
        return order_fault("task " + std::string(options.verb.name),
                           options.ids.empty() ? "no task is named" : "there are ids and a filter",
                           "Name tasks by their ids or by --state, --kind, --job, --person, --older.");
    std::optional<TimePoint> until;
    if (!options.until.empty()) {
        const auto moment = parse_moment(options.until, clock_now(), "--until");
        if (!moment) return moment.error();
        until = *moment;
    }
    auto session = open_session(globals);
    if (!session) return session.error();
    auto ids = options.ids.empty() ? found(*session, options) : Result<std::vector<std::string>>(options.ids);
    if (!ids) return ids.error();
    if (ids->empty() && options.expect <= 0) {
        if (globals.shape == Shape::json)
            print_json(value_of(OrderTally{}, options.verb.name));
        else
            print("No delayed task fits.\n");
        return ExitCode::done;
    }
    if (auto agreed = agree(globals, options, ids->size()); !agreed) return agreed.error();

    OrderTally tally;
    for (std::size_t at = 0; at < ids->size(); at += protocol::most_tasks_a_request) {
        const auto end = std::min(at + protocol::most_tasks_a_request, ids->size());
        const protocol::TaskOrderRequest request{.order = options.verb.name,
                                                 .tasks = {ids->begin() + static_cast<std::ptrdiff_t>(at),
                                                           ids->begin() + static_cast<std::ptrdiff_t>(end)},
                                                 .until = until,
                                                 .reason = options.reason};
        auto asked = session->ask(request, [&](const json::Value& reply) -> Result<void> {
            auto ordered = protocol::view_from<protocol::TaskOrderedView>(reply);
            if (!ordered) return ordered.error();
            tally.add(*ordered);
            if (globals.shape == Shape::json)
                print_json(reply);
            else if (ids->size() <= most_told || ordered->effect == "not_found")
                tell(*ordered);
            return {};
        });
        if (!asked) {
            // What the earlier pieces changed stays changed.
            if (at > 0) complain_prose("Up to there: " + in_words(tally) + ".");
            return asked.error();
        }
    }
    if (globals.shape == Shape::json)
        print_json(value_of(tally, options.verb.name));
    else
        print(std::string(options.verb.name) + ": " + in_words(tally) + "\n");
    return tally.not_found > 0 ? ExitCode::failed : ExitCode::done;
}

}  // namespace

void add_task(Commands& commands) {
    auto* task =
        commands.app.add_subcommand("task", "Steer delayed tasks: one, several, or all that fit a filter");
    example(task, "upliftctl task retry --state failed --job J17");
    task->require_subcommand(1);
    task->fallthrough();
    for (const auto& verb : verbs) {
        auto* command = task->add_subcommand(verb.name, verb.description);
        auto options = std::make_shared<OrderOptions>();
        options->verb = verb;
        command->add_option("ID", options->ids, "Tasks, for example T12-archive")
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        add_task_filters(command, options->which);
        const bool defers = std::string_view(verb.name) == "defer";
        if (defers)
            command
                ->add_option(
                    "--until", options->until, "Not before: 2026-12-01T06:00:00Z, \"tomorrow 06:00\", +2h")
                ->required();
        command->add_option("--reason", options->reason, "Why; it is recorded");
        add_yes(command, options->yes);
        command->add_option("--expect", options->expect, "Only where so many fit")
            ->check(CLI::Range(0, 10'000'000));
        example(command,
                "upliftctl task " + std::string(verb.name) + " T12-archive" + (defers ? " --until +2h" : ""));
        does(commands, command, options, order_tasks);
    }
}

}  // namespace uplift::upliftctl
