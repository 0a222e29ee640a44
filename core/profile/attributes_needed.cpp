#include "core/profile/attributes_needed.hpp"

#include <set>
#include <string_view>

#include "core/model/person.hpp"
#include "core/profile/attribute_map.hpp"
#include "core/profile/template.hpp"

namespace uplift::profile {

std::vector<std::string> attributes_needed(const Profile& profile, const Overrides& overrides) {
    // The verdict's, then those of names that every account has.
    std::set<std::string, AttributeNameLess> names{"adminCount",
                                                   "isCriticalSystemObject",
                                                   "objectSid",
                                                   "objectClass",
                                                   "userAccountControl",
                                                   "msExchRecipientTypeDetails",
                                                   "msExchMailboxGuid",
                                                   "userPrincipalName",
                                                   "sAMAccountName",
                                                   "mailNickname",
                                                   "displayName",
                                                   "cn"};
    const auto add = [&](std::string_view text) {
        const auto parsed = Template::parse(text);
        if (parsed) names.insert(parsed->attributes().begin(), parsed->attributes().end());
    };
    add(overrides.upn.value_or(profile.upn));
    add(overrides.usage_location.value_or(profile.usage_location));
    if (profile.manager) names.insert("manager");
    for (const auto& alias : overrides.aliases.value_or(profile.aliases)) add(alias);
    for (const auto& property : graph_properties()) add(template_of(profile, property));
    return {names.begin(), names.end()};
}

}  // namespace uplift::profile
