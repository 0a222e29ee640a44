// Names and numbers that must not be mixed up: each is a type of its own.
//
// Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace uplift {

template <class Tag, class Value>
struct Id {
    Value value{};
    constexpr Id() = default;
    constexpr explicit Id(Value v) : value(std::move(v)) {}
    auto operator<=>(const Id&) const = default;
};

using JobId = Id<struct JobTag, std::int64_t>;                // J17
using EnrollmentId = Id<struct EnrollmentTag, std::int64_t>;  // one person in one job
using ObjectId = Id<struct ObjectTag, std::string>;           // Entra object id, lower-case GUID text
using GroupId = Id<struct GroupTag, std::string>;             // Entra object id of a group
using SkuId = Id<struct SkuTag, std::string>;                 // lower-case GUID text
using PlanId = Id<struct PlanTag, std::string>;               // service plan, lower-case GUID text
using AttemptId = Id<struct AttemptTag, std::string>;         // GUID text; goes out as client-request-id
using TenantName = Id<struct TenantTag, std::string>;         // the name in [tenant.NAME]
using DirectoryName = Id<struct DirectoryTag, std::string>;   // the name in [directory.NAME]
using ProfileName = Id<struct ProfileTag, std::string>;       // the name in [profile.NAME]

inline std::string to_string(JobId id) { return "J" + std::to_string(id.value); }

}  // namespace uplift

template <class Tag, class Value>
struct std::hash<uplift::Id<Tag, Value>> {
    std::size_t operator()(const uplift::Id<Tag, Value>& id) const { return std::hash<Value>{}(id.value); }
};
