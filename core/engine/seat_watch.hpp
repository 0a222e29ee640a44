// SeatWatch: while people of one tenant wait for seats, reads the tenant's numbers again every five minutes,
// so that whoever's turn has come goes on by themselves.
//
// Engine thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "core/engine/bell.hpp"
#include "core/engine/ports/queue.hpp"
#include "core/engine/tenant_door.hpp"

namespace uplift::engine {

// The numbers of a catalogue that was just read go to the line. Returns how many steps became due.
boost::asio::awaitable<std::int64_t> note_seats(TenantDoor& door,
                                                Queue& queue,
                                                Clock& clock,
                                                std::vector<Sku> known);

class SeatWatch {
 public:
    SeatWatch(boost::asio::any_io_executor executor, Clock& clock, Queue& queue, TenantDoor& door)
        : clock_(clock), queue_(queue), door_(door), bell_(std::move(executor), clock) {}

    boost::asio::awaitable<void> run();
    void stop();
    // Read the numbers now, whoever waits.
    boost::asio::awaitable<void> refresh();
    std::function<void()> on_woken;

 private:
    Clock& clock_;
    Queue& queue_;
    TenantDoor& door_;
    Bell bell_;
    enum class Mode : std::uint8_t { running, stopping } mode_ = Mode::running;
};

}  // namespace uplift::engine
