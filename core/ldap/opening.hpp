// Opening a session: Kerberos ticket (where bind is gssapi), TCP, TLS, sign-in, in this order and never
// another.
//
// Blocks until the deadline at most, plus the time of a name look-up and of a KDC: runs on a thread of its
// own. The password goes to libldap and from there to the wire; libldap does not wipe the message it was in.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "core/ldap/domain_controllers.hpp"
#include "core/ldap/ldap_directory.hpp"
#include "core/ldap/session.hpp"

namespace uplift::ldap {

struct OpeningFailure {
    enum class Kind : std::uint8_t {
        unreachable,   // the next domain controller may answer
        tls,           // its certificate is not accepted, or it has no TLS; the next may be better
        unauthorized,  // the service account is refused
        refused        // the way of signing in is refused
    };
    Kind kind = Kind::unreachable;
    std::string why;
    std::string cure;
};

using OpeningResult = std::variant<std::unique_ptr<Session>, OpeningFailure>;

OpeningResult open_session(const DomainController& controller,
                           const LdapSettings& settings,
                           Watchdog& watchdog,
                           const Bell& called_off);

}  // namespace uplift::ldap
