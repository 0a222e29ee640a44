// The domain controllers of one directory: whose turn it is, and which of them rest after a failure.
//
// Pure: time is handed in. They are asked in the order of `uris`; one that failed rests, and its turn comes
// back before those behind it.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/model/result.hpp"
#include "core/model/time.hpp"

namespace uplift::ldap {

using SteadyTime = std::chrono::steady_clock::time_point;

struct DomainController {
    std::string uri;   // ldaps://dc1.corp.example.com:636
    std::string host;  // dc1.corp.example.com
    std::string port;  // 636
    std::string name;  // as shown: host, with its port where `uris` names one
};

class DomainControllers {
 public:
    DomainControllers(std::vector<DomainController> controllers, Duration rest);

    // The first that does not rest.
    [[nodiscard]] std::optional<std::size_t> pick(SteadyTime now) const;
    // One that stands before `current` and does not rest.
    [[nodiscard]] std::optional<std::size_t> better_than(std::size_t current, SteadyTime now) const;
    // When the first one before `current` has rested.
    [[nodiscard]] std::optional<SteadyTime> better_from(std::size_t current) const;
    [[nodiscard]] const DomainController& at(std::size_t index) const { return controllers_[index]; }

    // It could not be reached, or fell silent: it rests.
    void failed(std::size_t index, SteadyTime now);
    // It closed the connection while it was asked something: it rests where there is another to ask.
    void lost(std::size_t index, SteadyTime now);
    void answered(std::size_t index);

 private:
    [[nodiscard]] bool rests(std::size_t index, SteadyTime now) const { return rests_until_[index] > now; }

    std::vector<DomainController> controllers_;
    std::vector<SteadyTime> rests_until_;
    Duration rest_;
};

}  // namespace uplift::ldap
