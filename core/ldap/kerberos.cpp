#include "core/ldap/kerberos.hpp"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace uplift::ldap {
namespace {

using Kind = OpeningFailure::Kind;

std::string words_of(OM_uint32 major, OM_uint32 minor) {
    const bool of_mechanism = minor != 0;
    OM_uint32 ignored = 0, more = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    auto* mechanism = const_cast<gss_OID>(gss_mech_krb5);
    if (GSS_ERROR(::gss_display_status(&ignored,
                                       of_mechanism ? minor : major,
                                       of_mechanism ? GSS_C_MECH_CODE : GSS_C_GSS_CODE,
                                       mechanism,
                                       &more,
                                       &text)))
        return "error " + std::to_string(minor);
    std::string words(static_cast<const char*>(text.value), text.length);
    ::gss_release_buffer(&ignored, &text);
    return words;
}

OpeningFailure failure_of(OM_uint32 major, OM_uint32 minor, const std::string& principal) {
    const auto code = static_cast<krb5_error_code>(minor);
    const auto why = "no Kerberos ticket for " + principal + ": " + words_of(major, minor);
    switch (code) {
        case KRB5_KDC_UNREACH:
        case KRB5_REALM_UNKNOWN:
        case KRB5_REALM_CANT_RESOLVE:
        case KRB5KDC_ERR_SVC_UNAVAILABLE:
            return {.kind = Kind::unreachable, .why = why, .cure = {}};
        case KRB5KRB_AP_ERR_SKEW:
        case KRB5_KDCREP_SKEW:
            return {.kind = Kind::unauthorized,
                    .why = why,
                    .cure =
                        "Set the clocks of this machine and of the domain controller: Kerberos allows 5 "
                        "minutes between them."};
        case KRB5_FCC_NOFILE:  // neither tickets nor a key to get some with
        case KRB5_CC_NOTFOUND:
            return {.kind = Kind::unauthorized,
                    .why = "the keytab has no key of " + principal,
                    .cure = "Export the keytab anew, or correct principal: letter case counts."};
        default:
            return {.kind = Kind::unauthorized,
                    .why = why,
                    .cure = "Check keytab and principal, and the account in the directory."};
    }
}

}  // namespace

std::variant<KerberosCredential, OpeningFailure> KerberosCredential::acquire(const std::string& principal,
                                                                             const std::string& keytab,
                                                                             const std::string& cache) {
    // GSSAPI says only that there are no tickets.
    if (::access(keytab.c_str(), R_OK) != 0)
        return OpeningFailure{
            .kind = Kind::unauthorized,
            .why = "the keytab " + keytab + " cannot be read: " + std::generic_category().message(errno),
            .cure = "Correct keytab, and let the user that Uplift runs as read it."};
    OM_uint32 minor = 0, ignored = 0;
    gss_buffer_desc text{.length = principal.size(), .value = const_cast<char*>(principal.data())};
    gss_name_t name = GSS_C_NO_NAME;
    auto major = ::gss_import_name(&minor, &text, GSS_KRB5_NT_PRINCIPAL_NAME, &name);
    if (GSS_ERROR(major)) return failure_of(major, minor, principal);

    const auto keytab_name = "FILE:" + keytab;
    const auto cache_name = "MEMORY:" + cache;
    std::array<gss_key_value_element_desc, 2> elements{
        {{"client_keytab", keytab_name.c_str()}, {"ccache", cache_name.c_str()}}};
    const gss_key_value_set_desc store{.count = elements.size(), .elements = elements.data()};
    gss_OID_set_desc mechanisms{.count = 1, .elements = const_cast<gss_OID>(gss_mech_krb5)};
    gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
    major = ::gss_acquire_cred_from(
        &minor, name, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE, &store, &credential, nullptr, nullptr);
    ::gss_release_name(&ignored, &name);
    if (GSS_ERROR(major)) return failure_of(major, minor, principal);
    return KerberosCredential(credential);
}

KerberosCredential::~KerberosCredential() {
    OM_uint32 ignored = 0;
    if (credential_ != GSS_C_NO_CREDENTIAL) ::gss_release_cred(&ignored, &credential_);
}

}  // namespace uplift::ldap
