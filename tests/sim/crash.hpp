// Crash: stops the world at an await. Whoever asks gets no answer any more; the world throws the engine away.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "core/engine/signal.hpp"
#include "tests/sim/chance.hpp"

namespace uplift::sim {

class Crash {
 public:
    Crash(Seed seed, std::uint64_t once_in) : chance_(seed), once_in_(once_in) {}

    // Passed at every await of the engine; may never return.
    boost::asio::awaitable<void> point() {
        if (state_ == State::running && chance_.once_in(once_in_)) state_ = State::crashed;
        if (state_ == State::crashed) co_await never_.wait();
    }
    [[nodiscard]] bool happened() const { return state_ == State::crashed; }
    void recover() {
        state_ = State::running;
        ++count_;
    }
    // No more crashes: what is left may end.
    void calm() { once_in_ = 0; }
    [[nodiscard]] std::int64_t count() const { return count_; }
    // Coroutines that wait in the crash are destroyed before their executor is.
    void forget_waiting() { never_.forget_waiting(); }

 private:
    Chance chance_;
    std::uint64_t once_in_;
    enum class State : std::uint8_t { running, crashed } state_ = State::running;
    std::int64_t count_ = 0;
    engine::Signal never_;
};

}  // namespace uplift::sim
