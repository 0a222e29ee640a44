// Who is in which group: writes with the refusals of each kind of group, and reads from both ends.
#include <set>

#include "tests/sandbox/calls.hpp"
#include "tests/sandbox/group_licensing.hpp"
#include "tests/sandbox/group_view.hpp"
#include "tests/sandbox/paging.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/text.hpp"
#include "tests/sandbox/user_view.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t most_bound_members = 20;   // Graph: members@odata.bind
constexpr std::size_t most_checked_groups = 20;  // Graph: checkMemberGroups

GroupPosition addressed_group(const Call& call) {
    const auto position = call.tenant.groups.with_id(call.ids[0]);
    if (!position) throw not_found(call.ids[0]);
    return *position;
}

void check_members_writable(const Call& call, const Group& group) {
    switch (group.kind) {
        case GroupKind::security:
        case GroupKind::microsoft365:
            return;
        case GroupKind::distribution:
        case GroupKind::mail_security:
            throw bad_request("Cannot Update a mail-enabled security groups and or distribution list.");
        case GroupKind::dynamic:
            throw bad_request("Unable to update members: this group's membership is dynamic.");
        case GroupKind::synced:
            throw synced_object();
        case GroupKind::role_assignable:
            if (!call.caller.has_role("RoleManagement.ReadWrite.Directory")) throw denied();
            return;
    }
}

Refusal already_member() {
    return bad_request(
        "One or more added object references already exist for the following modified properties: "
        "'members'.");
}

void join(Call& call, GroupPosition group, UserPosition user) {
    const auto visible_at = call.now + call.tenant.random.delay(call.tenant.settings.lag.read);
    call.tenant.groups.join(group, user, visible_at);
    auto& groups = call.tenant.directory.facts(user).groups;
    std::erase(groups, group);
    groups.push_back(group);
    inherit_licences(call.tenant, group, user, call.now);
}

bool is_present(const Group& group, UserPosition user) {
    const Member* member = group.member(user);
    return member != nullptr && member->present;
}

std::string reference_in(const json& entry) {
    if (!entry.is_string()) throw bad_request("The '@odata.id' property is required in the request body.");
    return entry.get<std::string>();
}

// Graph: objects that the caller may not read come with their type and id alone.
json role_view(const Call& call, const std::string& role, const std::vector<std::string>& names) {
    const bool readable = call.caller.has_role("RoleManagement.Read.Directory") ||
                          call.caller.has_role("RoleManagement.Read.All") ||
                          call.caller.has_role("Directory.Read.All") ||
                          call.caller.has_role("Directory.ReadWrite.All");
    // The same role has the same id at every reading.
    std::string digits = hex_capitals(role + std::string(16, ' ')).substr(0, 32);
    for (const std::size_t at : {8u, 13u, 18u, 23u}) digits.insert(at, "-");
    const json whole = {{"id", lower(digits)},
                        {"displayName", readable ? json(role) : json(nullptr)},
                        {"description", nullptr},
                        {"roleTemplateId", nullptr}};
    json view = names.empty() ? whole : json::object();
    for (const auto& name : names)
        if (whole.contains(name)) view[name] = whole[name];
    view["@odata.type"] = "#microsoft.graph.directoryRole";
    return view;
}

struct Wanted {
    bool groups;
    bool roles;
};

// Groups first, then directory roles: one row of positions.
Answer member_of(Call& call, Wanted wanted) {
    const auto names = selected(call);
    const auto position = addressed_user(call, call.ids[0]);
    const auto& groups = call.tenant.directory.facts(position).groups;
    const auto& roles = call.tenant.directory.truth(position).admin_roles;
    const std::size_t end = groups.size() + roles.size();
    const NextElement next = [&](std::size_t& at) -> std::optional<json> {
        for (; at < end; ++at) {
            if (at >= groups.size()) {
                if (!wanted.roles) continue;
                return role_view(call, roles[at++ - groups.size()], names);
            }
            const Group& group = call.tenant.groups.at(groups[at]);
            if (!wanted.groups || group.member(position)->visible_at > call.now) continue;
            ++at;
            json view = group_view(group, names);
            view["@odata.type"] = "#microsoft.graph.group";
            return view;
        }
        return std::nullopt;
    };
    Answer answer;
    answer.body["@odata.context"] = context_url(call, with_selection("directoryObjects", names));
    write_page(call, next, answer.body);
    return answer;
}

}  // namespace

Answer add_member(Call& call) {
    const json& body = call.object_body();
    for (const auto& [key, value] : body.items())
        if (key != "@odata.id") throw unknown_property(key, "microsoft.graph.directoryObject");
    const std::string id = referenced_id(call, reference_in(body.value("@odata.id", json())));
    const auto group = addressed_group(call);
    check_members_writable(call, call.tenant.groups.at(group));
    const auto user = writable_user(call, id);
    if (is_present(call.tenant.groups.at(group), user)) throw already_member();
    join(call, group, user);
    return no_content();
}

Answer update_group(Call& call) {
    const json& body = call.object_body();
    for (const auto& [key, value] : body.items())
        if (key != "members@odata.bind")
            throw bad_request("This sandbox changes the members of a group, and nothing else of it: '" + key +
                              "'.");
    const auto bound = body.find("members@odata.bind");
    if (bound == body.end() || !bound->is_array() || bound->empty())
        throw bad_request("A value is required for 'members@odata.bind'.");
    if (bound->size() > most_bound_members)
        throw bad_request("The number of members bound in one request exceeds the limit of 20.");
    const auto group = addressed_group(call);
    check_members_writable(call, call.tenant.groups.at(group));
    // All or nothing: judge every one before the first is added.
    std::set<UserPosition> users;
    for (const auto& entry : *bound) {
        const auto user = writable_user(call, referenced_id(call, reference_in(entry)));
        if (is_present(call.tenant.groups.at(group), user) || !users.insert(user).second)
            throw already_member();
    }
    for (const auto user : users) join(call, group, user);
    return no_content();
}

Answer remove_member(Call& call) {
    const auto group = addressed_group(call);
    check_members_writable(call, call.tenant.groups.at(group));
    const auto user = call.tenant.directory.holder(Key::id, call.ids[1], Presence::active);
    if (!user) throw not_found(call.ids[1]);
    if (!is_present(call.tenant.groups.at(group), *user))
        throw bad_request(
            "One or more removed object references do not exist for the following modified properties: "
            "'members'.");
    call.tenant.groups.leave(group, *user);
    std::erase(call.tenant.directory.facts(*user).groups, group);
    disinherit_licences(call.tenant, group, *user, call.now);
    return no_content();
}

// Graph: the path of a member without /$ref means the user, not the membership.
Answer delete_member_object(Call& call) {
    addressed_group(call);
    call.ids.erase(call.ids.begin());
    return delete_user(call);
}

Answer list_members(Call& call) {
    const auto names = selected(call);
    check_user_selection(names);
    const Group& group = call.tenant.groups.at(addressed_group(call));
    const NextElement next = [&](std::size_t& position) -> std::optional<json> {
        while (position < group.members.size()) {
            const Member& member = group.members[position++];
            const User& user = call.tenant.directory.truth(member.user);
            if (!member.present || member.visible_at > call.now || user.presence != Presence::active)
                continue;
            json view = user_view(call.tenant, user, names);
            view["@odata.type"] = "#microsoft.graph.user";
            return view;
        }
        return std::nullopt;
    };
    Answer answer;
    answer.body["@odata.context"] = context_url(call, with_selection("directoryObjects", names));
    write_page(call, next, answer.body);
    return answer;
}

Answer list_member_of(Call& call) { return member_of(call, Wanted{.groups = true, .roles = true}); }
Answer list_groups_of(Call& call) { return member_of(call, Wanted{.groups = true, .roles = false}); }
Answer list_roles_of(Call& call) { return member_of(call, Wanted{.groups = false, .roles = true}); }

Answer check_member_groups(Call& call) {
    const json& body = call.object_body();
    const auto ids = body.find("groupIds");
    if (ids == body.end() || !ids->is_array()) throw bad_request("The 'groupIds' parameter is required.");
    if (ids->size() > most_checked_groups)
        throw bad_request("The number of groupIds in the request exceeds the limit of 20.");
    const auto user = addressed_user(call, call.ids[0]);
    json value = json::array();
    for (const auto& entry : *ids) {
        if (!entry.is_string() || !is_guid(entry.get_ref<const std::string&>()))
            throw bad_request("Invalid GUID:" + entry.dump());
        const auto group = call.tenant.groups.with_id(entry.get<std::string>());
        if (!group) continue;
        const Member* member = call.tenant.groups.at(*group).member(user);
        if (member != nullptr && member->present && member->visible_at <= call.now)
            value.push_back(call.tenant.groups.at(*group).id);
    }
    Answer answer;
    answer.body = {{"@odata.context", context_url(call, "Collection(Edm.String)")},
                   {"value", std::move(value)}};
    return answer;
}

}  // namespace uplift::sandbox
