// WatchFolder: takes files that people drop into the inbox, when they are complete.
//
// inotify tells when something was moved in, closed or changed; every 30 s, and after an overflow, the folder
// is read as well, so that nothing is missed (remote writers raise no events). One file at a time: a flood
// slows down the intake, not the running jobs. What is decided about a file is in folder_rules.hpp, how files
// move in intake_rooms.hpp. Network thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/intake_rooms.hpp"
#include "daemon/intake_service.hpp"
#include "daemon/warnings.hpp"

namespace uplift::daemon {

class WatchFolder {
 public:
    struct Parts {
        const StateDir& state;
        IntakeService& intake;
        engine::Clock& clock;
        engine::Journal& journal;
        Warnings& warnings;
        // Whether the job was committed, running or ended.
        std::function<boost::asio::awaitable<bool>(JobId)> job_exists;
    };
    WatchFolder(boost::asio::any_io_executor executor, Parts parts);

    // Makes the profiles' inboxes, then watches until stop().
    boost::asio::awaitable<void> run();
    void stop();
    // The configuration has other profiles now.
    void profiles_changed();

 private:
    struct Sighted {
        Sighting sighting;
        int changes_while_read = 0;
        TimePoint not_before;     // after a postponement
        bool left_alone = false;  // untouched, people have been told
    };

    boost::asio::awaitable<void> finish_last_run();
    boost::asio::awaitable<void> read_events();
    void arm();
    void look_around();
    void look_into(const ProfileName& profile);
    void on_events(std::string_view events);
    void on_event(int watch, std::uint32_t mask, const std::string& name);
    void sight(const InboxFile& file, Writer writer);
    void forget(const InboxFile& file);
    [[nodiscard]] std::optional<TimePoint> next_ripe() const;
    boost::asio::awaitable<void> take_ripe();
    boost::asio::awaitable<void> take(InboxFile file);
    boost::asio::awaitable<void> submit(InboxFile file, FileFacts looked_at, Spooled spooled);
    void reject(const InboxFile& file, const std::string& reasons, std::int64_t faults);
    void reject(const InboxFile& file, const Fault& fault);
    void look_again(const InboxFile& file, const FileFacts& facts);
    void leave_alone(const InboxFile& file, const std::string& why);

    boost::asio::any_io_executor executor_;
    Parts parts_;
    IntakeRooms rooms_;
    boost::asio::posix::stream_descriptor events_;
    boost::asio::steady_timer timer_;
    std::map<int, ProfileName> watches_;
    std::map<InboxFile, Sighted> sighted_;
    TimePoint next_look_{};
    bool stopping_ = false;
};

}  // namespace uplift::daemon
