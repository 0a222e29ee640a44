// The calls of Microsoft Graph that Uplift makes, and what is fixed about each.
//
// Pure. Least permissions: graph.md, "P:".
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/fault_code.hpp"

namespace uplift::graph {

enum class Call : std::uint8_t {
    find_by_upn,
    find_by_anchor,
    get_account,
    get_licenses,
    get_memberships,
    get_skus,
    get_domains,
    get_group,
    find_groups,
    create_user,
    set_usage_location,
    assign_licenses,
    add_member
};

struct CallEntry {
    Call call;
    std::string_view doing;       // "creating the account"
    std::string_view permission;  // the least that allows it
    bool write;
    // It names an object by its id: 404 means not there, or not there yet.
    bool by_id;
    FaultCode refused;  // where the service says nothing more exact
};
const CallEntry& entry_of(Call call);

}  // namespace uplift::graph
