// People named on the command line, as the rows of a file that the one intake reads.
//
// Pure.
#pragma once

#include <span>
#include <string>

#include "core/model/identity.hpp"

namespace uplift::upliftctl {

// By its look: a GUID, a DN (has =), a userPrincipalName (has @), else a sAMAccountName.
IdentityKind kind_of(std::string_view id);

// A column for each kind that occurs; one row a person.
std::string csv_of_people(std::span<const std::string> ids);

}  // namespace uplift::upliftctl
