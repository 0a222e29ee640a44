// The handlers of Graph's calls, one function a route; routes.cpp says which is which.
#pragma once

#include "tests/sandbox/call.hpp"

namespace uplift::sandbox {

// user_calls.cpp
Answer create_user(Call& call);
Answer get_user(Call& call);
Answer update_user(Call& call);
Answer delete_user(Call& call);
Answer get_manager(Call& call);
Answer get_manager_reference(Call& call);
Answer put_manager(Call& call);
Answer delete_manager(Call& call);

// user_list.cpp
Answer list_users(Call& call);
Answer count_users(Call& call);
Answer list_deleted_users(Call& call);

// bin_calls.cpp
Answer get_deleted_item(Call& call);
Answer restore_deleted_item(Call& call);
Answer purge_deleted_item(Call& call);
// What is older than 30 days is gone for good.
void empty_bin(Tenant& tenant, TimePoint now);

// licence_calls.cpp
Answer assign_license(Call& call);
Answer list_license_details(Call& call);
Answer list_subscribed_skus(Call& call);
Answer get_subscribed_sku(Call& call);

// group_calls.cpp
Answer list_groups(Call& call);
Answer get_group(Call& call);
Answer list_contacts(Call& call);
Answer list_domains(Call& call);
Answer list_organization(Call& call);
Answer get_objects_by_ids(Call& call);

// member_calls.cpp
Answer add_member(Call& call);
Answer update_group(Call& call);
Answer remove_member(Call& call);
Answer delete_member_object(Call& call);
Answer list_members(Call& call);
Answer list_member_of(Call& call);
Answer list_groups_of(Call& call);
Answer list_roles_of(Call& call);
Answer check_member_groups(Call& call);

}  // namespace uplift::sandbox
