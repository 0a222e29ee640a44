#include "core/ldap/ticket.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace uplift::ldap {

Ticket::Ticket(Lookup wanted, SteadyTime until, Answer then) : lookup(std::move(wanted)) {
    const auto& named = lookup.question().named;
    callers_.push_back(
        {.person = named.empty() ? Guid{} : named.front(), .deadline = until, .answer = std::move(then)});
}

void Ticket::answer(FindOutcome outcome) {
    auto callers = std::exchange(callers_, {});
    const auto* everybody = std::get_if<Done<std::vector<engine::FoundPerson>>>(&outcome);
    if (everybody == nullptr || !is_of_many()) {
        for (auto& caller : callers) caller.answer(outcome);
        return;
    }
    for (auto& caller : callers) {
        std::vector<engine::FoundPerson> people;
        std::copy_if(
            everybody->value.begin(),
            everybody->value.end(),
            std::back_inserter(people),
            [&](const engine::FoundPerson& found) { return found.person.object_guid == caller.person; });
        caller.answer(Done<std::vector<engine::FoundPerson>>{std::move(people)});
    }
}

bool Ticket::expire(SteadyTime now, const NotSent& late) {
    std::erase_if(callers_, [&](Caller& caller) {
        if (caller.deadline > now) return false;
        caller.answer(late);
        return true;
    });
    return callers_.empty();
}

SteadyTime Ticket::deadline() const {
    auto next = SteadyTime::max();
    for (const auto& caller : callers_) next = std::min(next, caller.deadline);
    return next;
}

bool Ticket::may_be_joined() const { return is_of_many() && losses == 0 && started == SteadyTime{}; }

bool Ticket::may_join(const Ticket& other) const {
    return may_be_joined() && callers_.size() == 1 &&
           lookup.question().attributes == other.lookup.question().attributes;
}

void Ticket::join(std::vector<std::unique_ptr<Ticket>> others) {
    if (others.empty()) return;
    auto question = lookup.question();
    for (auto& other : others) {
        const auto& named = other->lookup.question().named;
        for (const auto& guid : named)
            if (std::find(question.named.begin(), question.named.end(), guid) == question.named.end())
                question.named.push_back(guid);
        std::move(other->callers_.begin(), other->callers_.end(), std::back_inserter(callers_));
    }
    question.search.filter = guids_filter(question.named);
    lookup = Lookup(std::move(question));
}

}  // namespace uplift::ldap
