#include "daemon/service_manager.hpp"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <ctime>

namespace uplift::daemon {

std::optional<std::chrono::microseconds> ServiceManager::watchdog_interval() const {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
    return std::chrono::microseconds{static_cast<std::int64_t>(microseconds / 2)};
}

protocol::UniqueFd ServiceManager::take_socket() const {
    if (sd_listen_fds(0) < 1) return {};
    protocol::UniqueFd passed(SD_LISTEN_FDS_START);
    if (sd_is_socket_unix(passed.get(), SOCK_STREAM, 1, nullptr, 0) <= 0) return {};
    return passed;
}

void ServiceManager::ready() const { sd_notify(0, "READY=1"); }

void ServiceManager::reloading() const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    // sd_notify(3): with the time, as Type=notify-reload of newer versions asks for.
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", now.tv_sec * 1'000'000LL + now.tv_nsec / 1'000);
}

void ServiceManager::stopping() const { sd_notify(0, "STOPPING=1"); }
void ServiceManager::alive() const { sd_notify(0, "WATCHDOG=1"); }

void ServiceManager::status(const std::string& line) const {
    std::string one_line = line;
    std::replace(one_line.begin(), one_line.end(), '\n', ' ');
    sd_notifyf(0, "STATUS=%s", one_line.c_str());
}

}  // namespace uplift::daemon
