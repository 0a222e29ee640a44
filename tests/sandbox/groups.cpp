#include "tests/sandbox/groups.hpp"

#include "tests/sandbox/text.hpp"

namespace uplift::sandbox {
namespace {

struct KindRow {
    GroupKind kind;
    std::string_view word;
};
constexpr KindRow kinds[] = {
    {GroupKind::security, "security"},
    {GroupKind::microsoft365, "microsoft365"},
    {GroupKind::distribution, "distribution"},
    {GroupKind::mail_security, "mail_security"},
    {GroupKind::dynamic, "dynamic"},
    {GroupKind::synced, "synced"},
    {GroupKind::role_assignable, "role_assignable"},
};

}  // namespace

std::optional<GroupKind> group_kind_named(std::string_view word) {
    for (const auto& row : kinds)
        if (row.word == word) return row.kind;
    return std::nullopt;
}

std::string_view word(GroupKind kind) {
    for (const auto& row : kinds)
        if (row.kind == kind) return row.word;
    return {};
}

bool Group::mail_enabled() const {
    return kind == GroupKind::microsoft365 || kind == GroupKind::distribution ||
           kind == GroupKind::mail_security;
}

bool Group::security_enabled() const {
    return kind != GroupKind::microsoft365 && kind != GroupKind::distribution;
}

const Member* Group::member(UserPosition user) const {
    const auto found = places.find(user);
    return found == places.end() ? nullptr : &members[found->second];
}

GroupPosition Groups::add(Group group) {
    const auto position = static_cast<GroupPosition>(groups_.size());
    by_id_.emplace(lower(group.id), position);
    groups_.push_back(std::move(group));
    return position;
}

std::optional<GroupPosition> Groups::with_id(std::string_view id) const {
    const auto found = by_id_.find(lower(id));
    if (found == by_id_.end()) return std::nullopt;
    return found->second;
}

void Groups::join(GroupPosition position, UserPosition user, TimePoint visible_at) {
    Group& group = groups_[position];
    const auto found = group.places.find(user);
    if (found == group.places.end()) {
        group.places.emplace(user, static_cast<std::uint32_t>(group.members.size()));
        Member member;
        member.user = user;
        member.visible_at = visible_at;
        group.members.push_back(member);
    } else {
        Member& member = group.members[found->second];
        if (member.present) return;
        member.present = true;
        member.visible_at = visible_at;
        ++member.adds;
    }
    ++group.present;
}

void Groups::leave(GroupPosition position, UserPosition user) {
    Group& group = groups_[position];
    const auto found = group.places.find(user);
    if (found == group.places.end() || !group.members[found->second].present) return;
    group.members[found->second].present = false;
    ++group.members[found->second].removals;
    --group.present;
}

}  // namespace uplift::sandbox
