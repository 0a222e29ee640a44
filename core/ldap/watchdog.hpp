// Watchdog: a thread that shuts sockets whose owner is stuck in libldap past a deadline.
//
// Trap T6: ldap_result and the TLS handshake can block on a cut TLS record whatever timeouts are set; a
// shutdown of the socket from another thread frees them. The watchdog holds a duplicate of each descriptor,
// so that it never shuts a number that libldap has closed and somebody else has got since.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "core/ldap/descriptor.hpp"

namespace uplift::ldap {

class Watchdog {
    struct State;
    struct Watched;

 public:
    using Time = std::chrono::steady_clock::time_point;

    // One socket under watch, until this goes. Outlives the watchdog if it must.
    class Watch {
     public:
        Watch() = default;
        Watch(Watch&& other) noexcept = default;
        Watch& operator=(Watch&& other) noexcept;
        ~Watch();
        // From now on the socket is shut at `deadline`, unless disarmed before.
        void arm(Time deadline);
        void disarm();
        void shut();

     private:
        friend class Watchdog;
        std::shared_ptr<State> state_;
        std::list<Watched>::iterator place_{};
    };

    Watchdog();
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    Watch watch(int socket);
    // Shuts every socket under watch, and every one that comes later at once.
    void shut_all();

 private:
    struct Watched {
        Descriptor socket;
        Time deadline;
    };
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::list<Watched> watched;
        Time wakes_at = Time::max();
        bool ends = false;
        bool shuts_all = false;
    };
    static void run(State& state);

    std::shared_ptr<State> state_;
    std::thread thread_;
};

}  // namespace uplift::ldap
