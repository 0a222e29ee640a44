// Under which names an enrollment can be found: any identity that was given, read or made for it.
//
// Pure. Names are folded (ASCII letters to lower case, GUIDs to one spelling, CORP\jdoe also as jdoe) and
// kept as hashes; who looks one up compares the folded text itself, so that a collision shows nobody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/job.hpp"

namespace uplift::storage {

std::string folded_name(std::string_view name);
std::int64_t name_hash(std::string_view folded);

// Folded, without duplicates.
std::vector<std::string> names_of(const std::vector<Identity>& given);
std::vector<std::string> names_of(const ResolvedPerson& person);
std::vector<std::string> names_of(const Enrollment& enrollment);

}  // namespace uplift::storage
