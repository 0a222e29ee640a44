// The attribute map: which property of an account comes from which AD attribute, and what Graph takes of it.
//
// Pure. Lengths: Graph's user resource; where it publishes none, the upper bound of the AD schema. Lengths
// count UTF-16 units. A profile's own templates stand over the default ones; "" leaves a property out, and so
// does a template that yields nothing: AD has no empty strings.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/person.hpp"
#include "core/model/profile.hpp"
#include "core/model/result.hpp"

namespace uplift::profile {

struct GraphProperty {
    std::string_view name;
    std::string_view default_template;
    std::size_t max;
};

// Every property that a profile may give. displayName is the only one that an account must have.
std::span<const GraphProperty> graph_properties();
// Null where there is no such property (names are told apart by letter case, as Graph does).
const GraphProperty* graph_property(std::string_view name);

// The template in force; empty: the property is left out.
std::string_view template_of(const Profile& profile, const GraphProperty& property);

// What is wrong with a value, in one clause; nothing when all is well. Line ends may stand in streetAddress.
std::optional<std::string> what_is_wrong_with_property(const GraphProperty& property, std::string_view value);

// The person's properties but displayName, each with its value, in the order of the map. Fault
// property_invalid, placed at `where`.
Result<std::vector<std::pair<std::string, std::string>>> mapped_properties(const Profile& profile,
                                                                           const Person& person,
                                                                           std::string_view domain,
                                                                           const std::string& where);

}  // namespace uplift::profile
