// The addresses of reads: targets with their filters.
//
// Pure. Every value is an OData literal (quotes doubled) and percent-encoded as a whole: a + of an anchor
// that arrives as a blank finds nobody, for ever (T19). Contract: graph.md section 2.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/http/url.hpp"
#include "core/model/ids.hpp"

namespace uplift::graph {

// At most 15 values; one is asked for by eq, several by in.
inline constexpr std::size_t most_filter_values = 15;
http::Target users_by_upn(const http::BaseUrl& base, std::span<const std::string> upns);
// An advanced query: needs the header ConsistencyLevel: eventual as well.
http::Target users_by_anchor(const http::BaseUrl& base, std::span<const std::string> anchors);
http::Target user(const http::BaseUrl& base, const ObjectId& id, std::string_view properties);
http::Target memberships(const http::BaseUrl& base, const ObjectId& id);
http::Target group(const http::BaseUrl& base, std::string_view id);
http::Target groups_named(const http::BaseUrl& base, std::string_view name);

}  // namespace uplift::graph
