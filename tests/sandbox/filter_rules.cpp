#include "tests/sandbox/filter_rules.hpp"

#include "tests/sandbox/refusal.hpp"

namespace uplift::sandbox {
namespace {

// Graph: at most 15 expressions under `or` or in `in (…)`, in a query that is not advanced.
constexpr std::size_t most_alternatives = 15;

constexpr auto always = Support::always;
constexpr auto advanced = Support::advanced;
constexpr auto never = Support::never;

constexpr FilterableProperty users[] = {
    {"id", always, never, never},
    {"userPrincipalName", always, always, always},
    {"mail", always, always, always},
    {"mailNickname", always, always, never},
    {"displayName", always, always, always},
    {"givenName", always, always, always},
    {"surname", always, always, always},
    {"jobTitle", always, always, always},
    {"department", always, always, always},
    {"city", always, always, always},
    {"state", always, always, always},
    {"country", always, always, always},
    {"proxyAddresses", always, always, never},
    {"otherMails", always, always, never},
    {"employeeId", always, always, never},
    {"onPremisesSyncEnabled", always, never, never},
    {"accountEnabled", always, never, never},
    {"userType", always, never, never},
    {"usageLocation", always, always, never},
    {"assignedLicenses", always, never, never},
    {"createdDateTime", always, never, always},
    {"onPremisesImmutableId", advanced, never, never},
    {"onPremisesSamAccountName", advanced, advanced, never},
    {"onPremisesDistinguishedName", advanced, advanced, never},
    {"onPremisesUserPrincipalName", advanced, advanced, never},
    {"employeeType", advanced, advanced, never},
    {"companyName", advanced, advanced, never},
    {"officeLocation", advanced, advanced, never},
    {"mobilePhone", advanced, advanced, never},
    {"businessPhones", advanced, advanced, never},
    {"faxNumber", advanced, advanced, never},
    {"streetAddress", advanced, advanced, never},
    {"postalCode", advanced, advanced, never},
    {"passwordPolicies", advanced, advanced, never},
    {"preferredLanguage", advanced, advanced, never},
};

constexpr FilterableProperty groups[] = {
    {"id", always, never, never},
    {"displayName", always, always, always},
    {"mail", always, always, always},
    {"mailNickname", always, always, always},
    {"mailEnabled", always, never, never},
    {"securityEnabled", always, never, never},
    {"onPremisesSyncEnabled", always, never, never},
    {"groupTypes", always, never, never},
    {"proxyAddresses", always, always, never},
    {"isAssignableToRole", always, never, never},
    {"description", advanced, advanced, never},
};

constexpr FilterableProperty contacts[] = {
    {"id", always, never, never},
    {"displayName", always, always, always},
    {"mail", always, always, always},
    {"proxyAddresses", always, always, never},
};

Support support_for(const FilterableProperty& property, const Filter& filter) {
    switch (filter.kind) {
        case FilterKind::one_of:
            return property.equality;
        case FilterKind::function:
            if (filter.function == TextFunction::starts_with) return property.prefix;
            // endsWith: advanced, and only on the names that have an index for it.
            if (filter.function == TextFunction::ends_with &&
                (property.name == "mail" || property.name == "userPrincipalName" ||
                 property.name == "proxyAddresses" || property.name == "otherMails"))
                return advanced;
            return never;
        default:
            break;
    }
    switch (filter.comparison) {
        case Comparison::eq:
            return property.equality;
        case Comparison::ne:
            return property.equality == never ? never : advanced;
        case Comparison::ge:
        case Comparison::le:
            return property.order;
        default:
            return never;
    }
}

const FilterableProperty* find(const FilterableResource& resource, const std::string& name) {
    for (const auto& property : resource.properties)
        if (property.name == name) return &property;
    return nullptr;
}

std::size_t alternatives(const Filter& filter) {
    if (filter.kind == FilterKind::one_of) return filter.literals.size();
    if (filter.kind == FilterKind::any) return alternatives(filter.children.front());
    std::size_t count = filter.children.empty() ? 1 : 0;
    for (const auto& child : filter.children) count += alternatives(child);
    return count;
}

void check_alternatives(const Filter& filter) {
    if (filter.kind == FilterKind::either || filter.kind == FilterKind::one_of) {
        const auto count = alternatives(filter);
        if (count > most_alternatives)
            throw unsupported_query(
                "Too many child clauses specified in search filter expression containing 'OR' operators: " +
                std::to_string(count) + ". Max allowed: 15.");
    }
    for (const auto& child : filter.children) check_alternatives(child);
}

void check_leaves(const Filter& filter, const FilterableResource& resource, QueryKind kind) {
    // `not` is a matter of the delayed index, whatever stands behind it.
    if (filter.kind == FilterKind::negation && kind == QueryKind::standard) {
        const Filter* leaf = &filter.children.front();
        while (!leaf->children.empty()) leaf = &leaf->children.front();
        throw unsupported_filter(leaf->property, resource.name);
    }
    for (const auto& child : filter.children) check_leaves(child, resource, kind);
    if (!filter.children.empty()) return;
    const auto* property = find(resource, filter.property);
    const Support support = property == nullptr ? never : support_for(*property, filter);
    if (support == never || (support == advanced && kind == QueryKind::standard))
        throw unsupported_filter(filter.property, resource.name);
}

}  // namespace

const FilterableResource& filterable_users() {
    static constexpr FilterableResource resource{"User", users};
    return resource;
}
const FilterableResource& filterable_groups() {
    static constexpr FilterableResource resource{"Group", groups};
    return resource;
}
const FilterableResource& filterable_contacts() {
    static constexpr FilterableResource resource{"OrgContact", contacts};
    return resource;
}

void check_filter(const Filter& filter, const FilterableResource& resource, QueryKind kind) {
    check_leaves(filter, resource, kind);
    if (kind == QueryKind::standard) check_alternatives(filter);
}

}  // namespace uplift::sandbox
