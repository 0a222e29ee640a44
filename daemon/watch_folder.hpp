// WatchFolder: takes files that people drop into the inbox, when they are complete.
//
// inotify tells when something was moved in, closed or changed; every 30 s, and after an overflow, the folder
// is read as well, so that nothing is missed (remote writers raise no events). One file at a time: a flood
// slows down the intake, not the running jobs. Which file comes when is in sightings.hpp, what is decided
// about it in folder_rules.hpp and examine_file.hpp, how files move in intake_rooms.hpp.
// Network thread; what may wait for a disk is asked of the files' thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "daemon/examine_file.hpp"
#include "daemon/files_thread.hpp"
#include "daemon/inbox_events.hpp"
#include "daemon/inbox_look.hpp"
#include "daemon/intake_rooms.hpp"
#include "daemon/intake_service.hpp"
#include "daemon/sightings.hpp"
#include "daemon/warnings.hpp"

namespace uplift::daemon {

class WatchFolder {
 public:
    enum class Events : std::uint8_t { inotify, none };  // none: as of a remote writer's files
    struct Parts {
        const StateDir& state;
        IntakeService& intake;
        engine::Clock& clock;
        engine::Journal& journal;
        Warnings& warnings;
        // Whether the job was committed, running or ended.
        std::function<boost::asio::awaitable<bool>(JobId)> job_exists;
        FolderTimes times = {};
        Events events = Events::inotify;
        Sightings::Bounds bounds = {};
    };
    WatchFolder(boost::asio::any_io_executor executor, Parts parts);

    // Makes the profiles' inboxes, then watches until stop().
    boost::asio::awaitable<void> run();
    void stop();
    // The configuration has other profiles now.
    void profiles_changed();

 private:
    boost::asio::awaitable<void> finish_last_run();
    boost::asio::awaitable<void> read_events();
    void arm();
    void on_event(const InboxEvents::Event& event);
    boost::asio::awaitable<void> look();
    void forget(const InboxFile& file);

    boost::asio::awaitable<void> take(InboxFile file);
    boost::asio::awaitable<void> on_examined(InboxFile file, FileFacts looked_at, Examined examined);
    boost::asio::awaitable<void> submit(InboxFile file, FileFacts looked_at, FileCopied copied);
    boost::asio::awaitable<void> on_accepted(InboxFile file,
                                             FileFacts looked_at,
                                             Accepted accepted,
                                             bool moved);
    boost::asio::awaitable<void> on_unmatched(InboxFile file, FileUnmatched unmatched);
    boost::asio::awaitable<void> reject(InboxFile file, std::string reasons, std::int64_t faults);
    boost::asio::awaitable<void> reject(InboxFile file, Fault fault);
    boost::asio::awaitable<void> look_again(InboxFile file, FileFacts facts);
    void leave_alone(const InboxFile& file, const std::string& why);
    void postpone(const InboxFile& file, const Fault& because);
    void rest(const InboxFile& file, const Fault& because);

    boost::asio::any_io_executor executor_;
    Parts parts_;
    IntakeRooms rooms_;
    InboxEvents events_;
    boost::asio::steady_timer timer_;
    Sightings sightings_;
    std::set<ProfileName> watched_;  // the places that events are asked of, for better or worse
    TimePoint next_look_{};
    TimePoint resting_until_{};
    bool stopping_ = false;
    FilesThread files_;  // last: its work is over before the rest goes
};

}  // namespace uplift::daemon
