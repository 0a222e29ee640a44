// Wire: the bad network between the engine and one simulated service.
//
// A call takes time, may be the moment of a crash, and luck decides what becomes of it. What the network
// holds back arrives later, also after the engine's death.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "core/engine/ports/clock.hpp"
#include "core/model/outcome.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/crash.hpp"
#include "tests/sim/faults.hpp"

namespace uplift::sim {

// What luck does to one write.
enum class Fate : std::uint8_t { fine, lost_before, lost_after, applied_late, doubled, throttled, not_sent };

class Wire {
 public:
    // What a write does to the service, and what the service answers. It may run after the call has ended.
    using Effect = std::function<Outcome<Nothing>()>;

    Wire(engine::Clock& clock, Crash& crash, Faults faults, Chance& chance)
        : clock_(clock), crash_(crash), faults_(faults), chance_(chance) {}

    Fate draw_fate();
    // There, and what the network held back until now has arrived before.
    boost::asio::awaitable<void> travel();
    // Travels; a fault where the read fails.
    boost::asio::awaitable<std::optional<NotSent>> before_read();
    // One write whose effect is set-like, with all that may happen to it.
    boost::asio::awaitable<Outcome<Nothing>> write(Effect effect, TimePoint deadline);
    Throttled throttle();
    void hold_back(TimePoint until, std::function<void()> arrival);
    // Everything that was held back arrives.
    void settle();

    void calm() { faults_ = Faults::none(); }
    void count_write() { ++writes_; }
    [[nodiscard]] const Faults& faults() const { return faults_; }
    [[nodiscard]] std::int64_t calls() const { return calls_; }
    [[nodiscard]] std::int64_t writes() const { return writes_; }
    [[nodiscard]] std::int64_t inside_retry_after() const { return inside_retry_after_; }

 private:
    struct Late {
        TimePoint at;
        std::function<void()> arrival;
    };
    void deliver_what_is_late();

    engine::Clock& clock_;
    Crash& crash_;
    Faults faults_;
    Chance& chance_;
    std::vector<Late> late_;
    TimePoint held_until_{};
    std::int64_t calls_ = 0, writes_ = 0, inside_retry_after_ = 0;
};

}  // namespace uplift::sim
