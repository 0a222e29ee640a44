// ServiceManager: what systemd is told and what it hands over. Without systemd every call does nothing.
//
// sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3). Network thread only.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "daemon/protocol/unique_fd.hpp"

namespace uplift::daemon {

class ServiceManager {
 public:
    // Half of WatchdogSec=, or nothing where the unit has none.
    [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() const;
    // The listening socket of uplift.socket, where there is one. Once.
    [[nodiscard]] protocol::UniqueFd take_socket() const;

    void ready() const;
    // Until ready() is called again.
    void reloading() const;
    void stopping() const;
    void alive() const;
    // One line for `systemctl status`.
    void status(const std::string& line) const;
};

}  // namespace uplift::daemon
