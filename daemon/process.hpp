// What the process does to itself before anything else runs: environment, signals, dumps, umask.
//
// To be called once, first thing, while there is one thread.
#pragma once

namespace uplift::daemon {

// Clears the environment of all but what systemd and the C library's time and language need (AC-46: no proxy,
// no LDAPTLS_*, no SSL_CERT_FILE), asks libldap not to read its own files (T7), ignores SIGPIPE and SIGXFSZ
// (T15), makes the process undumpable (AC-45) and new files private.
void harden_process();

// True for a name that harden_process keeps.
bool keeps_variable(const char* name);

}  // namespace uplift::daemon
