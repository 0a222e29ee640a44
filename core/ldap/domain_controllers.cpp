#include "core/ldap/domain_controllers.hpp"

#include <algorithm>

namespace uplift::ldap {

DomainControllers::DomainControllers(std::vector<DomainController> controllers, Duration rest)
    : controllers_(std::move(controllers)),
      rests_until_(controllers_.size(), SteadyTime::min()),
      rest_(rest) {}

std::optional<std::size_t> DomainControllers::pick(SteadyTime now) const {
    return better_than(controllers_.size(), now);
}

std::optional<std::size_t> DomainControllers::better_than(std::size_t current, SteadyTime now) const {
    for (std::size_t i = 0; i < current; ++i)
        if (!rests(i, now)) return i;
    return std::nullopt;
}

std::optional<SteadyTime> DomainControllers::better_from(std::size_t current) const {
    if (current == 0) return std::nullopt;
    return *std::min_element(rests_until_.begin(),
                             rests_until_.begin() + static_cast<std::ptrdiff_t>(current));
}

void DomainControllers::failed(std::size_t index, SteadyTime now) { rests_until_[index] = now + rest_; }

void DomainControllers::lost(std::size_t index, SteadyTime now) {
    failed(index, now);
    if (!pick(now)) rests_until_[index] = SteadyTime::min();
}

void DomainControllers::answered(std::size_t index) { rests_until_[index] = SteadyTime::min(); }

}  // namespace uplift::ldap
