#include "daemon/warnings.hpp"

namespace uplift::daemon {

void Warnings::raise(const std::string& about, const std::string& what) {
    const auto found = standing_.find(about);
    if (found != standing_.end() && found->second == what) return;
    if (found == standing_.end() && standing_.size() >= most) return;
    standing_[about] = what;
    const engine::Facts facts{{"about", about}, {"what", what}};
    journal_.write(engine::Level::warn, "warning", facts);
}

void Warnings::clear(const std::string& about) { standing_.erase(about); }

std::vector<std::string> Warnings::all() const {
    std::vector<std::string> lines;
    for (const auto& [about, what] : standing_) lines.push_back(about + ": " + what);
    return lines;
}

}  // namespace uplift::daemon
