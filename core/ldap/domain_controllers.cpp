#include "core/ldap/domain_controllers.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace uplift::ldap {

DomainControllers::DomainControllers(std::vector<DomainController> controllers, Duration rest) : rest_(rest) {
    replace(std::move(controllers));
}

void DomainControllers::replace(std::vector<DomainController> controllers) {
    std::vector<Kept> kept;
    for (auto& controller : controllers) {
        const auto* known = find(controller);
        const auto rests_until = known == nullptr ? SteadyTime::min() : known->rests_until;
        auto why = known == nullptr ? std::string() : known->why;
        kept.push_back({std::move(controller), rests_until, std::move(why)});
    }
    controllers_ = std::move(kept);
}

DomainControllers::Kept* DomainControllers::find(const DomainController& controller) {
    const auto found = std::find_if(controllers_.begin(), controllers_.end(), [&](const Kept& kept) {
        return kept.controller.uri == controller.uri;
    });
    return found == controllers_.end() ? nullptr : &*found;
}

std::optional<DomainController> DomainControllers::pick(SteadyTime now) const {
    for (const auto& [controller, rests_until, why] : controllers_)
        if (rests_until <= now) return controller;
    return std::nullopt;
}

std::optional<DomainController> DomainControllers::better_than(const DomainController& current,
                                                               SteadyTime now) const {
    int rank = std::numeric_limits<int>::max();
    for (const auto& kept : controllers_)
        if (kept.controller.uri == current.uri) rank = kept.controller.rank;
    for (const auto& [controller, rests_until, why] : controllers_)
        if (controller.rank < rank && rests_until <= now) return controller;
    return std::nullopt;
}

void DomainControllers::failed(const DomainController& controller, SteadyTime now) {
    if (auto* kept = find(controller)) kept->rests_until = now + rest_;
}

void DomainControllers::explain(const DomainController& controller, std::string why) {
    if (auto* kept = find(controller)) kept->why = std::move(why);
}

std::string DomainControllers::why_resting(SteadyTime now) const {
    constexpr int most = 3;
    std::string text;
    int said = 0;
    for (const auto& [controller, rests_until, why] : controllers_) {
        if (rests_until <= now || why.empty() || ++said > most) continue;
        if (!text.empty()) text += "; ";
        text += controller.name + ": " + why;
    }
    return text;
}

void DomainControllers::lost(const DomainController& controller, SteadyTime now) {
    failed(controller, now);
    if (!pick(now)) answered(controller);
}

void DomainControllers::answered(const DomainController& controller) {
    if (auto* kept = find(controller)) kept->rests_until = SteadyTime::min();
}

}  // namespace uplift::ldap
