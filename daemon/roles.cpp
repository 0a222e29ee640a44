#include "daemon/roles.hpp"

#include <algorithm>

namespace uplift::daemon {

std::string_view word(Role role) {
    switch (role) {
        case Role::nobody:
            return "nobody";
        case Role::member:
            return "member";
        case Role::administrator:
            return "administrator";
    }
    return "nobody";
}

Role role_of(const PeerIds& peer, const HostIds& host, SocketMaker maker) {
    const auto is_in = [&](const std::optional<gid_t>& group) {
        return group && (peer.gid == *group ||
                         std::find(peer.groups.begin(), peer.groups.end(), *group) != peer.groups.end());
    };
    if (peer.uid == 0 || is_in(host.administrators)) return Role::administrator;
    if (maker == SocketMaker::daemon && peer.uid == host.daemon_uid) return Role::administrator;
    return is_in(host.members) ? Role::member : Role::nobody;
}

Role role_needed(protocol::Verb verb) {
    using protocol::Verb;
    switch (verb) {
        case Verb::version:
        case Verb::status:
        case Verb::submit:
        case Verb::jobs:
        case Verb::job_show:
        case Verb::job_export:
        case Verb::why:
        case Verb::users:
        case Verb::config_show:
        case Verb::tasks:
        case Verb::seats:
        case Verb::plan:
            return Role::member;
        case Verb::job_cancel:
        case Verb::job_retry:
        case Verb::job_passwords:
        case Verb::passwords_taken:
        case Verb::reload:
        case Verb::job_pause:
        case Verb::job_resume:
        case Verb::job_purge:
        case Verb::drain:
        case Verb::undrain:
        case Verb::doctor:
        case Verb::task_order:
            return Role::administrator;
    }
    return Role::administrator;
}

std::optional<Fault> refusal(Role role, protocol::Verb verb) {
    if (role >= role_needed(verb)) return std::nullopt;
    const auto needed = role_needed(verb);
    return Fault{.code = FaultCode::not_allowed,
                 .where = "",
                 .what = "`" + std::string(protocol::word(verb)) + "` is not for your account",
                 .cure = needed == Role::administrator
                             ? "Ask root or a member of group uplift-admin."
                             : "Ask to be taken into group uplift, then sign in again."};
}

}  // namespace uplift::daemon
