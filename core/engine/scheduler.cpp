#include "core/engine/scheduler.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace uplift::engine {
namespace {

// Longer than everything that a walk may wait for while it is in flight; a restart voids leases anyway.
constexpr Duration lease_length = std::chrono::minutes{60};
// Facts of jobs are kept for so many; they are read again when needed.
constexpr std::size_t most_jobs_kept = 64;
// Without any due time the queue is looked at again after this, should a wake ever be missed.
constexpr Duration idle_look = std::chrono::minutes{1};

}  // namespace

Scheduler::Scheduler(boost::asio::any_io_executor executor,
                     SchedulerPorts ports,
                     TenantDoor& tenant,
                     MailboxDoor& mailboxes)
    : executor_(std::move(executor)), ports_(ports), tenant_(tenant), mailboxes_(mailboxes) {}

boost::asio::awaitable<void> Scheduler::run() {
    while (mode_ == Mode::running) {
        ++rounds_;
        rung_ = Bell::silent;
        std::vector<StepTask> due;
        if (const auto limit = room(); limit > 0) {
            const auto now = ports_.clock.now();
            ClaimRequest request{
                .tenant = tenant_.name(), .limit = limit, .now = now, .lease_until = now + lease_length};
            due = co_await ports_.queue.claim(std::move(request));
        }
        for (auto& task : due) {
            // A lease that ran out under a walk of ours: it is still walking.
            if (!in_flight_.insert({task.enrollment.id, task.step.kind}).second) continue;
            boost::asio::co_spawn(executor_, walk(std::move(task)), boost::asio::detached);
        }
        if (due.empty()) co_await wait_for_work();
    }
    while (!in_flight_.empty()) co_await bell_.wait();
}

std::size_t Scheduler::room() const {
    if (drained_ == Drained::yes) return 0;
    const auto& rest = tenant_.rest();
    // A door that rests gets one probe at a time when its rest is over, and nothing before.
    if (rest.now_resting(ports_.clock.now())) return 0;
    const std::size_t most = rest.until() ? 1 : tenant_.governor().room();
    return most > in_flight_.size() ? most - in_flight_.size() : 0;
}

boost::asio::awaitable<void> Scheduler::wait_for_work() {
    const auto now = ports_.clock.now();
    TimePoint next = now + idle_look;
    const auto& rest = tenant_.rest();
    if (rest.now_resting(now)) {
        next = *rest.until();
    } else if (room() > 0) {
        if (const auto due = co_await ports_.queue.next_due(tenant_.name())) next = std::min(next, *due);
    }
    // Rung while the queue was asked: look again at once.
    if (rung_ == Bell::rung || mode_ == Mode::stopping) co_return;
    next = std::max(next, now + std::chrono::milliseconds{1});
    if (!next_ring_ || next < *next_ring_) {
        next_ring_ = next;
        boost::asio::co_spawn(executor_, ring_at(next), boost::asio::detached);
    }
    co_await bell_.wait();
}

boost::asio::awaitable<void> Scheduler::ring_at(TimePoint time) {
    co_await ports_.clock.sleep_until(time);
    if (next_ring_ && *next_ring_ <= time) next_ring_.reset();
    wake();
}

boost::asio::awaitable<std::shared_ptr<const Job>> Scheduler::facts_of(JobId job) {
    if (const auto known = jobs_.find(job); known != jobs_.end()) co_return known->second;
    auto facts = co_await ports_.queue.job(job);
    if (jobs_.size() >= most_jobs_kept) jobs_.erase(jobs_.begin());
    jobs_[job] = facts;
    co_return facts;
}

boost::asio::awaitable<void> Scheduler::walk(StepTask task) {
    const TaskId in_flight{task.enrollment.id, task.step.kind};
    auto job = co_await facts_of(task.enrollment.job);
    const auto directory = ports_.directories.find(job->profile.directory);
    if (directory == ports_.directories.end()) {
        // The configuration no longer has the directory of this job: it waits until it is there again.
        ports_.journal.write(Level::error,
                             "job waits: its directory is not configured",
                             {{"job", to_string(job->id)}, {"directory", job->profile.directory.value}});
        co_await ports_.queue.release(in_flight.enrollment, in_flight.kind, ports_.clock.now() + idle_look);
    } else {
        StepPorts ports{.clock = ports_.clock,
                        .entropy = ports_.entropy,
                        .queue = ports_.queue,
                        .vault = ports_.vault,
                        .journal = ports_.journal,
                        .directory = directory->second,
                        .tenant = tenant_,
                        .mailboxes = mailboxes_,
                        .job = job};
        std::function<bool()> going_on = [this] { return mode_ == Mode::running && drained_ == Drained::no; };
        const auto end = co_await run_walk(std::move(ports), std::move(task), std::move(going_on));
        steps_ended_ += end.steps_ended;
        if (end.job_ended && on_job_ended) on_job_ended(*end.job_ended);
        if (end.woken > 0 && on_woken) on_woken();
    }
    in_flight_.erase(in_flight);
    wake();
}

void Scheduler::wake() {
    rung_ = Bell::rung;
    bell_.notify_all();
}

void Scheduler::set_drained(Drained drained) {
    drained_ = drained;
    wake();
}

void Scheduler::stop() {
    mode_ = Mode::stopping;
    bell_.notify_all();
}

}  // namespace uplift::engine
