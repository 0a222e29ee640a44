#include "daemon/warnings.hpp"

namespace uplift::daemon {

void Warnings::raise(const std::string& about, const std::string& what) {
    const auto found = standing_.find(about);
    if (found != standing_.end() && found->second == what) return;
    if (found == standing_.end() && standing_.size() >= most) {
        const engine::Facts bound{{"kept", std::to_string(most)}};
        if (++not_kept_ == 1) journal_.write(engine::Level::warn, "further warnings are only counted", bound);
        return;
    }
    standing_[about] = what;
    const engine::Facts facts{{"about", about}, {"what", what}};
    journal_.write(engine::Level::warn, "warning", facts);
}

void Warnings::clear(const std::string& about) {
    if (standing_.erase(about) > 0) not_kept_ = 0;
}

std::vector<std::string> Warnings::all() const {
    std::vector<std::string> lines;
    for (const auto& [about, what] : standing_) lines.push_back(about + ": " + what);
    if (not_kept_ > 0) lines.push_back("warnings: " + std::to_string(not_kept_) + " more, not kept");
    return lines;
}

}  // namespace uplift::daemon
