#include "core/graph/calls.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace uplift::graph {
namespace {

constexpr std::array table{
    CallEntry{Call::find_by_upn,
              "looking up accounts by name",
              "User.Read.All",
              false,
              false,
              FaultCode::tenant_reply},
    CallEntry{Call::find_by_anchor,
              "looking up accounts by anchor",
              "User.Read.All",
              false,
              false,
              FaultCode::tenant_reply},
    CallEntry{
        Call::get_account, "reading the account", "User.Read.All", false, true, FaultCode::tenant_reply},
    CallEntry{Call::get_licenses,
              "reading the account's licences",
              "User.Read.All",
              false,
              true,
              FaultCode::tenant_reply},
    CallEntry{Call::get_memberships,
              "reading the account's groups",
              "GroupMember.Read.All",
              false,
              true,
              FaultCode::tenant_reply},
    CallEntry{Call::get_skus,
              "reading the licences",
              "LicenseAssignment.Read.All",
              false,
              false,
              FaultCode::tenant_reply},
    CallEntry{
        Call::get_domains, "reading the domains", "Domain.Read.All", false, false, FaultCode::tenant_reply},
    CallEntry{
        Call::get_group, "reading the group", "GroupMember.Read.All", false, true, FaultCode::tenant_reply},
    CallEntry{Call::find_groups,
              "looking up the group",
              "GroupMember.Read.All",
              false,
              false,
              FaultCode::tenant_reply},
    CallEntry{Call::create_user,
              "creating the account",
              "User.ReadWrite.All",
              true,
              false,
              FaultCode::account_refused},
    CallEntry{Call::set_usage_location,
              "setting the usage location",
              "User.ReadWrite.All",
              true,
              true,
              FaultCode::account_refused},
    CallEntry{Call::assign_licenses,
              "giving the licences",
              "LicenseAssignment.ReadWrite.All",
              true,
              true,
              FaultCode::license_refused},
    CallEntry{Call::add_member,
              "joining the group",
              "GroupMember.ReadWrite.All",
              true,
              true,
              FaultCode::group_refused},
};

}  // namespace

const CallEntry& entry_of(Call call) {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& e) { return e.call == call; });
    if (found == table.end()) std::abort();
    return *found;
}

}  // namespace uplift::graph
