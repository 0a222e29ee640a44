// DirectoryDoor: one directory as the steps use it: the port, and its rest when nobody answers.
//
// Engine thread only.
#pragma once

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/directory.hpp"
#include "core/engine/rest.hpp"

namespace uplift::engine {

// LDAP reads end by then (network faults table: watchdog at 30 s).
inline constexpr Duration search_deadline = std::chrono::seconds{30};

class DirectoryDoor {
 public:
    DirectoryDoor(Directory& directory, Clock& clock) : directory_(directory), clock_(clock) {}

    template <class T>
    void saw(const Outcome<T>& outcome) {
        if (const auto* unauthorized = std::get_if<Unauthorized>(&outcome))
            rest_.refused(*unauthorized, clock_.now());
        else if (const auto* not_sent = std::get_if<NotSent>(&outcome))
            rest_.no_answer(*not_sent, clock_.now());
        else
            rest_.answered(clock_.now());
    }
    [[nodiscard]] TimePoint deadline() const { return clock_.now() + search_deadline; }
    [[nodiscard]] const Rest& rest() const { return rest_; }
    void end_rest() { rest_.end(); }
    Directory& port() { return directory_; }

 private:
    Directory& directory_;
    Clock& clock_;
    Rest rest_;
};

}  // namespace uplift::engine
