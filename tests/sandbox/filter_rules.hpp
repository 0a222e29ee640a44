// Which filters a resource answers, by Graph's table: some at once, some only as advanced queries, some
// never.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tests/sandbox/filter.hpp"

namespace uplift::sandbox {

enum class Support : std::uint8_t { always, advanced, never };

struct FilterableProperty {
    std::string_view name;
    Support equality;  // eq, in, and any(… eq …)
    Support prefix;    // startsWith
    Support order;     // ge, le
};

struct FilterableResource {
    std::string_view name;  // as in the refusals: User
    std::span<const FilterableProperty> properties;
};

const FilterableResource& filterable_users();
const FilterableResource& filterable_groups();
const FilterableResource& filterable_contacts();

enum class QueryKind { standard, advanced };

// Throws Request_UnsupportedQuery as the service does.
void check_filter(const Filter& filter, const FilterableResource& resource, QueryKind kind);

}  // namespace uplift::sandbox
