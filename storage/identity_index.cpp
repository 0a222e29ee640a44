#include "storage/identity_index.hpp"

#include <algorithm>

#include "storage/checksum.hpp"

namespace uplift::storage {
namespace {

void add(std::vector<std::string>& names, std::string_view name) {
    if (name.empty()) return;
    auto folded = folded_name(name);
    if (std::find(names.begin(), names.end(), folded) == names.end()) names.push_back(std::move(folded));
}

void add_all(std::vector<std::string>& names, const std::vector<Identity>& given) {
    for (const auto& identity : given) {
        add(names, identity.value);
        const auto backslash = identity.value.find('\\');
        if (identity.kind == IdentityKind::sAMAccountName && backslash != std::string::npos)
            add(names, std::string_view(identity.value).substr(backslash + 1));
    }
}

void add_all(std::vector<std::string>& names, const ResolvedPerson& person) {
    add(names, to_string(person.object_guid));
    add(names, person.distinguished_name);
    add(names, person.user_principal_name);
    add(names, person.sam_account_name);
}

}  // namespace

std::string folded_name(std::string_view name) {
    if (const auto guid = parse_guid(name)) return to_string(*guid);
    std::string folded(name);
    for (auto& c : folded)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return folded;
}

std::int64_t name_hash(std::string_view folded) {
    Checksum hash("identity");
    hash.add(folded);
    return hash.value();
}

std::vector<std::string> names_of(const std::vector<Identity>& given) {
    std::vector<std::string> names;
    add_all(names, given);
    return names;
}

std::vector<std::string> names_of(const ResolvedPerson& person) {
    std::vector<std::string> names;
    add_all(names, person);
    return names;
}

std::vector<std::string> names_of(const Enrollment& enrollment) {
    std::vector<std::string> names;
    add_all(names, enrollment.given);
    if (enrollment.person) add_all(names, *enrollment.person);
    if (enrollment.plan) add(names, enrollment.plan->user_principal_name);
    if (enrollment.made) add(names, enrollment.made->id.value);
    return names;
}

}  // namespace uplift::storage
