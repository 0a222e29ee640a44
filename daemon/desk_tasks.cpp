// ControlDesk: delayed tasks listed and ordered about, and the seats of licences.
#include <algorithm>
#include <array>

#include "core/text/show.hpp"
#include "daemon/control_desk.hpp"
#include "daemon/task_views.hpp"
#include "daemon/views.hpp"

namespace uplift::daemon {
namespace {

Fault bad_request(std::string where, std::string what, std::string cure) {
    return Fault{.code = FaultCode::bad_request,
                 .where = std::move(where),
                 .what = std::move(what),
                 .cure = std::move(cure)};
}

Result<storage::TaskFilter> filter_of(const protocol::TasksRequest& request, TimePoint now) {
    storage::TaskFilter filter;
    for (const auto& text : request.states) {
        const auto state = parse_step_state(text);
        if (!state)
            return bad_request("state",
                               text::quoted(text) + " is no state of a task",
                               "Use pending, running, waiting, done, failed, skipped or cancelled.");
        filter.states.push_back(*state);
    }
    if (!request.kind.empty()) {
        filter.kind = parse_step_kind(request.kind);
        if (!filter.kind || !is_delayed_task(*filter.kind))
            return bad_request("kind",
                               text::quoted(request.kind) + " is no kind of delayed task",
                               "Use alias, litigation_hold, archive or distribution_groups.");
    }
    if (!request.job.empty()) {
        filter.job = parse_job_id(request.job);
        if (!filter.job)
            return bad_request(
                "job", text::quoted(request.job) + " is no job", "`upliftctl jobs` lists them.");
    }
    filter.person = request.person;
    if (request.older) filter.begun_before = now - std::chrono::seconds{*request.older};
    return filter;
}

std::optional<engine::TaskOrder> order_named(std::string_view text) {
    using engine::TaskOrder;
    for (const auto order : {TaskOrder::run,
                             TaskOrder::cancel,
                             TaskOrder::retry,
                             TaskOrder::hold,
                             TaskOrder::release,
                             TaskOrder::defer})
        if (word(order) == text) return order;
    return std::nullopt;
}

Result<engine::TaskCommand> command_of(const protocol::TaskOrderRequest& request) {
    engine::TaskCommand command{.order = {}, .tasks = {}, .until = request.until, .reason = request.reason};
    const auto order = order_named(request.order);
    if (!order)
        return bad_request("order",
                           text::quoted(request.order) + " is no order",
                           "Use run, cancel, retry, hold, release or defer.");
    command.order = *order;
    if (*order == engine::TaskOrder::defer && !request.until)
        return bad_request("until", "defer needs a time", "Give --until TIME, such as +2h.");
    if (request.tasks.size() > protocol::most_tasks_a_request)
        return bad_request("tasks", "more tasks than one request takes", "Send them in several requests.");
    for (const auto& text : request.tasks) {
        const auto id = parse_task_id(text);
        if (!id)
            return Fault{.code = FaultCode::no_such_task,
                         .where = text,
                         .what = text::quoted(text) + " is no task",
                         .cure = "`upliftctl tasks` lists them."};
        command.tasks.push_back(*id);
    }
    return command;
}

constexpr std::size_t most_awaited = 20;
constexpr Duration run_patience = std::chrono::seconds{5};
constexpr Duration run_look = std::chrono::milliseconds{100};

engine::TenantSettings settings_of(const config::Config& config) {
    engine::TenantSettings settings;
    settings.mailbox_poll_shortest = config.service.mailbox_poll_shortest;
    settings.mailbox_poll_longest = config.service.mailbox_poll_longest;
    return settings;
}

struct Ordered {
    std::optional<Step> step{};
    engine::MailboxStanding standing{};
};

Ordered ordered_of(storage::Reader& reader, TaskId id) {
    Ordered ordered;
    const auto detail = reader.enrollment(id.enrollment);
    if (!detail) return ordered;
    for (const auto& one : detail->steps)
        if (one.kind == id.kind) ordered.step = one;
    ordered.standing = reader.mailbox_standing(detail->enrollment.tenant);
    return ordered;
}

// Whether some task that was ordered to run has not had its try yet.
bool under_way(const std::vector<Ordered>& after,
               const std::vector<engine::TaskEffect>& effects,
               TimePoint now) {
    for (std::size_t i = 0; i < after.size(); ++i) {
        const auto& step = after[i].step;
        if (effects[i] != engine::TaskEffect::changed || !step || ended(step->state)) continue;
        if (step->state == StepState::running || step->due <= now) return true;
    }
    return false;
}

}  // namespace

ControlDesk::Answer ControlDesk::handle(const protocol::TasksRequest& request, Call& call) {
    const auto now = parts_.clock.now();
    const auto filter = filter_of(request, now);
    if (!filter) co_return filter.error();
    const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(request.limit, 1, 1'000'000));
    struct Seen {
        std::vector<TaskSummary> tasks;
        std::map<TenantName, MailboxOutlook> outlooks;
    };
    auto look = [filter = *filter, limit, settings = settings_of(parts_.intake.config()), now](
                    storage::Reader& reader) {
        Seen seen{.tasks = reader.tasks(filter, limit), .outlooks = {}};
        for (const auto& task : seen.tasks)
            if (!seen.outlooks.contains(task.tenant))
                seen.outlooks[task.tenant] = outlook_of(reader.mailbox_standing(task.tenant), settings, now);
        return seen;
    };
    const auto seen = co_await parts_.reader.ask(look);
    const auto overdue = parts_.intake.config().service.mailbox_overdue;
    for (const auto& task : seen.tasks) {
        const auto view = view_of(task, seen.outlooks.at(task.tenant), overdue, now);
        const auto frame = protocol::reply_frame(view);
        co_await call.peer.write(frame);
    }
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::TaskOrderRequest& request, Call& call) {
    auto command = command_of(request);
    if (!command) co_return command.error();
    const auto order = command->order;
    const auto tasks = command->tasks;
    const auto effects =
        co_await parts_.queue.order_tasks(std::move(*command), call.caller, parts_.clock.now());
    parts_.engine.wake();
    auto look = [tasks](storage::Reader& reader) {
        std::vector<Ordered> ordered;
        for (const auto& id : tasks) ordered.push_back(ordered_of(reader, id));
        return ordered;
    };
    auto after = co_await parts_.reader.ask(look);
    // Who orders a few to run wants to know what came of it, not that it was ordered.
    const auto patience = parts_.clock.now() + run_patience;
    while (order == engine::TaskOrder::run && tasks.size() <= most_awaited &&
           under_way(after, effects, parts_.clock.now()) && parts_.clock.now() < patience) {
        co_await parts_.clock.sleep_until(parts_.clock.now() + run_look);
        after = co_await parts_.reader.ask(look);
    }
    const auto settings = settings_of(parts_.intake.config());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const auto outlook = outlook_of(after[i].standing, settings, parts_.clock.now());
        const auto view = view_of(tasks[i], order, effects[i], after[i].step, outlook);
        const auto frame = protocol::reply_frame(view);
        co_await call.peer.write(frame);
    }
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::SeatsRequest& request, Call& call) {
    std::map<TenantName, std::vector<Sku>> catalogues;
    for (const auto& [name, tenant] : parts_.intake.config().tenants) {
        auto* door = parts_.engine.door(name);
        if (door == nullptr) continue;
        if (request.refresh) co_await parts_.engine.refresh_seats(name);
        const auto skus = co_await door->skus();
        if (const auto* known = done_value(skus)) catalogues[name] = *known;
    }
    auto look = [](storage::Reader& reader) { return reader.seats(); };
    const auto seats = co_await parts_.reader.ask(look);
    for (const auto& seat : seats) {
        const auto view = view_of(seat, catalogues[seat.tenant]);
        const auto frame = protocol::reply_frame(view);
        co_await call.peer.write(frame);
    }
    co_return std::nullopt;
}

}  // namespace uplift::daemon
