// The mailboxes of the tenant and the ones on their way.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/directory.hpp"
#include "tests/sandbox/exchange/mailbox.hpp"
#include "tests/sandbox/random.hpp"

namespace uplift::sandbox::exchange {

class Mailboxes {
 public:
    // A dice of their own: when mailboxes come does not depend on what else is asked.
    explicit Mailboxes(std::uint64_t seed) : random(seed ^ 0x6d61696c626f78ULL) {}

    Mailbox* find(UserPosition user);
    const Mailbox* find(UserPosition user) const;
    Mailbox& add(UserPosition user);
    void erase(UserPosition user);
    // By position of the user, which is also the order of listings; one past the last there is.
    UserPosition end() const { return static_cast<UserPosition>(boxes_.size()); }

    // `user` is due at `at`; due() hands it out then.
    void expect(UserPosition user, TimePoint at) { arrivals_.push({at, user}); }
    std::optional<UserPosition> due(TimePoint now);

    void index(std::string_view guid, UserPosition user);
    std::optional<UserPosition> with_guid(std::string_view guid) const;

    Random random;

 private:
    using Arrival = std::pair<TimePoint, UserPosition>;

    std::vector<std::unique_ptr<Mailbox>> boxes_;  // by UserPosition
    std::unordered_map<std::string, UserPosition> by_guid_;
    std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
};

}  // namespace uplift::sandbox::exchange
