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
    find_user_holders,
    find_group_holders,
    find_contact_holders,
    find_deleted,
    get_roles,
    get_manager,
    get_password_change,
    get_sign_ins,
    create_user,
    set_usage_location,
    set_anchor,
    set_properties,
    set_manager,
    assign_licenses,
    add_member,
    remove_manager,
    remove_licenses,
    remove_member,
    delete_user,
    restore_user
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
