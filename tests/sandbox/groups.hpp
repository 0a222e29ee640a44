// The groups of the tenant and who is in them, with what each kind refuses.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/directory.hpp"
#include "tests/sandbox/message.hpp"

namespace uplift::sandbox {

enum class GroupKind {
    security,
    microsoft365,
    distribution,
    mail_security,
    dynamic,
    synced,
    role_assignable,
};

std::optional<GroupKind> group_kind_named(std::string_view word);
std::string_view word(GroupKind kind);

struct Member {
    UserPosition user = 0;
    bool present = true;
    TimePoint visible_at{};
    std::uint32_t adds = 1;
    std::uint32_t removals = 0;
};

struct Group {
    std::string id;
    GroupKind kind = GroupKind::security;
    std::string display_name;
    std::string mail;
    std::string mail_nickname;
    std::string description;
    std::string membership_rule;
    std::vector<std::string> proxy_addresses;
    std::vector<Licence> licences;  // what its members get
    TimePoint created_at{};
    std::vector<Member> members;  // in the order they came; who left stays, not present
    std::unordered_map<UserPosition, std::uint32_t> places;
    std::size_t present = 0;

    bool mail_enabled() const;
    bool security_enabled() const;
    const Member* member(UserPosition user) const;
};

using GroupPosition = std::uint32_t;

class Groups {
 public:
    GroupPosition add(Group group);
    std::optional<GroupPosition> with_id(std::string_view id) const;
    Group& at(GroupPosition position) { return groups_[position]; }
    const Group& at(GroupPosition position) const { return groups_[position]; }
    std::size_t size() const { return groups_.size(); }

    void join(GroupPosition position, UserPosition user, TimePoint visible_at);
    void leave(GroupPosition position, UserPosition user);

 private:
    std::deque<Group> groups_;
    std::unordered_map<std::string, GroupPosition> by_id_;
};

}  // namespace uplift::sandbox
