// What a profile makes of a person: the account, its licences and groups, fixed before anything is written.
//
// Pure. The first fault found is reported; its `where` is the person's DN. Nothing is guessed: a name that
// Microsoft 365 would refuse is a fault with the AD attribute to correct, never a changed name.
#pragma once

#include "core/model/account.hpp"
#include "core/model/person.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"

namespace uplift::profile {

// Faults: template_syntax (of a row's own upn), template_empty, upn_invalid, mail_nickname_invalid,
// display_name_invalid, property_invalid, usage_location_missing, usage_location_invalid.
Result<PlannedAccount> plan_account(const Profile& profile,
                                    const Overrides& overrides,
                                    const Person& person,
                                    const Anchor& anchor);

}  // namespace uplift::profile
