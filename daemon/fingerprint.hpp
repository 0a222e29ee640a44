// The fingerprint of a submission: the same bytes with the same profile from the same person.
//
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/profile.hpp"

namespace uplift::daemon {

// Every field of the profile in a fixed order, each with its length, so that no two profiles share a text.
std::string canonical_text(const Profile& profile);

// What is digested.
std::string fingerprint_text(std::string_view sha256_of_bytes,
                             const Profile& profile,
                             std::uint32_t submitter);

}  // namespace uplift::daemon
