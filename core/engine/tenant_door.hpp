// TenantDoor: one tenant as the steps use it: the port, the governor before it, its rest when it does not
// answer or refuses our sign-in, and what was read of its catalogue (SKUs, domains, groups).
//
// Engine thread only. Holds no step's state.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/governor.hpp"
#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/tenant.hpp"
#include "core/engine/rest.hpp"
#include "core/engine/signal.hpp"
#include "core/model/result.hpp"

namespace uplift::engine {

struct TenantSettings {
    double writes_per_second = documented_writes_per_second;
    Duration unknown_quiet = std::chrono::seconds{120};
    // Shortest and longest time between looks for new mailboxes, and how long a task waits for one at most.
    Duration mailbox_poll_shortest = std::chrono::minutes{1};
    Duration mailbox_poll_longest = std::chrono::minutes{15};
    Duration mailbox_timeout = std::chrono::hours{7 * 24};
};

// One call ends after this at the latest (total deadline, network faults table).
inline constexpr Duration call_deadline = std::chrono::seconds{120};
// A wait for the governor that is longer than this is a due time in the queue, not a sleeping coroutine.
inline constexpr Duration longest_admission = std::chrono::seconds{60};

class TenantDoor {
 public:
    TenantDoor(TenantName name, Tenant& tenant, Clock& clock, TenantSettings settings)
        : name_(std::move(name)),
          tenant_(tenant),
          clock_(clock),
          settings_(settings),
          governor_(settings.writes_per_second) {}

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

    [[nodiscard]] const TenantName& name() const { return name_; }
    [[nodiscard]] const TenantSettings& settings() const { return settings_; }
    [[nodiscard]] TimePoint deadline() const { return clock_.now() + call_deadline; }
    [[nodiscard]] const Rest& rest() const { return rest_; }
    void end_rest() { rest_.end(); }
    [[nodiscard]] const Governor& governor() const { return governor_; }
    Tenant& port() { return tenant_; }

    // The catalogue, read when it is older than some minutes. The outcome is that of the read.
    boost::asio::awaitable<Outcome<std::vector<Sku>>> skus();
    boost::asio::awaitable<Outcome<std::vector<Domain>>> domains();
    boost::asio::awaitable<Outcome<std::vector<Group>>> groups(std::string name);
    // A refusal that the catalogue did not foresee: read it again before the next use.
    void forget_skus() { skus_.read_at.reset(); }
    // True once after each reading of the SKUs: their numbers are news for the line of seats.
    bool take_news_of_skus() { return std::exchange(skus_are_news_, false); }

 private:
    template <class T>
    struct Shelf {
        std::optional<TimePoint> read_at;
        std::vector<T> things;
        enum class Reading : std::uint8_t { idle, under_way } reading = Reading::idle;
    };
    template <class T, class Read>
    boost::asio::awaitable<Outcome<std::vector<T>>> fetch(Shelf<T>& shelf, Read read);

    // True, and a rest begins, where the tenant takes no writes.
    bool is_barred();

    TenantName name_;
    Tenant& tenant_;
    Clock& clock_;
    TenantSettings settings_;
    Governor governor_;
    Rest rest_;
    Shelf<Sku> skus_;
    Shelf<Domain> domains_;
    std::map<std::string, Shelf<Group>> groups_;
    bool skus_are_news_ = false;
    Signal fetched_;
};

}  // namespace uplift::engine
