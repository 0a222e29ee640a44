// Signing in to a domain controller: by DN or UPN with a password, or by Kerberos (SASL GSSAPI).
//
// Over TLS GSSAPI lays no protection of its own around the messages (maxssf=0: AD refuses both together) and
// binds itself to the channel (tls-server-end-point, which AD may demand: LdapEnforceChannelBinding).
#pragma once

#include <ldap.h>

#include <optional>
#include <string>
#include <variant>

#include "core/ldap/dial.hpp"
#include "core/ldap/kerberos.hpp"
#include "core/ldap/opening.hpp"

namespace uplift::ldap {

// A connection while it is being opened: one request is outstanding at a time.
struct Channel {
    LDAP* handle;
    int socket;
    SteadyTime deadline;
    const Bell& called_off;
};

struct Replied {
    int code = LDAP_OTHER;
    std::string diagnostic;
};
std::variant<Replied, OpeningFailure> reply_to(const Channel& channel, int request);

// Nothing: signed in. `tickets`: where settings.bind is gssapi.
std::optional<OpeningFailure> sign_in(const Channel& channel,
                                      const LdapSettings& settings,
                                      const KerberosCredential* tickets);

// How much later the domain controller's clock is than ours (currentTime of its root, which it shows to
// everybody); nothing where it does not say.
std::optional<std::chrono::seconds> clock_skew(const Channel& channel);

}  // namespace uplift::ldap
