#include "core/graph/permissions.hpp"

#include <algorithm>
#include <array>

#include "core/text/utf8.hpp"

namespace uplift::graph {
namespace {

// A full stop at the end: everything below it.
constexpr std::array<std::string_view, 7> forbidden{"Directory.ReadWrite.All",
                                                    "Group.ReadWrite.All",
                                                    "RoleManagement.ReadWrite.",
                                                    "Application.ReadWrite.",
                                                    "AppRoleAssignment.ReadWrite.",
                                                    "Domain.ReadWrite.",
                                                    "Policy.ReadWrite."};

struct Includes {
    std::string_view permission;
    std::string_view least;
};
constexpr std::array included{
    Includes{"User.ReadWrite.All", "User.Read.All"},
    Includes{"Directory.Read.All", "User.Read.All"},
    Includes{"Directory.ReadWrite.All", "User.Read.All"},
    Includes{"Directory.ReadWrite.All", "User.ReadWrite.All"},
    Includes{"Directory.Read.All", "OrgContact.Read.All"},
    Includes{"Directory.ReadWrite.All", "OrgContact.Read.All"},
    Includes{"Group.Read.All", "GroupMember.Read.All"},
    Includes{"Group.ReadWrite.All", "GroupMember.Read.All"},
    Includes{"GroupMember.ReadWrite.All", "GroupMember.Read.All"},
    Includes{"Directory.Read.All", "GroupMember.Read.All"},
    Includes{"Directory.ReadWrite.All", "GroupMember.Read.All"},
    Includes{"Group.ReadWrite.All", "GroupMember.ReadWrite.All"},
    Includes{"Directory.ReadWrite.All", "GroupMember.ReadWrite.All"},
    Includes{"LicenseAssignment.ReadWrite.All", "LicenseAssignment.Read.All"},
    Includes{"Organization.Read.All", "LicenseAssignment.Read.All"},
    Includes{"Organization.ReadWrite.All", "LicenseAssignment.Read.All"},
    Includes{"Directory.Read.All", "LicenseAssignment.Read.All"},
    Includes{"Directory.ReadWrite.All", "LicenseAssignment.Read.All"},
    Includes{"User.ReadWrite.All", "LicenseAssignment.ReadWrite.All"},
    Includes{"Directory.ReadWrite.All", "LicenseAssignment.ReadWrite.All"},
    Includes{"Domain.ReadWrite.All", "Domain.Read.All"},
    Includes{"Directory.Read.All", "Domain.Read.All"},
    Includes{"Directory.ReadWrite.All", "Domain.Read.All"},
};

bool is_forbidden(std::string_view permission) {
    return std::any_of(forbidden.begin(), forbidden.end(), [&](std::string_view one) {
        return one.ends_with('.') ? permission.starts_with(one) : permission == one;
    });
}

// "A", "A and B", "A, B and C"
std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (at > 0) out += at + 1 == words.size() ? " and " : ", ";
        out += words[at];
    }
    return out;
}

Unauthorized lacks(const std::vector<std::string>& missing, std::string_view then) {
    return Unauthorized{.code = FaultCode::tenant_permission,
                        .what = "the app lacks " + joined(missing) + ", so " + std::string(then),
                        .cure = "Grant it " + joined(missing) +
                                " as application permissions and give admin consent; it counts within "
                                "minutes, or at once after a reload."};
}

}  // namespace

std::vector<std::string> forbidden_among(std::span<const std::string> granted,
                                         std::span<const std::string> tolerated) {
    std::vector<std::string> out;
    for (const auto& permission : granted) {
        const bool let_pass = std::any_of(tolerated.begin(), tolerated.end(), [&](const std::string& one) {
            return text::same_ignoring_case(one, permission);
        });
        if (is_forbidden(permission) && !let_pass) out.push_back(permission);
    }
    return out;
}

bool allows(std::span<const std::string> granted, std::string_view least) {
    return std::any_of(granted.begin(), granted.end(), [&](const std::string& permission) {
        return permission == least || std::any_of(included.begin(), included.end(), [&](const Includes& one) {
                   return one.permission == permission && one.least == least;
               });
    });
}

std::vector<std::string> missing_for(std::span<const std::string> granted, std::span<const Call> calls) {
    std::vector<std::string> out;
    for (const auto call : calls) {
        const auto least = entry_of(call).permission;
        if (!allows(granted, least) && std::find(out.begin(), out.end(), least) == out.end())
            out.emplace_back(least);
    }
    const auto all = out;
    std::erase_if(out, [&](const std::string& one) {
        return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
            return other != one && allows({&other, 1}, one);
        });
    });
    return out;
}

std::optional<Unauthorized> why_no_write(std::span<const std::string> granted, const PermissionRules& rules) {
    if (const auto excess = forbidden_among(granted, rules.tolerated); !excess.empty())
        return Unauthorized{.code = FaultCode::tenant_permission,
                            .what = "the app holds " + joined(excess) +
                                    ", which could take over the whole tenant, so nothing is written",
                            .cure = "Take " + joined(excess) + " away from the app, or name it" +
                                    " in the tenant's tolerate_permissions, and reload."};
    if (const auto missing = missing_for(granted, rules.needed); !missing.empty())
        return lacks(missing, "nothing is written");
    return std::nullopt;
}

std::optional<Unauthorized> why_not(std::span<const std::string> granted,
                                    Call call,
                                    const PermissionRules& rules) {
    if (allows(granted, entry_of(call).permission)) return std::nullopt;
    auto calls = rules.needed;
    calls.push_back(call);
    return lacks(missing_for(granted, calls), std::string(entry_of(call).doing) + " is not possible");
}

}  // namespace uplift::graph
