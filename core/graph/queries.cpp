#include "core/graph/queries.hpp"

#include "core/graph/shapes.hpp"
#include "core/text/url.hpp"

namespace uplift::graph {
namespace {

std::string one_of(std::string_view property, std::span<const std::string> values) {
    std::string filter(property);
    if (values.size() == 1) return filter + " eq " + text::odata_literal(values.front());
    filter += " in (";
    for (std::size_t i = 0; i < values.size(); ++i)
        filter += (i == 0 ? "" : ",") + text::odata_literal(values[i]);
    return filter + ")";
}

enum class Names { none, user_principal_name };

// Addresses stand with their prefix, whose letter case tells the primary one.
std::string holding(std::span<const std::string> values, Names names) {
    std::string filter;
    for (const auto& value : values) {
        if (!filter.empty()) filter += " or ";
        filter += "proxyAddresses/any(p:p eq " + text::odata_literal("smtp:" + value) +
                  ") or proxyAddresses/any(p:p eq " + text::odata_literal("SMTP:" + value) + ") or mail eq " +
                  text::odata_literal(value);
        if (names == Names::user_principal_name)
            filter += " or userPrincipalName eq " + text::odata_literal(value);
    }
    return filter;
}

}  // namespace

http::Target users_by_upn(const http::BaseUrl& base, std::span<const std::string> upns) {
    http::Target target(base);
    target.path("/users").query("$filter", one_of("userPrincipalName", upns));
    target.query("$select", account_properties);
    return target;
}

http::Target users_by_anchor(const http::BaseUrl& base, std::span<const std::string> anchors) {
    http::Target target(base);
    target.path("/users").query("$filter", one_of("onPremisesImmutableId", anchors));
    target.query("$count=true").query("$select", account_properties);
    return target;
}

http::Target user(const http::BaseUrl& base, const ObjectId& id, std::string_view properties) {
    http::Target target(base);
    target.path("/users").id(id.value).query("$select", properties);
    return target;
}

http::Target memberships(const http::BaseUrl& base, const ObjectId& id) {
    http::Target target(base);
    // Without a cast to groups: that would be an advanced query, minutes behind.
    target.path("/users").id(id.value).path("/memberOf").query("$select=id").query("$top=999");
    return target;
}

http::Target users_holding(const http::BaseUrl& base, std::span<const std::string> values) {
    http::Target target(base);
    target.path("/users").query("$filter", holding(values, Names::user_principal_name));
    target.query("$select", user_holder_properties);
    return target;
}

http::Target groups_holding(const http::BaseUrl& base, std::span<const std::string> values) {
    http::Target target(base);
    target.path("/groups").query("$filter", holding(values, Names::none));
    target.query("$select", other_holder_properties);
    return target;
}

http::Target contacts_holding(const http::BaseUrl& base, std::span<const std::string> values) {
    http::Target target(base);
    target.path("/contacts").query("$filter", holding(values, Names::none));
    target.query("$select", other_holder_properties);
    return target;
}

http::Target deleted_users_holding(const http::BaseUrl& base, const std::string& value) {
    http::Target target(base);
    target.path("/directory/deletedItems/microsoft.graph.user");
    target.query("$filter", holding({&value, 1}, Names::none));
    target.query("$count=true").query("$select", user_holder_properties);
    return target;
}

http::Target deleted_users_by_anchor(const http::BaseUrl& base, const std::string& anchor) {
    http::Target target(base);
    target.path("/directory/deletedItems/microsoft.graph.user");
    target.query("$filter", one_of("onPremisesImmutableId", {&anchor, 1}));
    target.query("$count=true").query("$select", account_properties);
    return target;
}

http::Target all_memberships(const http::BaseUrl& base, const ObjectId& id) {
    http::Target target(base);
    // Without a cast to roles: that would be an advanced query, minutes behind.
    target.path("/users").id(id.value).path("/transitiveMemberOf").query("$select=id").query("$top=999");
    return target;
}

http::Target manager(const http::BaseUrl& base, const ObjectId& id) {
    http::Target target(base);
    target.path("/users").id(id.value).path("/manager").query("$select=id");
    return target;
}

http::Target group(const http::BaseUrl& base, std::string_view id) {
    http::Target target(base);
    target.path("/groups").id(id).query("$select", group_properties);
    return target;
}

http::Target groups_named(const http::BaseUrl& base, std::string_view name) {
    const auto literal = text::odata_literal(name);
    http::Target target(base);
    target.path("/groups").query(
        "$filter", "mail eq " + literal + " or displayName eq " + literal + " or mailNickname eq " + literal);
    target.query("$select", group_properties);
    return target;
}

}  // namespace uplift::graph
