#include "core/engine/seat_watch.hpp"

namespace uplift::engine {
namespace {

constexpr Duration seat_look = std::chrono::minutes{5};

}  // namespace

boost::asio::awaitable<std::int64_t> note_seats(TenantDoor& door,
                                                Queue& queue,
                                                Clock& clock,
                                                std::vector<Sku> known) {
    if (!door.take_news_of_skus()) co_return 0;
    std::vector<SeatCount> counts;
    for (const auto& sku : known) counts.push_back({.sku = sku.id, .owned = sku.owned, .used = sku.used});
    co_return co_await queue.note_seats(door.name(), std::move(counts), clock.now());
}

boost::asio::awaitable<void> SeatWatch::run() {
    while (mode_ == Mode::running) {
        const auto waiting = co_await queue_.waiting_for_seats(door_.name());
        if (waiting > 0) co_await refresh();
        if (mode_ == Mode::running) co_await bell_.wait_until(clock_.now() + seat_look);
    }
}

boost::asio::awaitable<void> SeatWatch::refresh() {
    door_.forget_skus();
    const auto skus = co_await door_.skus();
    const auto* known = done_value(skus);
    if (known == nullptr) co_return;
    const auto woken = co_await note_seats(door_, queue_, clock_, *known);
    if (woken > 0 && on_woken) on_woken();
}

void SeatWatch::stop() {
    mode_ = Mode::stopping;
    bell_.ring();
}

}  // namespace uplift::engine
