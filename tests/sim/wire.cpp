#include "tests/sim/wire.hpp"

#include <algorithm>
#include <utility>

namespace uplift::sim {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

Fate Wire::draw_fate() {
    auto draw = chance_.next() % 1000;
    const auto takes = [&](unsigned per_mille) {
        if (draw < per_mille) return true;
        draw -= per_mille;
        return false;
    };
    if (takes(faults_.lost_before)) return Fate::lost_before;
    if (takes(faults_.lost_after)) return Fate::lost_after;
    if (takes(faults_.applied_late)) return Fate::applied_late;
    if (takes(faults_.doubled)) return Fate::doubled;
    if (takes(faults_.throttled)) return Fate::throttled;
    if (takes(faults_.not_sent)) return Fate::not_sent;
    return Fate::fine;
}

Throttled Wire::throttle() {
    const auto until = clock_.now() + chance_.between(seconds{1}, seconds{30});
    held_until_ = std::max(held_until_, until);
    return Throttled{until};
}

asio::awaitable<void> Wire::travel() {
    ++calls_;
    if (clock_.now() < held_until_) ++inside_retry_after_;
    co_await crash_.point();
    co_await clock_.sleep_until(clock_.now() + chance_.between(milliseconds{30}, milliseconds{900}));
    deliver_what_is_late();
}

asio::awaitable<std::optional<NotSent>> Wire::before_read() {
    co_await travel();
    co_await crash_.point();
    if (chance_.happens(faults_.read_fails)) {
        NotSent failed{.why = "read failed"};
        co_return failed;
    }
    co_return std::nullopt;
}

asio::awaitable<Outcome<Nothing>> Wire::write(Effect effect, TimePoint deadline) {
    count_write();
    const auto fate = draw_fate();
    Outcome<Nothing> outcome = Unknown{"timeout"};
    if (fate == Fate::not_sent) {
        co_await crash_.point();
        outcome = NotSent{.why = "connection refused"};
        co_return outcome;
    }
    co_await travel();
    switch (fate) {
        case Fate::not_sent:
        case Fate::fine:
        case Fate::doubled:  // the services answer a doubled follow-up write alike; it is one effect
            outcome = effect();
            break;
        case Fate::throttled:
            outcome = throttle();
            break;
        case Fate::lost_before:
            co_await clock_.sleep_until(deadline);
            break;
        case Fate::lost_after:
        case Fate::applied_late:
            (void)effect();
            co_await clock_.sleep_until(deadline);
            break;
    }
    co_await crash_.point();
    co_return outcome;
}

void Wire::hold_back(TimePoint until, std::function<void()> arrival) {
    late_.push_back(Late{.at = until, .arrival = std::move(arrival)});
}

void Wire::deliver_what_is_late() {
    // In the order in which they were sent, each at its own moment as far as uniqueness goes.
    for (std::size_t i = 0; i < late_.size();) {
        if (late_[i].at > clock_.now()) {
            ++i;
            continue;
        }
        const auto arrival = std::move(late_[i].arrival);
        late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(i));
        arrival();
    }
}

void Wire::settle() {
    for (auto& late : std::exchange(late_, {})) late.arrival();
}

}  // namespace uplift::sim
