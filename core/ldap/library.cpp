#include "core/ldap/library.hpp"

#include <ldap.h>

#include <csignal>
#include <cstdlib>
#include <mutex>

namespace uplift::ldap {

void prepare_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        ::setenv("LDAPNOINIT", "1", 1);
        LDAP* probe = nullptr;
        if (::ldap_create(&probe) == LDAP_SUCCESS) ::ldap_unbind_ext(probe, nullptr, nullptr);
        // Makes libldap start SASL, which it does at its first use and without a lock.
        char** mechanisms = nullptr;
        ::ldap_get_option(nullptr, LDAP_OPT_X_SASL_MECHLIST, &mechanisms);
    });
}

void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace uplift::ldap
