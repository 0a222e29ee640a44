// WaitingRoom: tickets that are not on the wire, and which of them goes next.
//
// Pure; times are handed in. Those who ask for people by objectGUID go together, up to max_named in one
// search: while `most_shared` such searches are on the wire the others wait, and so come together by
// themselves. One who comes alone goes at once.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "core/ldap/ticket.hpp"

namespace uplift::ldap {

inline constexpr std::size_t most_shared = 2;

class WaitingRoom {
 public:
    void enter(TicketPtr ticket);        // behind all others
    void enter_again(TicketPtr ticket);  // before all others: it was on the wire before
    void enter_later(TicketPtr ticket);  // at Ticket::due

    void wake(SteadyTime now);  // those that are due
    // The next to send, joined by who may go with it; null where nobody may go now. `shared`: searches for
    // several people that are on the wire.
    TicketPtr next(std::size_t shared);

    void answer_all(const FindOutcome& outcome);  // but those for later
    void expire(SteadyTime now, const NotSent& late);
    // Those for later too, ended.
    void clear(const FindOutcome& outcome);

    [[nodiscard]] bool empty() const { return waiting_.empty() && named_.empty(); }  // but for later ones
    [[nodiscard]] std::size_t size() const { return waiting_.size() + named_.size() + later_.size(); }
    // When somebody's time is over; when somebody is due.
    [[nodiscard]] SteadyTime next_deadline() const;
    [[nodiscard]] SteadyTime next_due() const;

 private:
    TicketPtr next_together();

    std::deque<TicketPtr> waiting_;
    std::deque<TicketPtr> named_;  // may be joined
    std::vector<TicketPtr> later_;
};

}  // namespace uplift::ldap
