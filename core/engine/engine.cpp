#include "core/engine/engine.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/engine/mailbox_watch.hpp"
#include "core/engine/scheduler.hpp"
#include "core/engine/seat_watch.hpp"

namespace uplift::engine {

struct Engine::Loop {
    Loop(boost::asio::any_io_executor executor, SchedulerPorts ports, TenantName name, const TenantPart& part)
        : door(std::move(name), *part.tenant, ports.clock, part.settings),
          mailboxes(*part.mailboxes, ports.clock, part.settings),
          scheduler(executor, ports, door, mailboxes),
          mailbox_watch(executor,
                        {.clock = ports.clock, .queue = ports.queue, .journal = ports.journal},
                        door.name(),
                        mailboxes,
                        part.settings),
          seat_watch(executor, ports.clock, ports.queue, door) {
        mailbox_watch.on_woken = [this] { scheduler.wake(); };
        seat_watch.on_woken = [this] { scheduler.wake(); };
    }
    TenantDoor door;
    MailboxDoor mailboxes;
    Scheduler scheduler;
    MailboxWatch mailbox_watch;
    SeatWatch seat_watch;
};

Engine::Engine(boost::asio::any_io_executor executor, EngineParts parts)
    : executor_(std::move(executor)), parts_(std::move(parts)) {
    for (const auto& [name, directory] : parts_.directories)
        directories_.try_emplace(name, *directory, parts_.clock);
    const SchedulerPorts ports{.clock = parts_.clock,
                               .entropy = parts_.entropy,
                               .queue = parts_.queue,
                               .vault = parts_.vault,
                               .journal = parts_.journal,
                               .directories = directories_};
    for (const auto& [name, part] : parts_.tenants) {
        loops_.push_back(std::make_unique<Loop>(executor_, ports, name, part));
        // A person may wait in another tenant's loop as well: other_job is per tenant, so only one is woken,
        // but a wake costs next to nothing.
        loops_.back()->scheduler.on_woken = [this] { wake(); };
    }
}

Engine::~Engine() = default;

void Engine::start() {
    for (auto& loop : loops_) {
        loops_running_ += 3;
        boost::asio::co_spawn(executor_, end_of(loop->scheduler.run()), boost::asio::detached);
        boost::asio::co_spawn(executor_, end_of(loop->mailbox_watch.run()), boost::asio::detached);
        boost::asio::co_spawn(executor_, end_of(loop->seat_watch.run()), boost::asio::detached);
    }
}

boost::asio::awaitable<void> Engine::end_of(boost::asio::awaitable<void> work) {
    co_await std::move(work);
    --loops_running_;
    loop_ended_.notify_all();
}

void Engine::wake() {
    for (auto& loop : loops_) loop->scheduler.wake();
}

void Engine::try_doors_again() {
    for (auto& loop : loops_) {
        loop->door.end_rest();
        loop->mailboxes.end_rest();
    }
    for (auto& [name, door] : directories_) door.end_rest();
    wake();
}

void Engine::drain() {
    drained_ = true;
    for (auto& loop : loops_) loop->scheduler.set_drained(Scheduler::Drained::yes);
}

void Engine::undrain() {
    drained_ = false;
    for (auto& loop : loops_) loop->scheduler.set_drained(Scheduler::Drained::no);
}

boost::asio::awaitable<void> Engine::stop(TimePoint deadline) {
    for (auto& loop : loops_) {
        loop->scheduler.stop();
        loop->mailbox_watch.stop();
        loop->seat_watch.stop();
    }
    auto ring = [](Clock& clock, TimePoint time, Signal& signal) -> boost::asio::awaitable<void> {
        co_await clock.sleep_until(time);
        signal.notify_all();
    };
    boost::asio::co_spawn(executor_, ring(parts_.clock, deadline, loop_ended_), boost::asio::detached);
    while (loops_running_ > 0 && parts_.clock.now() < deadline) co_await loop_ended_.wait();
}

TenantDoor* Engine::door(const TenantName& tenant) {
    for (auto& loop : loops_)
        if (loop->door.name() == tenant) return &loop->door;
    return nullptr;
}

MailboxDoor* Engine::mailboxes(const TenantName& tenant) {
    for (auto& loop : loops_)
        if (loop->door.name() == tenant) return &loop->mailboxes;
    return nullptr;
}

boost::asio::awaitable<void> Engine::refresh_seats(TenantName tenant) {
    for (auto& loop : loops_)
        if (loop->door.name() == tenant) co_await loop->seat_watch.refresh();
}

EngineStatus Engine::status() const {
    EngineStatus status;
    status.drained = drained_;
    const auto now = parts_.clock.now();
    for (const auto& loop : loops_) {
        const auto& door = loop->door;
        TenantStatus tenant{.door = {.name = door.name().value,
                                     .resting_because = door.rest().fault(),
                                     .resting_until = door.rest().until()},
                            .throttled_until = std::nullopt,
                            .writes_per_second = door.governor().writes_per_second(),
                            .in_flight = loop->scheduler.in_flight(),
                            .steps_ended = loop->scheduler.steps_ended(),
                            .rounds = loop->scheduler.rounds()};
        if (door.governor().held_until() > now) tenant.throttled_until = door.governor().held_until();
        status.tenants.push_back(std::move(tenant));
    }
    for (const auto& [name, door] : directories_)
        status.directories.push_back(DoorStatus{.name = name.value,
                                                .resting_because = door.rest().fault(),
                                                .resting_until = door.rest().until()});
    return status;
}

void Engine::on_job_ended(std::function<void(JobId)> listener) {
    for (auto& loop : loops_) loop->scheduler.on_job_ended = listener;
}

}  // namespace uplift::engine
