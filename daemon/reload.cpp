#include "daemon/reload.hpp"

namespace uplift::daemon {
namespace {

template <class Map>
void compare_names(const Map& before,
                   const Map& after,
                   const std::string& kind,
                   std::vector<std::string>& lines) {
    for (const auto& [name, _] : before)
        if (!after.contains(name)) lines.push_back(kind + "." + name.value + " was removed");
    for (const auto& [name, _] : after)
        if (!before.contains(name)) lines.push_back(kind + "." + name.value + " was added");
}

}  // namespace

std::vector<std::string> needs_restart(const config::Config& before, const config::Config& after) {
    std::vector<std::string> lines;
    compare_names(before.directories, after.directories, "directory", lines);
    compare_names(before.tenants, after.tenants, "tenant", lines);
    for (const auto& [name, old] : before.tenants) {
        const auto now = after.tenants.find(name);
        if (now == after.tenants.end()) continue;
        if (old.unknown_quiet != now->second.unknown_quiet)
            lines.push_back("tenant." + name.value + ".unknown_quiet has changed");
        if (old.writes_per_second != now->second.writes_per_second)
            lines.push_back("tenant." + name.value + ".writes_per_second has changed");
    }
    if (before.service.state_dir != after.service.state_dir) lines.push_back("service.state_dir has changed");
    if (before.service.socket != after.service.socket) lines.push_back("service.socket has changed");
    if (!(before.service.sealing_key == after.service.sealing_key))
        lines.push_back("service.sealing_key has changed");
    return lines;
}

}  // namespace uplift::daemon
