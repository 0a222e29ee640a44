// World: one simulated company: a directory, a tenant, a queue, the real engine under virtual time, and luck.
//
// A crash destroys the engine at an await and builds a new one on the same queue. One seed, one history.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/engine/engine.hpp"
#include "tests/sim/ablations.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/checker.hpp"
#include "tests/sim/clear_vault.hpp"
#include "tests/sim/crash.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/sim_directory.hpp"
#include "tests/sim/sim_tenant.hpp"
#include "tests/sim/virtual_clock.hpp"

namespace uplift::sim {

// The cellar that outlives the engine: any Queue, and how it takes a restart.
struct Cellar {
    std::unique_ptr<engine::Queue> queue;
    std::function<void()> restart;
    std::function<std::int64_t()> open;  // jobs that have not ended
    // Everything of a job but its passwords, for the checker.
    std::function<std::vector<EnrollmentDetail>(JobId)> details;
};
Cellar memory_cellar();
// The real SQLite store without a thread, on a file or ":memory:".
Cellar sqlite_cellar(const std::string& path);

struct WorldSettings {
    std::int64_t people = 1000;
    Faults faults;
    Ablation ablation = Ablation::none;
    Seed seed;
    unsigned strangers_per_mille = 50;  // planned names that belong to somebody else
    unsigned existing_per_mille = 30;   // people who have their account already
    unsigned unknown_per_mille = 10;    // rows that name nobody
    unsigned twice_per_mille = 30;      // people who stand in a second job as well
    double writes_per_second = 200;
};

class World {
 public:
    World(WorldSettings settings, Cellar cellar);
    ~World();

    // Runs until every job has ended, through every crash. `limit`: virtual time at which it gives up.
    void run(Duration limit = std::chrono::days{60});
    // Reveals the passwords on the way, as an operator would: once.
    [[nodiscard]] Verdicts check();
    // A short text of the whole history's end: equal for equal seeds.
    [[nodiscard]] std::string fingerprint();

    VirtualClock& clock() { return clock_; }
    SimTenant& tenant() { return tenant_; }
    SimDirectory& directory() { return directory_; }

 private:
    enum class Expect : std::uint8_t { account, conflict, nobody };
    struct Row {
        JobId job;
        Guid person;
        Anchor anchor;
        std::string upn;
        Expect expect;
    };
    struct Life;  // one life of the engine

    void populate();
    JobId submit(const std::vector<std::size_t>& rows, const std::string& label);
    void born();
    void die();
    // {account: passwords that the handover gives for it}
    std::map<ObjectId, std::set<std::string>> reveal(JobId job, const std::vector<EnrollmentDetail>& details);
    void check_row(const Row& row, const EnrollmentDetail& detail, Verdicts& verdicts);

    WorldSettings settings_;
    Chance chance_;
    Cellar cellar_;
    VirtualClock clock_;
    Crash crash_;
    SimTenant tenant_;
    SimDirectory directory_;
    ClearVault vault_;
    SeededEntropy entropy_;
    std::vector<Row> rows_;
    std::map<JobId, std::vector<std::size_t>> jobs_;      // rows of each job, in order
    std::map<std::string, Anchor, std::less<>> planned_;  // upn -> whose it is meant to be
    std::unique_ptr<Life> life_;
};

}  // namespace uplift::sim
