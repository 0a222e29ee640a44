// Verdict: whether a profile may take a person at all, decided before anything is planned.
//
// Pure. Protected people (adminCount, critical system objects, the built-in RIDs), entries that are no users,
// accounts of services, mailboxes of nobody (rooms, equipment, shared and system ones) and disabled accounts
// (unless the profile includes them) are skipped: that is no failure. A person outside the profile's OUs is a
// failure: somebody asked for more than is allowed.
#pragma once

#include <optional>

#include "core/model/person.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"
#include "core/model/step.hpp"

namespace uplift::profile {

struct Verdict {
    Fault fault;
    StepState state = StepState::failed;  // skipped or failed
};

// Nothing: the person may be taken.
std::optional<Verdict> verdict(const Profile& profile, const Person& person);

}  // namespace uplift::profile
