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

#include "core/engine/door.hpp"
#include "core/engine/ports/tenant.hpp"
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

class TenantDoor : public Door {
 public:
    TenantDoor(TenantName name, Tenant& tenant, Clock& clock, TenantSettings settings)
        : Door(clock, settings.writes_per_second),
          name_(std::move(name)),
          tenant_(tenant),
          settings_(settings) {}

    [[nodiscard]] const TenantName& name() const { return name_; }
    [[nodiscard]] const TenantSettings& settings() const { return settings_; }
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
    [[nodiscard]] std::optional<Unauthorized> write_bar() const override { return tenant_.write_bar(); }
    template <class T>
    struct Shelf {
        std::optional<TimePoint> read_at;
        std::vector<T> things;
        enum class Reading : std::uint8_t { idle, under_way } reading = Reading::idle;
    };
    template <class T, class Read>
    boost::asio::awaitable<Outcome<std::vector<T>>> fetch(Shelf<T>& shelf, Read read);

    TenantName name_;
    Tenant& tenant_;
    TenantSettings settings_;
    Shelf<Sku> skus_;
    Shelf<Domain> domains_;
    std::map<std::string, Shelf<Group>> groups_;
    bool skus_are_news_ = false;
    Signal fetched_;
};

}  // namespace uplift::engine
