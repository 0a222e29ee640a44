#include "core/ldap/waiting_room.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace uplift::ldap {

void WaitingRoom::enter(TicketPtr ticket) {
    auto& queue = ticket->may_be_joined() ? named_ : waiting_;
    queue.push_back(std::move(ticket));
}

void WaitingRoom::enter_again(TicketPtr ticket) { waiting_.push_front(std::move(ticket)); }

void WaitingRoom::enter_later(TicketPtr ticket) { later_.push_back(std::move(ticket)); }

void WaitingRoom::wake(SteadyTime now) {
    const auto due = std::stable_partition(
        later_.begin(), later_.end(), [&](const TicketPtr& ticket) { return ticket->due > now; });
    std::move(due, later_.end(), std::back_inserter(waiting_));
    later_.erase(due, later_.end());
}

TicketPtr WaitingRoom::next(std::size_t shared) {
    if (!waiting_.empty()) {
        auto ticket = std::move(waiting_.front());
        waiting_.pop_front();
        return ticket;
    }
    return named_.empty() || shared >= most_shared ? nullptr : next_together();
}

TicketPtr WaitingRoom::next_together() {
    auto first = std::move(named_.front());
    named_.pop_front();
    // In one page: slapd remembers one paged search a connection.
    const auto most =
        std::min(max_named, static_cast<std::size_t>(std::max(1, first->lookup.question().page_size)));
    std::vector<TicketPtr> others;
    std::deque<TicketPtr> rest;
    for (auto& ticket : named_) {
        const bool joins = others.size() + 1 < most && ticket->may_join(*first);
        if (joins)
            others.push_back(std::move(ticket));
        else
            rest.push_back(std::move(ticket));
    }
    named_ = std::move(rest);
    first->join(std::move(others));
    return first;
}

void WaitingRoom::answer_all(const FindOutcome& outcome) {
    for (auto& ticket : std::exchange(waiting_, {})) ticket->answer(outcome);
    for (auto& ticket : std::exchange(named_, {})) ticket->answer(outcome);
}

void WaitingRoom::clear(const FindOutcome& outcome) {
    answer_all(outcome);
    for (auto& ticket : std::exchange(later_, {})) ticket->answer(outcome);
}

void WaitingRoom::expire(SteadyTime now, const NotSent& late) {
    const auto over = [&](const TicketPtr& ticket) { return ticket->expire(now, late); };
    std::erase_if(waiting_, over);
    std::erase_if(named_, over);
    std::erase_if(later_, over);
}

SteadyTime WaitingRoom::next_deadline() const {
    auto next = SteadyTime::max();
    const auto look = [&](const auto& tickets) {
        for (const auto& ticket : tickets) next = std::min(next, ticket->deadline());
    };
    look(waiting_);
    look(named_);
    look(later_);
    return next;
}

SteadyTime WaitingRoom::next_due() const {
    auto next = SteadyTime::max();
    for (const auto& ticket : later_) next = std::min(next, ticket->due);
    return next;
}

}  // namespace uplift::ldap
