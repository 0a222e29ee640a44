// A person and a profile as most tests need them.
#pragma once

#include <string>
#include <utility>

#include "core/model/person.hpp"
#include "core/model/profile.hpp"

namespace uplift::profile {

inline Person a_person(Attributes different = {}) {
    Person person;
    person.object_guid = *parse_guid("068692c4-5f55-4775-bfd1-a5e20a2b6282");
    person.distinguished_name = "CN=Doe\\, Jane,OU=IT Department,DC=corp,DC=example,DC=com";
    person.attributes = {{"userPrincipalName", {"JDoe@corp.example.com"}},
                         {"sAMAccountName", {"jdoe"}},
                         {"displayName", {"Jane Doe"}},
                         {"cn", {"Doe, Jane"}},
                         {"givenName", {"Jane"}},
                         {"sn", {"Müller"}},
                         {"c", {"DE"}},
                         {"objectClass", {"top", "person", "organizationalPerson", "user"}},
                         {"userAccountControl", {"512"}}};
    // An empty list takes the attribute away.
    for (auto& [name, values] : different)
        if (values.empty())
            person.attributes.erase(person.attributes.find(name));
        else
            person.attributes[name] = std::move(values);
    return person;
}

inline Profile a_profile() {
    Profile profile;
    profile.name = ProfileName{"staff"};
    profile.domain = "contoso.com";
    profile.licenses.emplace_back();
    profile.licenses.back().sku = "SPE_E3";
    profile.licenses.back().disabled_plans = {"YAMMER_ENTERPRISE"};
    profile.groups = {"All Staff"};
    return profile;
}

}  // namespace uplift::profile
