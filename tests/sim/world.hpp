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
#include "tests/sim/sim_mailboxes.hpp"
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

// accounts: one licence, two groups. everything: several licences and groups of all kinds, managers, mailbox
// settings, seats that are short for a while.
enum class Work : std::uint8_t { accounts, everything };

struct WorldSettings {
    Work work = Work::accounts;
    std::int64_t people = 1000;
    Faults faults;
    Ablation ablation = Ablation::none;
    Seed seed;
    unsigned strangers_per_mille = 50;  // planned names that belong to somebody else
    unsigned existing_per_mille = 30;   // people who have their account already
    unsigned unknown_per_mille = 10;    // rows that name nobody
    unsigned twice_per_mille = 30;      // people who stand in a second job as well
    double writes_per_second = 200;
    // Of the work `everything`
    MailboxWeather weather;
    unsigned seats_short_per_mille = 100;     // of the seats that are needed, until more are bought
    unsigned strangers_seats_per_mille = 20;  // of the seats that are there, taken under our eyes
    Duration seats_bought_after = std::chrono::hours{48};
    unsigned alias_taken_per_mille = 20;
    unsigned mailbox_before_per_mille = 300;  // of those who have their account already
};

// One enrollment in a line: its steps and its first attempts.
std::string example(const EnrollmentDetail& detail, std::string_view what);

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
    SimMailboxes& mailboxes() { return mailboxes_; }

 private:
    enum class Expect : std::uint8_t { account, conflict, nobody, alias_taken };
    // Which of the profiles.
    enum class Kind : std::uint8_t { staff, plain };
    struct Row {
        JobId job;
        Guid person;
        Anchor anchor;
        std::string upn;
        Expect expect;
        Kind kind = Kind::staff;
        std::optional<Anchor> manager;             // whom the directory names
        bool alias_held = false;                   // in Exchange only
        std::optional<LitigationHold> other_hold;  // set by somebody before
    };
    struct Event {
        TimePoint at;
        std::function<void()> happens;
    };
    struct Life;  // one life of the engine

    void populate();
    // world_tasks.cpp
    void furnish();
    void populate_everything();
    Row draw_person(std::int64_t number);
    void draw_managers();
    void plan_seats();
    void check_tasks(const Row& row, const EnrollmentDetail& detail, Verdicts& verdicts);
    std::string wrong_at(const Row& row, const EnrollmentDetail& detail, const SimAccount& account) const;

    JobId submit(const std::vector<std::size_t>& rows, const std::string& label, Profile profile);
    void what_happens_by_now();
    void born();
    void die();
    // {account: passwords that the handover gives for it}
    std::map<ObjectId, std::set<std::string>> reveal(JobId job, const std::vector<EnrollmentDetail>& details);
    [[nodiscard]] bool is_renamed(const Row& row) const;
    void check_row(const Row& row, const EnrollmentDetail& detail, Verdicts& verdicts);

    WorldSettings settings_;
    Chance chance_;
    Cellar cellar_;
    VirtualClock clock_;
    Crash crash_;
    SimTenant tenant_;
    SimMailboxes mailboxes_;
    SimDirectory directory_;
    ClearVault vault_;
    SeededEntropy entropy_;
    std::vector<Row> rows_;
    std::map<JobId, std::vector<std::size_t>> jobs_;      // rows of each job, in order
    std::map<std::string, Anchor, std::less<>> planned_;  // upn -> whose it is meant to be
    std::vector<Person> people_;                          // of the directory, until it has them all
    std::vector<Event> events_;                           // of the world, by time
    std::unique_ptr<Life> life_;
};

}  // namespace uplift::sim
