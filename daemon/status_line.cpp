#include "daemon/status_line.hpp"

#include <vector>

#include "core/text/show.hpp"

namespace uplift::daemon {
namespace {

std::string counted(std::int64_t count, const std::string& one, const std::string& several) {
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

std::string why_not_well(const protocol::StatusView& view) {
    const auto first_of = [](const std::vector<protocol::DoorView>& doors, const char* kind) -> std::string {
        for (const auto& door : doors)
            if (door.health != protocol::Health::ok)
                return std::string(kind) + " " + door.name + ": " + text::shown(door.why);
        return "";
    };
    if (auto tenant = first_of(view.tenants, "tenant"); !tenant.empty()) return tenant;
    if (auto directory = first_of(view.directories, "directory"); !directory.empty()) return directory;
    return view.warnings.empty() ? "" : text::shown(view.warnings.front());
}

std::string work_of(const protocol::StatusView& view) {
    if (view.jobs_open == 0) return "nothing to do";
    std::int64_t people = 0;
    std::string states;
    for (const auto& [state, count] : view.enrollments) {
        if (count == 0) continue;
        people += count;
        states += (states.empty() ? ": " : ", ") + std::to_string(count) + " " + state;
    }
    return counted(view.jobs_open, "job", "jobs") + " open, " + counted(people, "person", "people") + states;
}

}  // namespace

std::string status_line(const protocol::StatusView& view) {
    std::string line(protocol::word(view.health));
    line += ": ";
    if (view.health != protocol::Health::ok)
        if (const auto why = why_not_well(view); !why.empty()) line += why + "; ";
    if (view.drained) line += "drained; ";
    line += work_of(view);
    if (!view.warnings.empty())
        line += "; " + counted(static_cast<std::int64_t>(view.warnings.size()), "warning", "warnings");
    return line;
}

}  // namespace uplift::daemon
