// The domain controllers of one directory: whose turn it is, and which of them rest after a failure.
//
// Pure: time is handed in. They are asked in their order; one that failed rests, and its turn comes back
// before those of a higher rank. Those of one rank are as good as each other: none is left for another.
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
    std::string uri;   // ldaps://dc1.corp.example.com:636; what it is known by
    std::string host;  // dc1.corp.example.com
    std::string port;  // 636
    std::string name;  // as shown: host, with its port where `uris` names one
    int rank = 0;      // lower ones are preferred
};

class DomainControllers {
 public:
    DomainControllers(std::vector<DomainController> controllers, Duration rest);

    // The first that does not rest.
    [[nodiscard]] std::optional<DomainController> pick(SteadyTime now) const;
    // One of a lower rank than `current`, or of any where that is not among them, that does not rest.
    [[nodiscard]] std::optional<DomainController> better_than(const DomainController& current,
                                                              SteadyTime now) const;

    // It could not be reached, or fell silent: it rests.
    void failed(const DomainController& controller, SteadyTime now);
    // Why it failed, for why_resting().
    void explain(const DomainController& controller, std::string why);
    // It closed the connection while it was asked something: it rests where there is another to ask.
    void lost(const DomainController& controller, SteadyTime now);
    void answered(const DomainController& controller);

    // Others from now on; those that stay go on resting.
    void replace(std::vector<DomainController> controllers);
    // "dc1: …; dc2: …" of those that rest, the first few; empty where none does.
    [[nodiscard]] std::string why_resting(SteadyTime now) const;

 private:
    struct Kept {
        DomainController controller;
        SteadyTime rests_until;
        std::string why;
    };
    Kept* find(const DomainController& controller);

    std::vector<Kept> controllers_;
    Duration rest_;
};

}  // namespace uplift::ldap
