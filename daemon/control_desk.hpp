// ControlDesk: answers one request of one caller. What each verb does is here; who may ask it is in
// roles.hpp, how it travels in control_server.hpp.
//
// Network thread only. A peer that goes away ends its answer by a system_error.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/engine.hpp"
#include "daemon/control_connection.hpp"
#include "daemon/doctor.hpp"
#include "daemon/intake_service.hpp"
#include "daemon/protocol/frame.hpp"
#include "daemon/reader_thread.hpp"
#include "daemon/warnings.hpp"

namespace uplift::daemon {

// What a reload came to: the configuration is in force, or none of it is.
struct ReloadOutcome {
    std::vector<Fault> faults;
    protocol::ReloadView report;
};

class ControlDesk {
 public:
    struct Parts {
        ReaderThread& reader;
        engine::Queue& queue;
        engine::Vault& vault;
        engine::Clock& clock;
        engine::Journal& journal;
        IntakeService& intake;
        Warnings& warnings;
        engine::Engine& engine;
        Doctor& doctor;
        std::map<DirectoryName, engine::Directory*> directories;
        // The domain controller in use of each directory, and a word about its clock where it needs one.
        struct Server {
            std::string name;
            std::string clock;
        };
        std::function<std::map<std::string, Server>()> servers;
        std::function<ReloadOutcome()> reload;
        // Remembers for the next start whether the daemon is drained.
        std::function<boost::asio::awaitable<void>(bool)> remember_drained;
        // The files of a job that is forgotten: what was accepted, and its results.
        std::function<void(JobId)> forget_files;
        // A job may have ended by being cancelled.
        std::function<void(JobId)> job_cancelled;
        // Why the queue takes nothing now (a full disk), where that is so.
        std::function<std::optional<Fault>()> queue_trouble;
    };
    explicit ControlDesk(Parts parts) : parts_(std::move(parts)), started_at_(parts_.clock.now()) {}

    // Sends the replies; nothing where all went well, else the fault that ends the answer.
    using Ended = std::optional<Fault>;
    boost::asio::awaitable<Ended> answer(protocol::Request request,
                                         Actor caller,
                                         std::vector<protocol::UniqueFd> descriptors,
                                         ControlConnection& peer);

    // Also for systemd's status line.
    boost::asio::awaitable<protocol::StatusView> status();

 private:
    struct Call {
        Actor caller;
        std::vector<protocol::UniqueFd> descriptors;
        ControlConnection& peer;
    };
    using Answer = boost::asio::awaitable<Ended>;

    Answer handle(const protocol::VersionRequest& request, Call& call);
    Answer handle(const protocol::StatusRequest& request, Call& call);
    Answer handle(const protocol::SubmitRequest& request, Call& call);
    Answer handle(const protocol::JobsRequest& request, Call& call);
    Answer handle(const protocol::JobShowRequest& request, Call& call);
    Answer handle(const protocol::JobExportRequest& request, Call& call);
    Answer handle(const protocol::WhyRequest& request, Call& call);
    Answer handle(const protocol::JobCancelRequest& request, Call& call);
    Answer handle(const protocol::JobRetryRequest& request, Call& call);
    Answer handle(const protocol::JobPasswordsRequest& request, Call& call);
    Answer handle(const protocol::PasswordsTakenRequest& request, Call& call);
    Answer handle(const protocol::ReloadRequest& request, Call& call);
    Answer handle(const protocol::JobPauseRequest& request, Call& call);
    Answer handle(const protocol::JobResumeRequest& request, Call& call);
    Answer handle(const protocol::JobPurgeRequest& request, Call& call);
    Answer handle(const protocol::DrainRequest& request, Call& call);
    Answer handle(const protocol::UndrainRequest& request, Call& call);
    Answer handle(const protocol::UsersRequest& request, Call& call);
    Answer handle(const protocol::ConfigShowRequest& request, Call& call);
    Answer handle(const protocol::DoctorRequest& request, Call& call);
    Answer handle(const protocol::TasksRequest& request, Call& call);
    Answer handle(const protocol::TaskOrderRequest& request, Call& call);
    Answer handle(const protocol::SeatsRequest& request, Call& call);
    Answer handle(const protocol::PlanRequest& request, Call& call);

    boost::asio::awaitable<Result<JobSummary>> summary_of(std::string job);
    Answer ordered(JobId job, Result<engine::Effect> effect, Call& call);
    Answer set_drained(bool drained, Call& call);
    boost::asio::awaitable<void> send_text(ControlConnection& peer, std::string text);
    boost::asio::awaitable<void> send_faults(ControlConnection& peer, std::vector<Fault> faults);

    Parts parts_;
    TimePoint started_at_;
};

// `text` cut into pieces that each fit a frame, never inside of a character. Pure.
std::vector<std::string_view> frame_pieces(std::string_view text);

}  // namespace uplift::daemon
