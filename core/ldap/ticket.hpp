// Ticket: one lookup on its way, and to whom its answer goes: one caller, or several who named people by
// objectGUID at the same time and share a search.
//
// Pure but for the answers, which post. Each caller is answered once: with the people of its own GUID.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/ldap/domain_controllers.hpp"
#include "core/ldap/lookup.hpp"

namespace uplift::ldap {

class Ticket {
 public:
    using Answer = std::function<void(FindOutcome)>;
    Ticket(Lookup wanted, SteadyTime until, Answer then);

    // For everybody who still waits.
    void answer(FindOutcome outcome);
    // Answers those whose time is over; true when nobody is left.
    bool expire(SteadyTime now, const NotSent& late);
    [[nodiscard]] SteadyTime deadline() const;  // the next one

    // It asks for people by objectGUID and was never sent.
    [[nodiscard]] bool may_be_joined() const;
    // It asks for a single one of them, for the same attributes as `other` does.
    [[nodiscard]] bool may_join(const Ticket& other) const;
    // Those of `others` are asked for in the same search from now on.
    void join(std::vector<std::unique_ptr<Ticket>> others);
    [[nodiscard]] bool is_of_many() const { return lookup.question().many == Many::named; }

    Lookup lookup;
    SteadyTime started{};  // first request on the present connection
    SteadyTime due{};      // not before
    int losses = 0;        // connections that were lost under it

 private:
    struct Caller {
        Guid person;  // whom it asks for, where people are named by objectGUID
        SteadyTime deadline;
        Answer answer;
    };
    std::vector<Caller> callers_;
};
using TicketPtr = std::unique_ptr<Ticket>;

}  // namespace uplift::ldap
