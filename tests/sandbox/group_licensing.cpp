#include "tests/sandbox/group_licensing.hpp"

#include <algorithm>

#include "tests/sandbox/exchange/mailbox_life.hpp"
#include "tests/sandbox/licensing.hpp"

namespace uplift::sandbox {
namespace {

void replace_licences(Tenant& tenant, UserPosition position, std::vector<Licence> licences, TimePoint now) {
    User user = tenant.directory.truth(position);
    settle_seats(tenant, user.licences, licences, now);
    user.licences = std::move(licences);
    tenant.directory.replace(position, std::move(user), now);
    exchange::refresh_mailbox(tenant, position, now);
}

}  // namespace

void inherit_licences(Tenant& tenant, GroupPosition position, UserPosition user, TimePoint now) {
    const Group& group = tenant.groups.at(position);
    if (group.licences.empty()) return;
    std::vector<Licence> licences = tenant.directory.truth(user).licences;
    for (Licence licence : group.licences) {
        licence.by_group = group.id;
        licence.assigned_at = now;
        licence.error = violation_of(tenant, tenant.directory.truth(user), licences, licence);
        licences.push_back(std::move(licence));
    }
    replace_licences(tenant, user, std::move(licences), now);
}

void disinherit_licences(Tenant& tenant, GroupPosition position, UserPosition user, TimePoint now) {
    const Group& group = tenant.groups.at(position);
    std::vector<Licence> licences = tenant.directory.truth(user).licences;
    const auto from_group = [&](const Licence& licence) { return licence.by_group == group.id; };
    if (std::erase_if(licences, from_group) == 0) return;
    replace_licences(tenant, user, std::move(licences), now);
}

}  // namespace uplift::sandbox
