// Distribution groups and who is in them: lists and mail-enabled security groups, which Graph cannot change.
#include "tests/sandbox/exchange/access.hpp"
#include "tests/sandbox/exchange/cmdlet.hpp"
#include "tests/sandbox/exchange/cmdlet_fault.hpp"
#include "tests/sandbox/exchange/recipients.hpp"
#include "tests/sandbox/group_licensing.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {
namespace {

using nlohmann::json;

bool is_distribution_group(const Group& group) {
    return group.kind == GroupKind::distribution || group.kind == GroupKind::mail_security;
}

GroupPosition group_of(const Invocation& call) {
    const auto identity = call.text("Identity");
    std::optional<GroupPosition> found;
    for (GroupPosition i = 0; i < call.tenant.groups.size(); ++i) {
        const Group& group = call.tenant.groups.at(i);
        if (!is_distribution_group(group)) continue;
        bool fits = same_ignoring_case(group.id, identity) ||
                    same_ignoring_case(group.mail_nickname, identity) ||
                    same_ignoring_case(group.display_name, identity);
        for (const auto& address : group.proxy_addresses)
            fits = fits || same_ignoring_case(without_prefix(address), without_prefix(identity));
        if (!fits) continue;
        if (found) throw ambiguous(identity);
        found = i;
    }
    if (!found) throw object_not_found(identity);
    return *found;
}

// A member is a recipient; a mailbox that does not take commands yet is none.
UserPosition member_of(const Invocation& call) {
    const auto identity = call.text("Member");
    if (identity.empty()) throw missing_parameter("Member");
    const auto user = user_with_identity(call.tenant, identity);
    if (!user) throw recipient_not_found(identity);
    const Mailbox* box = call.tenant.mailboxes.find(*user);
    const bool not_yet =
        box != nullptr && box->state == MailboxState::present && !box->takes_commands(call.now);
    if (not_yet || recipient_type(call.tenant, *user).empty()) throw recipient_not_found(identity);
    return *user;
}

bool is_present(const Group& group, UserPosition user) {
    const Member* member = group.member(user);
    return member != nullptr && member->present;
}

// An app owns no group: only the bypass lets it in.
void check_manager(const Invocation& call) {
    if (!call.flag("BypassSecurityGroupManagerCheck")) throw not_the_manager();
}

std::string user_name(const Invocation& call, UserPosition user) {
    return name_of(call.tenant.directory.truth(user));
}

}  // namespace

NextRow get_distribution_group(Invocation& call) {
    if (call.has("Identity") && !call.text("Identity").empty())
        return rows_of({group_row(call.tenant.groups.at(group_of(call)))});
    return [&tenant = call.tenant](std::size_t& position) -> std::optional<json> {
        while (position < tenant.groups.size()) {
            const Group& group = tenant.groups.at(static_cast<GroupPosition>(position++));
            if (is_distribution_group(group)) return group_row(group);
        }
        return std::nullopt;
    };
}

NextRow get_distribution_group_member(Invocation& call) {
    const auto group_position = group_of(call);
    return [&tenant = call.tenant, group_position](std::size_t& position) -> std::optional<json> {
        const Group& group = tenant.groups.at(group_position);
        while (position < group.members.size()) {
            const Member& member = group.members[position++];
            if (!member.present || tenant.directory.truth(member.user).presence != Presence::active) continue;
            return user_row(tenant, member.user);
        }
        return std::nullopt;
    };
}

NextRow add_distribution_group_member(Invocation& call) {
    const auto position = group_of(call);
    check_manager(call);
    const auto user = member_of(call);
    const Group& group = call.tenant.groups.at(position);
    if (is_present(group, user)) throw already_member(user_name(call, user), group.mail_nickname);
    call.tenant.groups.join(position, user, call.now);
    auto& groups = call.tenant.directory.facts(user).groups;
    std::erase(groups, position);
    groups.push_back(position);
    inherit_licences(call.tenant, position, user, call.now);
    return rows_of({});
}

NextRow remove_distribution_group_member(Invocation& call) {
    const auto position = group_of(call);
    check_manager(call);
    const auto identity = call.text("Member");
    const auto user = user_with_identity(call.tenant, identity);
    if (!user) throw recipient_not_found(identity);
    const Group& group = call.tenant.groups.at(position);
    if (!is_present(group, *user)) throw not_a_member(user_name(call, *user), group.mail_nickname);
    call.tenant.groups.leave(position, *user);
    std::erase(call.tenant.directory.facts(*user).groups, position);
    disinherit_licences(call.tenant, position, *user, call.now);
    return rows_of({});
}

}  // namespace uplift::sandbox::exchange
