#include "daemon/peer.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace uplift::daemon {
namespace {

constexpr std::size_t name_service_buffer = 64 * 1024;
constexpr std::size_t most_groups = 65'536;  // NGROUPS_MAX

std::optional<gid_t> group_named(const char* name) {
    std::vector<char> buffer(name_service_buffer);
    struct group entry {};
    struct group* found = nullptr;
    if (getgrnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return entry.gr_gid;
}

struct Login {
    std::string name;
    gid_t gid{};
};

std::optional<Login> login_of(uid_t uid) {
    std::vector<char> buffer(name_service_buffer);
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return Login{.name = entry.pw_name, .gid = entry.pw_gid};
}

Fault unknown_peer(const char* call) {
    return Fault{
        .code = FaultCode::not_allowed,
        .where = "",
        .what = std::string("the kernel does not say who calls (") + call + ": " + std::strerror(errno) + ")",
        .cure = "Call over the daemon's own Unix socket."};
}

}  // namespace

Result<PeerIds> peer_of(int socket) {
    ucred credentials{};
    socklen_t length = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
        return unknown_peer("SO_PEERCRED");
    PeerIds peer{.uid = credentials.uid, .gid = credentials.gid, .groups = {}};

    peer.groups.resize(64);
    for (;;) {
        length = static_cast<socklen_t>(peer.groups.size() * sizeof(gid_t));
        if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &length) == 0) break;
        // ERANGE: `length` now says how much is needed.
        if (errno != ERANGE || length / sizeof(gid_t) > most_groups) return unknown_peer("SO_PEERGROUPS");
        peer.groups.resize(length / sizeof(gid_t));
    }
    peer.groups.resize(length / sizeof(gid_t));
    return peer;
}

HostIds host_ids() {
    return HostIds{.members = group_named("uplift"),
                   .administrators = group_named("uplift-admin"),
                   .daemon_uid = getuid()};
}

Actor actor_of(uid_t uid) {
    const auto login = login_of(uid);
    return Actor{.uid = uid, .name = login ? login->name : "uid " + std::to_string(uid)};
}

bool is_member(uid_t uid, gid_t group) {
    const auto login = login_of(uid);
    if (!login) return false;
    std::vector<gid_t> groups(64);
    int count = static_cast<int>(groups.size());
    while (getgrouplist(login->name.c_str(), login->gid, groups.data(), &count) < 0) {
        if (count <= static_cast<int>(groups.size()) || count > static_cast<int>(most_groups)) return false;
        groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace uplift::daemon
