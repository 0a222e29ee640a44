// Scheduler: the loop of one tenant. It asks the queue for what is due, as much as the governor has room for,
// and lets each claimed step walk. It holds what is in flight, never the backlog.
//
// Engine thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "core/engine/runner.hpp"
#include "core/engine/signal.hpp"

namespace uplift::engine {

// What a scheduler reaches; all of it outlives the scheduler.
struct SchedulerPorts {
    Clock& clock;
    Entropy& entropy;
    Queue& queue;
    Vault& vault;
    Journal& journal;
    std::map<DirectoryName, DirectoryDoor>& directories;
};

class Scheduler {
 public:
    Scheduler(boost::asio::any_io_executor executor,
              SchedulerPorts ports,
              TenantDoor& tenant,
              MailboxDoor& mailboxes);

    // The loop; ends after stop() when nothing is in flight any more.
    boost::asio::awaitable<void> run();
    // Something may be due: a job was shown, an operator revived steps.
    void wake();
    void stop();
    // While drained nothing is claimed, and a walk under way leaves its next step.
    enum class Drained : std::uint8_t { no, yes };
    void set_drained(Drained drained);
    // Called when a job has ended (its results are to be written) and when a walk woke other people.
    std::function<void(JobId)> on_job_ended;
    std::function<void()> on_woken;

    [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
    [[nodiscard]] std::int64_t steps_ended() const { return steps_ended_; }
    // How often the loop came round. Every wake() leads to one more while it is alive.
    [[nodiscard]] std::int64_t rounds() const { return rounds_; }

 private:
    boost::asio::awaitable<void> walk(StepTask task);
    boost::asio::awaitable<std::shared_ptr<const Job>> facts_of(JobId job);
    boost::asio::awaitable<void> wait_for_work();
    boost::asio::awaitable<void> ring_at(TimePoint time);
    [[nodiscard]] std::size_t room() const;

    boost::asio::any_io_executor executor_;
    SchedulerPorts ports_;
    TenantDoor& tenant_;
    MailboxDoor& mailboxes_;
    Signal bell_;
    enum class Bell : std::uint8_t { silent, rung } rung_ = Bell::silent;
    enum class Mode : std::uint8_t { running, stopping } mode_ = Mode::running;
    Drained drained_ = Drained::no;
    std::optional<TimePoint> next_ring_;
    std::set<TaskId> in_flight_;  // delayed tasks of one person run side by side
    std::map<JobId, std::shared_ptr<const Job>> jobs_;
    std::int64_t steps_ended_ = 0;
    std::int64_t rounds_ = 0;
};

}  // namespace uplift::engine
