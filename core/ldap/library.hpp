// libldap made ready for a process: nothing of its environment or of ldaprc files counts.
//
// Trap T7: LDAPTLS_REQCERT=never in the environment, ./ldaprc or ~/.ldaprc would turn verification off;
// LDAPNOINIT, set before libldap's first call, keeps it from reading any of them.
#pragma once

namespace uplift::ldap {

// Before anything else of libldap, and before there are threads. Further calls do nothing.
void prepare_library();

// Signals are for the main thread: the calling thread gets none, SIGPIPE of a cut connection included.
void block_signals();

}  // namespace uplift::ldap
