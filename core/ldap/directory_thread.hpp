// DirectoryThread: the thread that talks to the domain controllers of one directory.
//
// Its loop: take what was submitted, hear what came, give up what is over time, see that there is a
// connection, send, sleep until something happens. Searches of a connection that is lost start over on the
// next domain controller: nothing of a half answer survives (trap T9).
// submit(), health() and no_answer() are for any thread; all else belongs to the loop.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/ldap/opening.hpp"

namespace uplift::ldap {

// One lookup on its way, and to whom its answer goes.
struct Ticket {
    Ticket(Lookup wanted, SteadyTime until, std::function<void(FindOutcome)> then)
        : lookup(std::move(wanted)), deadline(until), answer(std::move(then)) {}
    Lookup lookup;
    SteadyTime deadline;
    std::function<void(FindOutcome)> answer;  // called once; posts
    SteadyTime started{};                     // first request on the present connection
    SteadyTime due{};                         // not before
    int losses = 0;                           // connections that were lost under it
};
using TicketPtr = std::unique_ptr<Ticket>;

class DirectoryThread {
 public:
    DirectoryThread(std::shared_ptr<const LdapSettings> settings, std::vector<DomainController> controllers);
    ~DirectoryThread();
    DirectoryThread(const DirectoryThread&) = delete;
    DirectoryThread& operator=(const DirectoryThread&) = delete;

    void submit(TicketPtr ticket);
    [[nodiscard]] DirectoryHealth health() const;
    // What to say where the time is over.
    [[nodiscard]] NotSent no_answer() const;

 private:
    // A connection in use, or one that is left as soon as its last search has ended.
    struct Line {
        std::unique_ptr<Session> session;
        std::size_t controller = 0;
        std::unordered_map<int, TicketPtr> in_flight;
        SteadyTime unheard_since = SteadyTime::max();  // the first request since anything was heard
        bool answered = false;                         // it has answered a search
    };
    // A session being opened by a thread of its own, which may outlive us inside of a name look-up.
    struct Opening {
        std::size_t controller = 0;
        SteadyTime started{};
        std::mutex mutex;
        std::optional<OpeningResult> result;
    };
    enum class Failed : std::uint8_t { fell_silent, was_cut };

    void run();
    void take_submitted();
    void take_opened(SteadyTime now);
    void hear(SteadyTime now);
    // These three: false when the line is lost.
    bool hear_line(Line& line, SteadyTime now);
    bool on_end(Line& line, int request, const SearchEnd& end, SteadyTime now);
    void give_up_late(SteadyTime now);
    void look_for_silence(SteadyTime now);
    void see_to_connection(SteadyTime now);
    void open(std::size_t controller, SteadyTime now);
    void send(SteadyTime now);
    bool send_one(Line& line, TicketPtr ticket, SteadyTime now);
    void lose(Line& line, Failed how, std::string why, SteadyTime now);
    void ask_again(TicketPtr ticket);
    void answer_waiting(const FindOutcome& outcome);
    void drop_finished_lines();
    void sleep(SteadyTime now);
    void note_error(std::string text, FaultCode code = FaultCode::directory_unreachable);
    void note_state();
    [[nodiscard]] std::size_t in_flight() const;
    [[nodiscard]] std::string name_of(std::size_t controller) const {
        return controllers_.at(controller).name;
    }

    const std::shared_ptr<const LdapSettings> settings_;
    const std::shared_ptr<Watchdog> watchdog_;
    const std::shared_ptr<Bell> bell_;        // something to do
    const std::shared_ptr<Bell> called_off_;  // the end
    std::atomic<bool> ends_ = false;

    mutable std::mutex mutex_;  // of the next three
    std::vector<TicketPtr> submitted_;
    DirectoryHealth health_;
    FaultCode last_code_ = FaultCode::directory_unreachable;

    DomainControllers controllers_;
    std::deque<TicketPtr> waiting_;
    std::vector<TicketPtr> delayed_;            // busy: until Ticket::due
    std::vector<std::unique_ptr<Line>> lines_;  // the last one is in use, if has_line_
    bool has_line_ = false;
    std::shared_ptr<Opening> opening_;
    std::optional<FindOutcome> refusal_;  // of the service account: given to everybody until
    SteadyTime refused_until_{};
    SteadyTime next_deadline_ = SteadyTime::max();
    bool congested_ = false;

    std::thread thread_;
};

}  // namespace uplift::ldap
