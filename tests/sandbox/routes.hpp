// Graph's calls: method and path, what they cost, which permissions they need, who handles them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/call.hpp"
#include "tests/sandbox/throttle.hpp"

namespace uplift::sandbox {

struct Route {
    std::string_view method;
    std::string_view pattern;  // below /v1.0; {} stands for an id
    int resource_units;
    int writes;
    std::span<const std::string_view> roles;  // any of them will do
    Answer (*handle)(Call&);
};

struct RouteMatch {
    const Route* route = nullptr;
    std::vector<std::string> ids;
    bool other_method = false;  // the path is known, with another method
};

// `segments` without v1.0.
RouteMatch find_route(std::string_view method, std::span<const std::string> segments);

// The published base cost with its modifiers: $select -1, $expand +1, $top below 20 -1, never below 1.
Cost cost_of(const Route& route, const Url& url, const nlohmann::json& body);

}  // namespace uplift::sandbox
