// What the app may do in the tenant, by its own token's word: nothing too powerful, nothing missing.
//
// Pure. A token that carries a forbidden permission takes no write: whoever steals the app's key would own
// the tenant. Forbidden are the permissions that lead to its administration and that Uplift has no use for;
// one that a human tolerates by name is let pass. Sources: graph.md and Microsoft's permission reference (for
// each call the least permission, and those that include it).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/calls.hpp"
#include "core/model/outcome.hpp"

namespace uplift::graph {

struct PermissionRules {
    std::vector<std::string> tolerated;  // of the forbidden ones
    std::vector<Call> needed;            // what the work in this tenant comes down to
};

// Those among them that no app of Uplift may hold, but for the tolerated.
std::vector<std::string> forbidden_among(std::span<const std::string> granted,
                                         std::span<const std::string> tolerated);

// True when one of them is `least`, or includes it.
bool allows(std::span<const std::string> granted, std::string_view least);

// The least permissions of these calls that are not granted, each once, and none that another one includes.
std::vector<std::string> missing_for(std::span<const std::string> granted, std::span<const Call> calls);

// Why nothing may be written with these; and why this one call is not worth sending: then all that is missing
// is named. Nothing: go.
std::optional<Unauthorized> why_no_write(std::span<const std::string> granted, const PermissionRules& rules);
std::optional<Unauthorized> why_not(std::span<const std::string> granted,
                                    Call call,
                                    const PermissionRules& rules);

}  // namespace uplift::graph
