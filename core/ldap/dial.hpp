// A TCP connection to a host: all its addresses in turn, until a deadline or until called off.
//
// Blocks in the name look-up (getaddrinfo knows no deadline) and in poll: never for the network thread.
#pragma once

#include <string>
#include <variant>

#include "core/ldap/descriptor.hpp"
#include "core/ldap/domain_controllers.hpp"

namespace uplift::ldap {

// The connected socket (non-blocking, keepalive on), or why there is none. `called_off`: rings once, for
// good.
std::variant<Descriptor, std::string> dial(const DomainController& controller,
                                           SteadyTime deadline,
                                           const Bell& called_off);

enum class Ready : std::uint8_t { yes, deadline, called_off };
// Waits for `events` (poll) on `socket`.
Ready wait_for(int socket, short events, SteadyTime deadline, const Bell& called_off);

// The other end is on this machine.
bool is_loopback_connection(int socket);

}  // namespace uplift::ldap
