// IntakeService: the one intake, for the watched folder and for the control socket.
//
// Takes a private copy, finds the open job with the same fingerprint, checks the whole file, stores its
// people (people_source.hpp) in chunks under a job nobody sees yet, and shows the job. A file is taken whole
// or not at all: it is read through once for its faults before anything is stored, which a private copy makes
// safe. Network thread only; gives way to other work between slices.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
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
#include "daemon/intake_outcome.hpp"
#include "daemon/people_source.hpp"
#include "daemon/protocol/request.hpp"
#include "daemon/spool.hpp"

namespace uplift::daemon {

struct Submission {
    Spooled people;
    std::string source;  // the file's name as people know it
    protocol::FileFormat format = protocol::FileFormat::csv;
    // Of the folder or the command; empty: what the file names, else the default profile.
    ProfileName profile;
    std::string label;
    std::optional<TimePoint> run_at;
    Actor submitter;
    std::optional<Secret> password;  // typed for this job
    enum class Purpose : std::uint8_t { job, check } purpose = Purpose::job;
    // Of a check: is given everybody, after no fault was found, with the profile that a job would have.
    std::function<void(const Profile&, std::vector<IntakeRow>)> people_taker;
    // Called with the id that a new job will have, after its rows are stored and before it is shown. A fault
    // postpones the submission.
    std::function<boost::asio::awaitable<Result<void>>(JobId)> before_commit;
};

class IntakeService {
 public:
    struct Parts {
        engine::Queue& queue;
        engine::Vault& vault;
        engine::Clock& clock;
        engine::Journal& journal;
        config::SecretSource secrets;
        std::map<DirectoryName, engine::Directory*> directories;
        std::function<void()> accepted;  // something may be due
        // Why no job may be accepted now (nobody could open its passwords), where that is so.
        std::function<std::optional<Fault>()> not_now = {};
    };
    IntakeService(Parts parts, std::shared_ptr<const config::Config> config);

    // For submissions from now on.
    void use(std::shared_ptr<const config::Config> config) { config_ = std::move(config); }
    [[nodiscard]] const config::Config& config() const { return *config_; }

    // Empty: the default one. Fault unknown_profile, placed at `where`.
    [[nodiscard]] Result<Profile> profile_named(ProfileName name, const std::string& where) const;

    // By value: it lives as long as the coroutine.
    boost::asio::awaitable<IntakeOutcome> take(Submission submission);

 private:
    Result<std::optional<std::string>> sealed_password(const Profile& profile,
                                                       const Submission& submission,
                                                       const std::string& fingerprint) const;
    [[nodiscard]] Result<Profile> profile_of(const Submission& submission,
                                             const std::optional<std::string>& named_in_file) const;
    boost::asio::awaitable<IntakeOutcome> take_from(PeopleSource& source,
                                                    Submission& submission,
                                                    const Profile& profile);
    boost::asio::awaitable<IntakeOutcome> check(PeopleSource& source,
                                                const Submission& submission,
                                                const Profile& profile);
    boost::asio::awaitable<IntakeOutcome> store(PeopleSource& source, Submission& submission, NewJob job);
    // A job filled with everybody, and not shown yet.
    struct FilledJob {
        JobId job;
        Filled people;
    };
    boost::asio::awaitable<std::variant<FilledJob, Rejected, Postponed>> fill(PeopleSource& source,
                                                                              const NewJob& job);

    Parts parts_;
    std::shared_ptr<const config::Config> config_;
};

}  // namespace uplift::daemon
