// IntakeService: the one intake, for the watched folder and for the control socket.
//
// Takes a private copy, finds the open job with the same fingerprint, checks the whole file, stores its rows
// in chunks under a job nobody sees yet, and shows the job. A file is taken whole or not at all: it is read
// through once for its faults before anything is stored, which a private copy makes safe.
// Network thread only; gives way to other work between slices.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/config.hpp"
#include "config/secrets_file.hpp"
#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/journal.hpp"
#include "core/engine/ports/queue.hpp"
#include "core/engine/ports/vault.hpp"
#include "daemon/spool.hpp"

namespace uplift::daemon {

struct Submission {
    Spooled people;
    std::string source;  // the file's name as people know it
    ProfileName profile;
    std::string label;
    Actor submitter;
    std::optional<Secret> password;  // typed for this job
    // Called with the id that a new job will have, after its rows are stored and before it is shown. A fault
    // postpones the submission.
    std::function<boost::asio::awaitable<Result<void>>(JobId)> before_commit;
};

struct Accepted {
    JobId job;
    engine::Acceptance acceptance = engine::Acceptance::new_job;
    std::int64_t people = 0;  // of a new job
};
// The submission itself is wrong.
struct Rejected {
    std::vector<Fault> faults;  // at most 1,000
    std::int64_t count = 0;
};
// Nothing wrong with it, it cannot be taken now (no room): to be tried again.
struct Postponed {
    Fault fault;
};
using IntakeOutcome = std::variant<Accepted, Rejected, Postponed>;

class IntakeService {
 public:
    struct Parts {
        engine::Queue& queue;
        engine::Vault& vault;
        engine::Clock& clock;
        engine::Journal& journal;
        config::SecretSource secrets;
        std::function<void()> accepted;  // something may be due
    };
    IntakeService(Parts parts, std::shared_ptr<const config::Config> config);

    // For submissions from now on.
    void use(std::shared_ptr<const config::Config> config) { config_ = std::move(config); }
    [[nodiscard]] const config::Config& config() const { return *config_; }

    // By value: it lives as long as the coroutine.
    boost::asio::awaitable<IntakeOutcome> take(Submission submission);

 private:
    Result<std::optional<std::string>> sealed_password(const Profile& profile,
                                                       const Submission& submission,
                                                       const std::string& fingerprint) const;
    boost::asio::awaitable<IntakeOutcome> store(const Submission& submission,
                                                NewJob job,
                                                std::int64_t people);

    Parts parts_;
    std::shared_ptr<const config::Config> config_;
};

}  // namespace uplift::daemon
