#include "daemon/control_desk.hpp"

#include <algorithm>
#include <utility>

#include "daemon/protocol/program_version.hpp"
#include "daemon/task_views.hpp"
#include "daemon/views.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

// With every byte escaped as \u00xx, six bytes each, a piece still fits a frame.
constexpr std::size_t piece_size = 10'000;
constexpr std::size_t most_attempts_shown = 100;
constexpr std::size_t people_at_once = 500;
constexpr std::size_t most_overdue_counted = 10'000;
constexpr std::size_t most_jobs_of_a_person = 20;

Fault no_such_job(const std::string& job) {
    return Fault{.code = FaultCode::no_such_job,
                 .where = job,
                 .what = "there is no such job",
                 .cure = "`upliftctl jobs` lists them."};
}

}  // namespace

std::vector<std::string_view> frame_pieces(std::string_view text) {
    std::vector<std::string_view> pieces;
    while (!text.empty()) {
        auto length = std::min(piece_size, text.size());
        while (length < text.size() && length > 1 &&
               (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
            --length;
        pieces.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return pieces;
}

asio::awaitable<ControlDesk::Ended> ControlDesk::answer(protocol::Request request,
                                                        Actor caller,
                                                        std::vector<protocol::UniqueFd> descriptors,
                                                        ControlConnection& peer) {
    Call call{.caller = std::move(caller), .descriptors = std::move(descriptors), .peer = peer};
    auto handling =
        std::visit([&](const auto& which) { return handle(which, call); }, std::as_const(request));
    co_return co_await std::move(handling);
}

asio::awaitable<void> ControlDesk::send_text(ControlConnection& peer, std::string text) {
    for (const auto piece : frame_pieces(text)) {
        const protocol::TextView view{.text = std::string(piece)};
        const auto frame = protocol::reply_frame(view);
        co_await peer.write(frame);
    }
}

asio::awaitable<void> ControlDesk::send_faults(ControlConnection& peer, std::vector<Fault> faults) {
    for (const auto& fault : faults) {
        const auto frame = protocol::fault_frame(protocol::view_of(fault));
        co_await peer.write(frame);
    }
}

asio::awaitable<Result<JobSummary>> ControlDesk::summary_of(std::string job) {
    const auto id = parse_job_id(job);
    if (!id) co_return no_such_job(job);
    auto look = [id = *id](storage::Reader& reader) { return reader.job_summary(id); };
    auto summary = co_await parts_.reader.ask(look);
    if (!summary) co_return no_such_job(job);
    co_return std::move(*summary);
}

// ---- about the daemon ------------------------------------------------------------------------------

ControlDesk::Answer ControlDesk::handle(const protocol::VersionRequest&, Call& call) {
    const protocol::VersionView view{.version = protocol::program_version};
    const auto frame = protocol::reply_frame(view);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

asio::awaitable<protocol::StatusView> ControlDesk::status() {
    protocol::StatusView view;
    view.version = protocol::program_version;
    view.started_at = started_at_;
    const auto engine = parts_.engine.status();
    view.drained = engine.drained;
    for (const auto& tenant : engine.tenants) view.tenants.push_back(view_of(tenant));
    auto servers = parts_.servers();
    for (const auto& directory : engine.directories) {
        auto& door = view.directories.emplace_back(view_of(directory));
        auto& server = servers[directory.name];
        door.server = std::move(server.name);
        if (door.why.empty()) door.why = std::move(server.clock);
    }
    const auto overdue = parts_.intake.config().service.mailbox_overdue;
    struct Seen {
        storage::QueueTotals totals;
        std::vector<TaskSummary> old_tasks;
        std::vector<SeatSummary> seats;
    };
    auto look = [before = parts_.clock.now() - overdue](storage::Reader& reader) {
        storage::TaskFilter old;
        old.states = {StepState::pending, StepState::running, StepState::waiting};
        old.begun_before = before;
        return Seen{.totals = reader.totals(),
                    .old_tasks = reader.tasks(old, most_overdue_counted),
                    .seats = reader.seats()};
    };
    const auto seen = co_await parts_.reader.ask(look);
    const auto& totals = seen.totals;
    view.jobs_open = totals.open_jobs;
    view.enrollments = counts_of(totals.enrollments);
    view.warnings = parts_.warnings.all();
    for (auto& alert : alerts_of(seen.old_tasks, seen.seats, overdue))
        view.warnings.push_back(std::move(alert));
    if (const auto trouble = parts_.queue_trouble())
        view.warnings.insert(view.warnings.begin(), to_line(*trouble));
    const auto is_degraded = [](const protocol::DoorView& door) {
        return door.health != protocol::Health::ok;
    };
    if (std::any_of(view.tenants.begin(), view.tenants.end(), is_degraded) ||
        std::any_of(view.directories.begin(), view.directories.end(), is_degraded) || !view.warnings.empty())
        view.health = protocol::Health::degraded;
    co_return view;
}

ControlDesk::Answer ControlDesk::handle(const protocol::StatusRequest&, Call& call) {
    auto view = co_await status();
    // A frame has room for some hundred lines; the journal has them all.
    constexpr std::size_t most_warnings = 50;
    if (view.warnings.size() > most_warnings) {
        const auto more = view.warnings.size() - most_warnings;
        view.warnings.resize(most_warnings);
        view.warnings.push_back("… and " + std::to_string(more) + " more, in the journal");
    }
    const auto frame = protocol::reply_frame(view);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::ReloadRequest&, Call& call) {
    auto outcome = parts_.reload();
    AuditEntry entry{.at = parts_.clock.now(),
                     .actor = call.caller,
                     .action = outcome.faults.empty() ? "configuration_reloaded" : "configuration_refused",
                     .target = "",
                     .detail = "faults=" + std::to_string(outcome.faults.size()),
                     .attempt = std::nullopt};
    co_await parts_.queue.audit(std::move(entry));
    if (!outcome.faults.empty()) {
        const auto first = outcome.faults.front();
        const auto count = outcome.faults.size();
        co_await send_faults(call.peer, std::move(outcome.faults));
        co_return Fault{.code = first.code,
                        .where = "configuration",
                        .what = "it has " + std::to_string(count) + (count == 1 ? " fault" : " faults") +
                                "; the old one stays in force",
                        .cure = "Mend what is named and reload again."};
    }
    const auto frame = protocol::reply_frame(outcome.report);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

// ---- jobs ------------------------------------------------------------------------------------------

ControlDesk::Answer ControlDesk::handle(const protocol::JobsRequest& request, Call& call) {
    JobId before = storage::newest_job;
    for (auto left = request.limit; left > 0;) {
        const auto count = static_cast<std::size_t>(std::min<std::int64_t>(left, 100));
        auto look = [before, count](storage::Reader& reader) { return reader.list_jobs(before, count); };
        const auto jobs = co_await parts_.reader.ask(look);
        for (const auto& job : jobs) {
            const auto frame = protocol::reply_frame(view_of(job));
            co_await call.peer.write(frame);
        }
        if (jobs.size() < count) break;
        before = jobs.back().job.id;
        left -= static_cast<std::int64_t>(jobs.size());
    }
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::JobShowRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    const auto frame = protocol::reply_frame(view_of(*summary));
    co_await call.peer.write(frame);

    const auto failed = summary->enrollments[static_cast<std::size_t>(EnrollmentState::failed)];
    auto left = std::min(request.people, failed);
    for (std::int64_t after_row = 0; left > 0;) {
        auto look = [id = summary->job.id, after_row](storage::Reader& reader) {
            return reader.enrollments(id, after_row, people_at_once);
        };
        const auto people = co_await parts_.reader.ask(look);
        if (people.empty()) break;
        for (const auto& person : people) {
            if (left == 0 || person.enrollment.state != EnrollmentState::failed) continue;
            const auto line = protocol::reply_frame(failed_view_of(person));
            co_await call.peer.write(line);
            --left;
        }
        after_row = people.back().enrollment.row;
    }
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::WhyRequest& request, Call& call) {
    auto look = [name = request.person](storage::Reader& reader) {
        return reader.find_person(name, most_jobs_of_a_person);
    };
    const auto found = co_await parts_.reader.ask(look);
    for (const auto& person : found) {
        auto tell = [person](storage::Reader& reader) -> std::optional<Story> {
            auto job = reader.job_summary(person.enrollment.job);
            if (!job) return std::nullopt;
            return Story{.detail = person, .job = *job, .events = reader.audit_of(person.enrollment.id)};
        };
        const auto story = co_await parts_.reader.ask(std::move(tell));
        if (!story) continue;
        std::string frame;
        for (auto most = most_attempts_shown; frame.empty() || frame.size() > protocol::max_frame;
             most /= 2) {
            frame = protocol::reply_frame(why_view_of(*story, most));
            if (most == 0) break;
        }
        co_await call.peer.write(frame);
    }
    if (!found.empty()) co_return std::nullopt;
    co_return Fault{
        .code = FaultCode::no_such_person,
        .where = request.person,
        .what = "no job has had this person",
        .cure = "Name them by objectGUID, userPrincipalName, sAMAccountName or distinguishedName."};
}

ControlDesk::Answer ControlDesk::handle(const protocol::JobCancelRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    const auto changed = co_await parts_.queue.cancel_job(summary->job.id, call.caller, parts_.clock.now());
    if (!changed) co_return changed.error();
    parts_.engine.wake();
    parts_.job_cancelled(changed->job);
    const protocol::ChangedView view{.id = to_string(changed->job), .steps = changed->steps};
    const auto frame = protocol::reply_frame(view);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

ControlDesk::Answer ControlDesk::handle(const protocol::JobRetryRequest& request, Call& call) {
    const auto summary = co_await summary_of(request.job);
    if (!summary) co_return summary.error();
    const auto changed = co_await parts_.queue.retry_job(summary->job.id, call.caller, parts_.clock.now());
    if (!changed) co_return changed.error();
    parts_.engine.wake();
    const protocol::ChangedView view{.id = to_string(changed->job), .steps = changed->steps};
    const auto frame = protocol::reply_frame(view);
    co_await call.peer.write(frame);
    co_return std::nullopt;
}

}  // namespace uplift::daemon
