#include "core/ldap/opening.hpp"

#include <fcntl.h>
#include <ldap.h>
#include <openldap.h>
#include <sys/time.h>

#include <optional>

#include "core/ldap/dial.hpp"
#include "core/ldap/kerberos.hpp"
#include "core/ldap/result_meaning.hpp"
#include "core/ldap/sign_in.hpp"

namespace uplift::ldap {
namespace {

using Kind = OpeningFailure::Kind;
using Failure = std::optional<OpeningFailure>;

constexpr int proto_tcp = 1;  // LDAP_PROTO_TCP of libldap's ldap_pvt.h, which is not installed
constexpr ber_len_t max_message = 4U << 20;
constexpr const char* system_ca_file = "/etc/ssl/certs/ca-certificates.crt";

OpeningFailure unreachable(std::string why) {
    return {.kind = Kind::unreachable, .why = std::move(why), .cure = {}};
}

std::string diagnostic_of(LDAP* handle) {
    char* text = nullptr;
    ::ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
    std::string diagnostic = text == nullptr ? "" : text;
    ::ldap_memfree(text);
    return diagnostic;
}

timeval to_timeval(Duration duration) {
    return {.tv_sec = duration.count() / 1000, .tv_usec = (duration.count() % 1000) * 1000};
}

void set_number(LDAP* handle, int option, int value) { ::ldap_set_option(handle, option, &value); }

// Every option that matters, whatever libldap's defaults are (trap T7: version 2, referrals on, no timeouts).
void set_options(LDAP* handle, const Limits& limits) {
    set_number(handle, LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3);
    set_number(handle, LDAP_OPT_DEREF, LDAP_DEREF_NEVER);
    set_number(handle, LDAP_OPT_SIZELIMIT, LDAP_NO_LIMIT);
    set_number(handle, LDAP_OPT_TIMELIMIT, LDAP_NO_LIMIT);
    ::ldap_set_option(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ::ldap_set_option(handle, LDAP_OPT_RESTART, LDAP_OPT_ON);
    ::ldap_set_option(handle, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_ON);
    ::ldap_set_option(handle, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
    const timeval network = to_timeval(limits.connect);
    ::ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, &network);
    ::ldap_set_option(handle, LDAP_OPT_TIMEOUT, &network);
    Sockbuf* buffer = nullptr;
    ber_len_t most = max_message;
    if (::ldap_get_option(handle, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS && buffer != nullptr)
        ::ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &most);
}

// A TLS context of this session's own: certificate and name demanded.
Failure set_tls(LDAP* handle, const std::string& ca_file) {
    const std::string& trusted = ca_file.empty() ? system_ca_file : ca_file;
    set_number(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND);
    set_number(handle, LDAP_OPT_X_TLS_REQUIRE_SAN, LDAP_OPT_X_TLS_ALLOW);  // the CN where there is no SAN
    set_number(handle, LDAP_OPT_X_TLS_CRLCHECK, LDAP_OPT_X_TLS_CRL_NONE);
    set_number(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2);
    ::ldap_set_option(handle, LDAP_OPT_X_TLS_CACERTFILE, trusted.c_str());
    int for_client = 0;
    if (::ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, &for_client) == LDAP_OPT_SUCCESS) return {};
    return OpeningFailure{.kind = Kind::tls,
                          .why = "the trusted certificates in " + trusted + " cannot be used",
                          .cure = "Check that ca_file exists, is readable and holds PEM certificates."};
}

// libldap over GnuTLS has no number for a refused certificate: its own verification leaves no GnuTLS error
// behind ("unknown error code"), whereas cut and malformed handshakes have theirs.
bool is_verification_failure(const std::string& diagnostic) {
    return diagnostic.empty() || diagnostic.find("unknown error code") != std::string::npos ||
           diagnostic.find("ertificate") != std::string::npos ||
           diagnostic.find("hostname") != std::string::npos;
}

// libldap over GnuTLS ignores LDAP_OPT_X_TLS_PROTOCOL_MIN, and leaks for each context whose priorities are
// set; so the version is looked at when it is settled, before the password.
bool is_new_enough(LDAP* handle) {
    char* text = nullptr;
    ::ldap_get_option(handle, LDAP_OPT_X_TLS_VERSION, &text);
    const std::string version = text == nullptr ? "" : text;
    ::ldap_memfree(text);
    return version == "TLS1.2" || version == "TLS1.3" || version == "TLSv1.2" || version == "TLSv1.3";
}

Failure shake_hands(LDAP* handle, const DomainController& controller) {
    if (::ldap_install_tls(handle) != LDAP_SUCCESS) {
        const auto diagnostic = diagnostic_of(handle);
        if (!is_verification_failure(diagnostic)) return unreachable("TLS failed: " + diagnostic);
        return OpeningFailure{
            .kind = Kind::tls,
            .why =
                "its certificate is not accepted: not signed by ca_file, out of date, or not for the name " +
                controller.host,
            .cure = "Check ca_file, and that `uris` has the name that stands in the certificate."};
    }
    if (is_new_enough(handle)) return {};
    return OpeningFailure{.kind = Kind::tls,
                          .why = "it speaks a TLS older than 1.2",
                          .cure = "Switch TLS 1.2 on at the domain controller."};
}

Failure start_tls(const Channel& channel) {
    int request = 0;
    if (::ldap_start_tls(channel.handle, nullptr, nullptr, &request) != LDAP_SUCCESS)
        return unreachable("the connection was cut before TLS");
    auto reply = reply_to(channel, request);
    if (auto* failure = std::get_if<OpeningFailure>(&reply)) return std::move(*failure);
    const int code = std::get<Replied>(reply).code;
    if (code == LDAP_SUCCESS) return {};
    // AC-31: whoever strips StartTLS gets no password.
    return OpeningFailure{.kind = Kind::tls,
                          .why = "it refuses StartTLS with " + code_words(code),
                          .cure = "Give the domain controller a certificate, or use ldaps:// in `uris`."};
}

}  // namespace

OpeningResult open_session(const DomainController& controller,
                           const LdapSettings& settings,
                           Watchdog& watchdog,
                           const Bell& called_off) {
    std::optional<KerberosCredential> tickets;
    if (settings.bind == Bind::gssapi) {
        auto acquired = KerberosCredential::acquire(
            settings.principal, settings.keytab, settings.name.value + " " + settings.principal);
        if (auto* failure = std::get_if<OpeningFailure>(&acquired)) return std::move(*failure);
        tickets = std::get<KerberosCredential>(std::move(acquired));
    }
    const auto deadline = std::chrono::steady_clock::now() + settings.limits.connect;
    auto dialled = dial(controller, deadline, called_off);
    if (auto* why = std::get_if<std::string>(&dialled)) return unreachable(std::move(*why));
    auto socket = std::get<Descriptor>(std::move(dialled));
    const int number = socket.get();
    auto watch = watchdog.watch(number);
    watch.arm(deadline);
    if (settings.tls == Tls::none && !is_loopback_connection(number))
        return OpeningFailure{.kind = Kind::refused,
                              .why = "it is not on this machine, and the password would travel in clear text",
                              .cure = "Set tls to \"ldaps\" or \"starttls\"."};

    LDAP* raw = nullptr;
    if (::ldap_init_fd(number, proto_tcp, controller.uri.c_str(), &raw) != LDAP_SUCCESS)
        return unreachable("libldap does not take its address");
    LdapHandle handle(raw);
    (void)socket.release();  // libldap closes it with the handle
    set_options(raw, settings.limits);

    const Channel channel{.handle = raw, .socket = number, .deadline = deadline, .called_off = called_off};
    Failure failure;
    if (settings.tls != Tls::none) failure = set_tls(raw, settings.ca_file);
    if (!failure && settings.tls == Tls::starttls) failure = start_tls(channel);
    if (!failure && settings.tls != Tls::none) failure = shake_hands(raw, controller);
    // The handshake leaves the socket blocking.
    if (!failure && ::fcntl(number, F_SETFL, ::fcntl(number, F_GETFL) | O_NONBLOCK) != 0)
        failure = unreachable("its socket cannot be made non-blocking");
    if (!failure && settings.tls != Tls::none && ::ldap_tls_inplace(raw) == 0)
        failure = unreachable("TLS is not in place");
    if (!failure) failure = sign_in(channel, settings, tickets ? &*tickets : nullptr);
    if (failure) {
        watch.shut();
        return std::move(*failure);
    }
    const auto skew = clock_skew(channel);
    watch.disarm();
    return std::make_unique<Session>(std::move(handle), std::move(watch), settings.limits.silence, skew);
}

}  // namespace uplift::ldap
