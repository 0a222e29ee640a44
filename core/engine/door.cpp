#include "core/engine/door.hpp"

namespace uplift::engine {
namespace {

// Who is held back by a rest comes again soon: the scheduler claims nobody while it lasts.
constexpr Duration after_rest_look = std::chrono::seconds{2};

}  // namespace

boost::asio::awaitable<std::optional<TimePoint>> Door::admit(Traffic traffic) {
    const auto now = clock_.now();
    if (rest_.now_resting(now)) co_return now + after_rest_look;
    // Before a write is recorded as sent, and again after the wait for the slot.
    if (is_barred(traffic)) co_return now + after_rest_look;
    if (governor_.held_until() > now + longest_admission) co_return governor_.held_until();
    const auto slot = governor_.take_slot(traffic, now);
    if (slot > now) co_await clock_.sleep_until(slot);
    // A 429 that came while we slept holds for us too.
    while (governor_.held_until() > clock_.now()) {
        if (governor_.held_until() > clock_.now() + longest_admission) co_return governor_.held_until();
        co_await clock_.sleep_until(governor_.held_until());
    }
    if (rest_.now_resting(clock_.now()) || is_barred(traffic)) co_return clock_.now() + after_rest_look;
    co_return std::nullopt;
}

bool Door::is_barred(Traffic traffic) {
    if (traffic != Traffic::write) return false;
    const auto bar = write_bar();
    if (bar) rest_.refused(*bar, clock_.now());
    return bar.has_value();
}

}  // namespace uplift::engine
