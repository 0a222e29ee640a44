// Listing: one listing on its way, with a thread and a connection of its own, so that single people are
// looked up meanwhile.
//
// The thread reads a page when it is wanted and no further: who takes the pages sets the pace. What is lost
// under it (a domain controller dies, falls silent, is busy) ends it once a page was given out, and rests
// that domain controller; before, the next one is asked. The thread may outlive everybody inside of a name
// look-up; it posts nothing once end() was called.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/ldap/opening.hpp"
#include "core/ldap/selection_search.hpp"
#include "core/ldap/standing.hpp"

namespace uplift::ldap {

// A page, or the end.
using ListedPage = std::variant<std::vector<engine::FoundPerson>, Outcome<Nothing>>;

class Listing {
 public:
    struct Parts {
        std::shared_ptr<const LdapSettings> settings;
        std::shared_ptr<Standing> standing;
        std::shared_ptr<Watchdog> watchdog;
        SelectionSearch search;
        std::vector<std::string> attributes;
        Duration patience{};  // for each page
    };
    explicit Listing(Parts parts) : parts_(std::move(parts)) {}

    // Network thread. The next page, by `patience` and a moment.
    static boost::asio::awaitable<ListedPage> next(std::shared_ptr<Listing> self);

    // Any thread. Nobody waits any more; the thread goes as soon as it can.
    void end();
    // Any thread. Who waits is told that Uplift stops.
    void call_off();

    // The thread's whole life.
    void run();

 private:
    struct Lost {
        enum class How : std::uint8_t { failed, was_cut, busy } how = How::failed;
        std::string why;
    };
    using PageEnd = std::variant<Progress, Lost>;
    using Read = std::variant<Outcome<Nothing>, Lost>;

    Outcome<Nothing> list();
    std::variant<std::unique_ptr<Session>, Outcome<Nothing>> open(DomainController& controller);
    Read read_all(Session& session, const DomainController& controller);
    Read read(Session& session, const DomainController& controller, Question question);
    PageEnd read_page(Session& session, Lookup& lookup);
    std::variant<SearchEnd, Lost> hear(Session& session, Lookup& lookup, int request);
    [[nodiscard]] Question question_of(const PersonSearch& search) const;
    [[nodiscard]] NotSent interrupted(const std::string& why) const;

    bool wait_until_wanted();  // false: ended
    bool pause(Duration time);
    void deliver(ListedPage page);
    void post_ready();  // with the lock held
    [[nodiscard]] SteadyTime page_deadline();

    const Parts parts_;
    const Bell called_off_;
    bool given_ = false;  // a page has been given out; the thread's own

    std::mutex mutex_;  // of all below
    std::condition_variable changed_;
    bool ended_ = false;
    bool wanted_ = false;
    SteadyTime wanted_since_{};
    std::optional<ListedPage> ready_;
    std::shared_ptr<boost::asio::steady_timer> waiter_;
};

// The listings of one directory that are under way.
class Listings {
 public:
    // Starts its thread.
    void start(const std::shared_ptr<Listing>& listing);
    void call_off();
    // A second at most, for their threads.
    void wait();

 private:
    struct Running {
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<std::shared_ptr<Listing>> listings;
    };
    std::shared_ptr<Running> running_ = std::make_shared<Running>();
};

}  // namespace uplift::ldap
