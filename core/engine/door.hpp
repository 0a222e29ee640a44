// Door: what every service of a tenant is reached through: its pace, and its rest when it does not answer or
// refuses our sign-in.
//
// Engine thread only. TenantDoor and MailboxDoor are doors; each has a pace of its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "core/engine/governor.hpp"
#include "core/engine/ports/clock.hpp"
#include "core/engine/rest.hpp"

namespace uplift::engine {

// One call ends after this at the latest (total deadline, network faults table).
inline constexpr Duration call_deadline = std::chrono::seconds{120};
// A wait for the governor that is longer than this is a due time in the queue, not a sleeping coroutine.
inline constexpr Duration longest_admission = std::chrono::seconds{60};

class Door {
 public:
    // Waits for a slot. Nothing: go. A time: too far away, or the door rests or bars writes: come back then.
    boost::asio::awaitable<std::optional<TimePoint>> admit(Traffic traffic);
    // What a call comes to that was not admitted until then.
    template <class T>
    [[nodiscard]] Outcome<T> not_admitted(TimePoint until) const {
        if (rest_.now_resting(clock_.now())) return rest_.outcome<T>();
        return Throttled{until};
    }

    // Every outcome passes here once: throttles hold the governor, a door that does not answer rests.
    template <class T>
    void saw(const Outcome<T>& outcome) {
        if (const auto* throttled = std::get_if<Throttled>(&outcome))
            governor_.hold_until(throttled->until);
        else if (const auto* unauthorized = std::get_if<Unauthorized>(&outcome))
            rest_.refused(*unauthorized, clock_.now());
        else if (const auto* not_sent = std::get_if<NotSent>(&outcome))
            rest_.no_answer(*not_sent, clock_.now());
        else if (!std::holds_alternative<Unknown>(outcome))
            rest_.answered(clock_.now());
    }

    // A read, paced like everything else. `call(deadline)` makes it.
    template <class T, class Call>
    boost::asio::awaitable<Outcome<T>> read(Call call) {
        const auto later = co_await admit(Traffic::read);
        if (later) {
            auto outcome = not_admitted<T>(*later);
            co_return outcome;
        }
        auto outcome = co_await call(deadline());
        saw(outcome);
        co_return outcome;
    }

    [[nodiscard]] TimePoint deadline() const { return clock_.now() + call_deadline; }
    [[nodiscard]] const Rest& rest() const { return rest_; }
    void end_rest() { rest_.end(); }
    [[nodiscard]] const Governor& governor() const { return governor_; }

 protected:
    Door(Clock& clock, double writes_per_second) : clock_(clock), governor_(writes_per_second) {}
    ~Door() = default;
    // Why no write may leave, as far as is known without asking.
    [[nodiscard]] virtual std::optional<Unauthorized> write_bar() const { return std::nullopt; }

    Clock& clock_;
    Governor governor_;
    Rest rest_;

 private:
    // True, and a rest begins, where the service takes no writes.
    bool is_barred(Traffic traffic);
};

}  // namespace uplift::engine
