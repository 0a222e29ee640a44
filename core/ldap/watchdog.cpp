#include "core/ldap/watchdog.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>

#include "core/ldap/library.hpp"

namespace uplift::ldap {

Watchdog::Watchdog() : state_(std::make_shared<State>()), thread_([state = state_] { run(*state); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->ends = true;
    }
    state_->changed.notify_all();
    thread_.join();
}

void Watchdog::run(State& state) {
    block_signals();
    std::unique_lock lock(state.mutex);
    while (!state.ends) {
        const auto now = std::chrono::steady_clock::now();
        state.wakes_at = Time::max();
        for (auto& watched : state.watched) {
            if (watched.deadline <= now) {
                ::shutdown(watched.socket.get(), SHUT_RDWR);
                watched.deadline = Time::max();
            }
            state.wakes_at = std::min(state.wakes_at, watched.deadline);
        }
        if (state.wakes_at == Time::max())
            state.changed.wait(lock);
        else
            state.changed.wait_until(lock, state.wakes_at);
    }
}

Watchdog::Watch Watchdog::watch(int socket) {
    Watch watch;
    watch.state_ = state_;
    Descriptor copy(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    const std::lock_guard lock(state_->mutex);
    if (state_->shuts_all) ::shutdown(socket, SHUT_RDWR);
    watch.place_ = state_->watched.insert(state_->watched.end(), Watched{std::move(copy), Time::max()});
    return watch;
}

void Watchdog::shut_all() {
    const std::lock_guard lock(state_->mutex);
    state_->shuts_all = true;
    for (const auto& watched : state_->watched) ::shutdown(watched.socket.get(), SHUT_RDWR);
}

Watchdog::Watch& Watchdog::Watch::operator=(Watch&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(place_, other.place_);
    return *this;
}

Watchdog::Watch::~Watch() {
    if (!state_) return;
    const std::lock_guard lock(state_->mutex);
    state_->watched.erase(place_);
}

// The thread is woken only where it would come too late by itself: arming costs a lock, not a switch.
void Watchdog::Watch::arm(Time deadline) {
    const std::lock_guard lock(state_->mutex);
    place_->deadline = deadline;
    if (deadline < state_->wakes_at) state_->changed.notify_all();
}

void Watchdog::Watch::disarm() {
    const std::lock_guard lock(state_->mutex);
    place_->deadline = Time::max();
}

void Watchdog::Watch::shut() {
    const std::lock_guard lock(state_->mutex);
    ::shutdown(place_->socket.get(), SHUT_RDWR);
}

}  // namespace uplift::ldap
