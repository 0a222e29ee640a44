// Who may do what: product.md's table as a pure function of the peer and the verb.
//
// Pure. The facts about the peer come from the kernel (peer.hpp); a pid decides nothing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/model/result.hpp"
#include "daemon/protocol/request.hpp"

namespace uplift::daemon {

struct PeerIds {
    uid_t uid{};
    gid_t gid{};
    std::vector<gid_t> groups;  // supplementary ones
};

// The two groups, where the host has them, and the daemon's own user.
struct HostIds {
    std::optional<gid_t> members;         // uplift
    std::optional<gid_t> administrators;  // uplift-admin
    uid_t daemon_uid{};
};

// Who made the control socket: without systemd the daemon did, and its own user is the administrator.
enum class SocketMaker : std::uint8_t { daemon, service_manager };

enum class Role : std::uint8_t { nobody, member, administrator };
std::string_view word(Role role);

Role role_of(const PeerIds& peer, const HostIds& host, SocketMaker maker);
Role role_needed(protocol::Verb verb);

// Nothing, or the fault that names the group that may.
std::optional<Fault> refusal(Role role, protocol::Verb verb);

}  // namespace uplift::daemon
