// A Kerberos credential of the service account: tickets got with its keytab, kept in memory.
//
// GSSAPI's credential store is told keytab and cache by name, so nothing of the process's environment counts
// (KRB5CCNAME, KRB5_CLIENT_KTNAME); /etc/krb5.conf does. Tickets that near their end are got anew by
// acquire(). Blocks while it talks to the KDC, for as long as krb5.conf lets it.
#pragma once

#include <gssapi/gssapi.h>

#include <string>
#include <utility>
#include <variant>

#include "core/ldap/opening.hpp"

namespace uplift::ldap {

class KerberosCredential {
 public:
    // `cache`: names the tickets within this process; those of one name are shared.
    static std::variant<KerberosCredential, OpeningFailure> acquire(const std::string& principal,
                                                                    const std::string& keytab,
                                                                    const std::string& cache);
    KerberosCredential(KerberosCredential&& other) noexcept
        : credential_(std::exchange(other.credential_, GSS_C_NO_CREDENTIAL)) {}
    KerberosCredential& operator=(KerberosCredential&& other) noexcept {
        std::swap(credential_, other.credential_);
        return *this;
    }
    ~KerberosCredential();
    [[nodiscard]] gss_cred_id_t get() const { return credential_; }

 private:
    explicit KerberosCredential(gss_cred_id_t credential) : credential_(credential) {}
    gss_cred_id_t credential_;
};

}  // namespace uplift::ldap
