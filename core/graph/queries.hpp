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
// Holders of one of these addresses; at most `most_holder_values`.
inline constexpr std::size_t most_holder_values = 3;
http::Target users_holding(const http::BaseUrl& base, std::span<const std::string> values);
http::Target groups_holding(const http::BaseUrl& base, std::span<const std::string> values);
http::Target contacts_holding(const http::BaseUrl& base, std::span<const std::string> values);
// Advanced queries, like users_by_anchor; their URLs have at most 2,048 letters, so one value at a time. In
// the bin an account has lost its name and kept its addresses.
http::Target deleted_users_holding(const http::BaseUrl& base, const std::string& value);
http::Target deleted_users_by_anchor(const http::BaseUrl& base, const std::string& anchor);
http::Target all_memberships(const http::BaseUrl& base, const ObjectId& id);
http::Target manager(const http::BaseUrl& base, const ObjectId& id);
http::Target group(const http::BaseUrl& base, std::string_view id);
http::Target groups_named(const http::BaseUrl& base, std::string_view name);

}  // namespace uplift::graph
