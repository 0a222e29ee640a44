// ControlDesk: plan. What a job would do, person by person; nothing is written, in no tenant and in no queue.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>

#include "core/engine/planner.hpp"
#include "core/engine/retry.hpp"
#include "daemon/control_desk.hpp"
#include "daemon/plan_lines.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

// Reads that wait together share requests.
constexpr std::size_t people_at_once = 64;
constexpr int most_tries = 6;
constexpr Duration longest_wait = std::chrono::seconds{60};

// What several coroutines work off together. Kept alive by each of them.
struct Work {
    Work(engine::PlanDoors of, engine::Clock& time, Profile meant, std::vector<IntakeRow> people)
        : doors(of),
          clock(time),
          profile(std::move(meant)),
          rows(std::move(people)),
          plans(rows.size()),
          workers(std::min(people_at_once, rows.size())) {}
    engine::PlanDoors doors;
    engine::Clock& clock;
    Profile profile;
    std::vector<IntakeRow> rows;
    std::vector<std::optional<engine::PersonPlan>> plans;
    std::size_t next = 0;
    std::size_t workers;
    std::optional<Fault> stopped;  // nobody goes on
    engine::Signal changed;
};

Fault cannot_plan(const Outcome<engine::PersonPlan>& outcome) {
    const auto fault = [](FaultCode code, const std::string& what) {
        return Fault{.code = code,
                     .where = "plan",
                     .what = "people cannot be planned now: " + what,
                     .cure = "`upliftctl status` says what is wrong; then plan again."};
    };
    return match(
        outcome,
        [&](const Done<engine::PersonPlan>&) { return fault(FaultCode::tenant_reply, ""); },
        [&](const NotSent& it) { return fault(it.code, it.why); },
        [&](const Unknown& it) { return fault(FaultCode::tenant_reply, it.why); },
        [&](const Conflict& it) { return fault(FaultCode::tenant_reply, it.property); },
        [&](const Refused& it) { return fault(it.code, it.what); },
        [&](const Throttled&) { return fault(FaultCode::tenant_throttled, "the service asks to wait"); },
        [&](const NotYet& it) { return fault(FaultCode::tenant_reply, it.what); },
        [&](const Unauthorized& it) { return fault(it.code, it.what); });
}

asio::awaitable<void> plan_one(Work& work, std::size_t at) {
    for (int tried = 1;; ++tried) {
        const auto deadline = work.clock.now() + engine::search_deadline;
        auto outcome = co_await engine::plan_person(work.doors, deadline, work.profile, work.rows[at]);
        if (const auto* done = done_value(outcome)) {
            work.plans[at] = *done;
            co_return;
        }
        if (tried == most_tries || std::holds_alternative<Unauthorized>(outcome)) {
            work.stopped = cannot_plan(outcome);
            co_return;
        }
        auto until = work.clock.now() + tried * engine::first_backoff;
        if (const auto* throttled = std::get_if<Throttled>(&outcome))
            until = std::min(throttled->until, work.clock.now() + longest_wait);
        co_await work.clock.sleep_until(until);
    }
}

asio::awaitable<void> work_off(std::shared_ptr<Work> work) {
    while (!work->stopped && work->next < work->rows.size()) {
        co_await plan_one(*work, work->next++);
        work->changed.notify_all();
    }
    --work->workers;
    work->changed.notify_all();
}

// Whoever asked may go away in the middle: the others then stop as well.
struct StopAtEnd {
    Work& work;
    ~StopAtEnd() {
        if (!work.stopped)
            work.stopped = Fault{.code = FaultCode::interrupted, .where = {}, .what = {}, .cure = "-"};
    }
};

}  // namespace

ControlDesk::Answer ControlDesk::handle(const protocol::PlanRequest& request, Call& call) {
    if (call.descriptors.size() != 1)
        co_return Fault{.code = FaultCode::bad_request,
                        .where = "plan",
                        .what = "the open file did not come along",
                        .cure = "Use the upliftctl that came with the daemon."};
    const auto& service = parts_.intake.config().service;
    const auto creates_per_day = service.creates_per_day;
    Submission submission;
    submission.purpose = Submission::Purpose::check;
    submission.source = request.source;
    submission.submitter = call.caller;
    submission.profile = ProfileName{request.profile};
    submission.format = request.format;
    std::optional<Profile> profile;
    std::vector<IntakeRow> people;
    submission.people_taker = [&](const Profile& meant, std::vector<IntakeRow> rows) {
        profile = meant;
        for (auto& row : rows) people.push_back(std::move(row));
    };
    auto file = co_await spool_sealed(
        std::move(call.descriptors[0]), static_cast<std::int64_t>(service.max_file), request.source);
    if (!file) co_return file.error();
    submission.people = std::move(*file);
    const auto outcome = co_await parts_.intake.take(std::move(submission));
    if (const auto* postponed = std::get_if<Postponed>(&outcome)) co_return postponed->fault;
    if (const auto* rejected = std::get_if<Rejected>(&outcome)) {
        const auto first = rejected->faults.front();
        if (rejected->count == 1) co_return first;
        const auto count = rejected->count;
        co_await send_faults(call.peer, rejected->faults);
        co_return Fault{.code = first.code,
                        .where = request.source,
                        .what = "it has " + std::to_string(count) + " faults; nobody of it was planned",
                        .cure = "Mend what is named and plan it again."};
    }
    if (!profile) co_return std::nullopt;  // an empty file is refused above

    const auto directory = parts_.directories.find(profile->directory);
    auto* tenant = parts_.engine.door(profile->tenant);
    auto* mailboxes = parts_.engine.mailboxes(profile->tenant);
    if (directory == parts_.directories.end() || tenant == nullptr || mailboxes == nullptr)
        co_return Fault{.code = FaultCode::directory_unreachable,
                        .where = "profile." + profile->name.value,
                        .what = "the profile's directory or tenant is not there yet",
                        .cure = "Restart upliftd: a new one comes into force with a restart."};

    const engine::PlanDoors doors{
        .directory = *directory->second, .tenant = *tenant, .mailboxes = *mailboxes};
    const auto work = std::make_shared<Work>(doors, parts_.clock, *profile, std::move(people));
    const StopAtEnd stop{*work};
    const auto executor = co_await asio::this_coro::executor;
    for (auto left = work->workers; left > 0; --left)
        asio::co_spawn(executor, work_off(work), asio::detached);

    PlanLines lines(parts_.vault, request.bodies ? PlanLines::Bodies::shown : PlanLines::Bodies::left_out);
    for (std::size_t at = 0; at < work->rows.size(); ++at) {
        while (!work->plans[at] && !work->stopped) co_await work->changed.wait();
        if (!work->plans[at]) co_return *work->stopped;
        // The SKUs are read where anybody needs a licence, and then known for some minutes.
        std::vector<Sku> skus;
        if (!work->plans[at]->needs.licenses.empty()) {
            const auto known = co_await tenant->skus();
            if (const auto* all = done_value(known)) skus = *all;
        }
        const auto view = lines.line_of(work->rows[at], *work->plans[at], skus);
        work->plans[at].reset();
        const auto frame = protocol::reply_frame(view);
        co_await call.peer.write(frame);
    }
    const auto totals = lines.totals(profile->name, tenant->governor().writes_per_second(), creates_per_day);
    const auto frame = protocol::reply_frame(totals);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

}  // namespace uplift::daemon
