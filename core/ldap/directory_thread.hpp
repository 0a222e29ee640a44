// DirectoryThread: the thread that asks the domain controllers of one directory about single people.
//
// Its loop: take what was submitted, hear what came, give up what is over time, see that there is a
// connection, send, sleep until something happens. Searches of a connection that is lost start over on the
// next domain controller: nothing of a half answer survives (trap T9).
// submit() is for any thread; all else belongs to the loop.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/ldap/opening.hpp"
#include "core/ldap/standing.hpp"
#include "core/ldap/waiting_room.hpp"

namespace uplift::ldap {

class DirectoryThread {
 public:
    DirectoryThread(std::shared_ptr<const LdapSettings> settings,
                    std::shared_ptr<Standing> standing,
                    std::shared_ptr<Watchdog> watchdog);
    ~DirectoryThread();
    DirectoryThread(const DirectoryThread&) = delete;
    DirectoryThread& operator=(const DirectoryThread&) = delete;

    void submit(TicketPtr ticket);

 private:
    // A connection in use, or one that is left as soon as its last search has ended.
    struct Line {
        std::unique_ptr<Session> session;
        DomainController controller;
        std::unordered_map<int, TicketPtr> in_flight;
        SteadyTime unheard_since = SteadyTime::max();  // the first request since anything was heard
        bool answered = false;                         // it has answered a search
    };
    // A session being opened (or DNS being asked first) by a thread of its own, which may outlive us inside
    // of a name look-up.
    struct Opening {
        std::optional<DomainController> controller;  // none: DNS is asked
        SteadyTime started{};
        std::mutex mutex;
        std::optional<OpeningResult> result;
        bool looked_around = false;
    };
    enum class Failed : std::uint8_t { fell_silent, was_cut };

    void run();
    void end();
    void take_submitted();
    void take_opened(SteadyTime now);
    void use(std::unique_ptr<Session> session, const DomainController& controller);
    void hear(SteadyTime now);
    // These three: false when the line is lost.
    bool hear_line(Line& line, SteadyTime now);
    bool on_end(Line& line, int request, const SearchEnd& end, SteadyTime now);
    void give_up_late(SteadyTime now);
    void look_for_silence(SteadyTime now);
    void see_to_connection(SteadyTime now);
    void open(std::optional<DomainController> controller, SteadyTime now);
    void send(SteadyTime now);
    bool send_one(Line& line, TicketPtr ticket, SteadyTime now);
    void lose(Line& line, Failed how, const std::string& why, SteadyTime now);
    void ask_again(TicketPtr ticket);
    void drop_finished_lines();
    void sleep(SteadyTime now);
    [[nodiscard]] std::size_t in_flight() const;
    [[nodiscard]] std::size_t shared_in_flight() const;
    [[nodiscard]] bool is_in_use(const Line& line) const { return has_line_ && &line == lines_.back().get(); }

    const std::shared_ptr<const LdapSettings> settings_;
    const std::shared_ptr<Standing> standing_;
    const std::shared_ptr<Watchdog> watchdog_;
    const std::shared_ptr<Bell> bell_;        // something to do
    const std::shared_ptr<Bell> called_off_;  // the end
    std::atomic<bool> ends_ = false;

    std::mutex mutex_;  // of the next one
    std::vector<TicketPtr> submitted_;

    WaitingRoom waiting_;
    std::vector<std::unique_ptr<Line>> lines_;  // the last one is in use, if has_line_
    bool has_line_ = false;
    std::shared_ptr<Opening> opening_;
    SteadyTime next_deadline_ = SteadyTime::max();
    bool congested_ = false;

    std::thread thread_;
};

}  // namespace uplift::ldap
