// Engine: what happens next. One scheduler a tenant over the ports it is given.
//
// All of it runs on one executor (the network thread, or the simulation's): no locks. The parts outlive it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/engine/directory_door.hpp"
#include "core/engine/mailbox_door.hpp"
#include "core/engine/ports/entropy.hpp"
#include "core/engine/ports/journal.hpp"
#include "core/engine/ports/mailboxes.hpp"
#include "core/engine/ports/queue.hpp"
#include "core/engine/ports/vault.hpp"
#include "core/engine/signal.hpp"
#include "core/engine/tenant_door.hpp"

namespace uplift::engine {

class Scheduler;

struct TenantPart {
    Tenant* tenant = nullptr;
    Mailboxes* mailboxes = nullptr;
    TenantSettings settings;
};

struct EngineParts {
    Clock& clock;
    Entropy& entropy;
    Queue& queue;
    Vault& vault;
    Journal& journal;
    std::map<DirectoryName, Directory*> directories;
    std::map<TenantName, TenantPart> tenants;
};

struct DoorStatus {
    std::string name;
    std::optional<Fault> resting_because;
    std::optional<TimePoint> resting_until;
};
struct TenantStatus {
    DoorStatus door;
    std::optional<TimePoint> throttled_until;
    double writes_per_second = 0;
    std::size_t in_flight = 0;
    std::int64_t steps_ended = 0;  // since the engine started
    std::int64_t rounds = 0;       // of the tenant's loop: one more after every wake() while it is alive
};
struct EngineStatus {
    bool drained = false;
    std::vector<TenantStatus> tenants;
    std::vector<DoorStatus> directories;
};

class Engine {
 public:
    Engine(boost::asio::any_io_executor executor, EngineParts parts);
    ~Engine();

    void start();
    // Something may be due (a job was accepted, an operator revived steps).
    void wake();
    // Secrets or addresses of doors have changed: whoever rests is tried again now.
    void try_doors_again();
    // Begins nothing until undrained; what is in flight ends.
    void drain();
    void undrain();
    // Claims nothing more; returns when what is in flight has ended, or at `deadline`: what is on the wire
    // then stays recorded as sent, and is looked up at the next start.
    boost::asio::awaitable<void> stop(TimePoint deadline);
    // A tenant's door, for reads on somebody's behalf; null where there is no such tenant. It lives as long
    // as the engine.
    TenantDoor* door(const TenantName& tenant);
    MailboxDoor* mailboxes(const TenantName& tenant);
    // Reads the tenant's seats now; whoever waits for one may go on.
    boost::asio::awaitable<void> refresh_seats(TenantName tenant);
    [[nodiscard]] EngineStatus status() const;
    // A job has ended: its results are to be written.
    void on_job_ended(std::function<void(JobId)> listener);

 private:
    struct Loop;
    boost::asio::awaitable<void> end_of(boost::asio::awaitable<void> work);

    boost::asio::any_io_executor executor_;
    EngineParts parts_;
    std::map<DirectoryName, DirectoryDoor> directories_;
    std::vector<std::unique_ptr<Loop>> loops_;
    bool drained_ = false;
    std::size_t loops_running_ = 0;
    Signal loop_ended_;
};

}  // namespace uplift::engine
