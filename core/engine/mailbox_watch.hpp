// MailboxWatch: looks for the mailboxes that people of one tenant wait for, at a cost that does not grow with
// how many wait.
//
// One sweep an interval asks Exchange what was made since the newest mailbox that any sweep has seen (never
// by our clock, and with generous overlap), and wakes exactly those. Beside it everybody who waits long is
// looked for by their id once a day, in sets. The interval is short while arrivals are likely, long after.
// Engine thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "core/engine/bell.hpp"
#include "core/engine/mailbox_door.hpp"
#include "core/engine/ports/entropy.hpp"
#include "core/engine/ports/journal.hpp"
#include "core/engine/ports/queue.hpp"

namespace uplift::engine {

// How long after the last look the next one is due. Pure.
Duration look_interval(const MailboxStanding& standing, const TenantSettings& settings, TimePoint now);
// How many sets of most_accounts_a_look bring each of `waiting` round once a day.
std::size_t probes_an_interval(std::int64_t waiting, Duration interval);

class MailboxWatch {
 public:
    struct Ports {
        Clock& clock;
        Queue& queue;
        Journal& journal;
    };
    MailboxWatch(boost::asio::any_io_executor executor,
                 Ports ports,
                 TenantName tenant,
                 MailboxDoor& door,
                 const TenantSettings& settings);

    // The loop; ends after stop().
    boost::asio::awaitable<void> run();
    void stop();
    // Steps became due.
    std::function<void()> on_woken;

    [[nodiscard]] std::int64_t sweeps() const { return sweeps_; }
    [[nodiscard]] std::int64_t probes() const { return probes_; }

 private:
    boost::asio::awaitable<void> look(const MailboxStanding& standing, Duration interval);
    boost::asio::awaitable<bool> sweep(const MailboxStanding& standing, MailboxLook& look);
    boost::asio::awaitable<void> probe(const std::vector<MailboxWaiter>& waiters, MailboxLook& look);

    Ports ports_;
    TenantName tenant_;
    MailboxDoor& door_;
    TenantSettings settings_;
    Bell bell_;
    enum class Mode : std::uint8_t { running, stopping } mode_ = Mode::running;
    std::optional<TimePoint> tried_at_;  // a sweep that failed is not repeated before its interval
    std::int64_t sweeps_ = 0;
    std::int64_t probes_ = 0;
};

}  // namespace uplift::engine
