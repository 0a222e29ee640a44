#include "core/ldap/sign_in.hpp"

#include <poll.h>
#include <sasl/sasl.h>
#include <sys/time.h>

#include <ctime>
#include <memory>

#include "core/ldap/result_meaning.hpp"

namespace uplift::ldap {
namespace {

using Kind = OpeningFailure::Kind;
using Failure = std::optional<OpeningFailure>;

struct MessageFree {
    void operator()(LDAPMessage* message) const { ::ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, MessageFree>;

OpeningFailure unreachable(std::string why) {
    return {.kind = Kind::unreachable, .why = std::move(why), .cure = {}};
}

// All of the answer to `request`; or why it did not come.
std::variant<Message, OpeningFailure> wait_for_reply(const Channel& channel, int request) {
    while (true) {
        timeval at_once{};
        LDAPMessage* message = nullptr;
        const int type = ::ldap_result(channel.handle, request, LDAP_MSG_ALL, &at_once, &message);
        if (type < 0) return unreachable("the connection was cut before the sign-in ended");
        if (type > 0) return Message(message);
        if (wait_for(channel.socket, POLLIN, channel.deadline, channel.called_off) != Ready::yes)
            return unreachable("it does not answer");
    }
}

std::string diagnostic_of(LDAP* handle) {
    char* text = nullptr;
    ::ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
    std::string diagnostic = text == nullptr ? "" : text;
    ::ldap_memfree(text);
    return diagnostic;
}

Failure meaning_of(int code, const std::string& diagnostic, const std::string& cure) {
    const auto reason = bind_reason(diagnostic);
    switch (meaning_of_bind(code)) {
        case SignInMeaning::success:
            return {};
        case SignInMeaning::elsewhere:
            return unreachable("the sign-in ended with " + code_words(code));
        case SignInMeaning::refused:
            return OpeningFailure{.kind = Kind::refused,
                                  .why = "it refuses this way of signing in with " + code_words(code),
                                  .cure = "Set tls to \"ldaps\" or \"starttls\"."};
        case SignInMeaning::unauthorized:
            return OpeningFailure{.kind = Kind::unauthorized,
                                  .why = "it refuses the service account with " + code_words(code) +
                                         (reason.empty() ? "" : ": " + reason),
                                  .cure = cure};
    }
    return unreachable("the sign-in ended with " + code_words(code));
}

Failure bind_simply(const Channel& channel, const LdapSettings& settings) {
    const auto password = settings.password.view();
    berval credentials{.bv_len = password.size(), .bv_val = const_cast<char*>(password.data())};
    int request = 0;
    if (::ldap_sasl_bind(channel.handle,
                         settings.bind_dn.c_str(),
                         LDAP_SASL_SIMPLE,
                         &credentials,
                         nullptr,
                         nullptr,
                         &request) != LDAP_SUCCESS)
        return unreachable("the connection was cut before the sign-in");
    auto reply = reply_to(channel, request);
    if (auto* failure = std::get_if<OpeningFailure>(&reply)) return std::move(*failure);
    const auto& [code, diagnostic] = std::get<Replied>(reply);
    return meaning_of(code, diagnostic, "Check bind_dn and password, and the account in the directory.");
}

// SASL asks for a name to act as (nobody's: one's own) before it looks for tickets; only then is there a SASL
// context that can be told whose.
int answer_sasl(LDAP* handle, unsigned, void* credential, void* questions) {
    if (::ldap_set_option(handle, LDAP_OPT_X_SASL_GSS_CREDS, credential) != LDAP_OPT_SUCCESS)
        return LDAP_LOCAL_ERROR;
    for (auto* question = static_cast<sasl_interact_t*>(questions); question->id != SASL_CB_LIST_END;
         ++question) {
        question->result = "";
        question->len = 0;
    }
    return LDAP_SUCCESS;
}

// What libldap says by itself, without a domain controller's word.
Failure local_failure(int code, const std::string& diagnostic) {
    if (code == LDAP_AUTH_UNKNOWN)
        return OpeningFailure{.kind = Kind::refused,
                              .why = "this machine has no GSSAPI for SASL",
                              .cure = "Install libsasl2-modules-gssapi-mit."};
    if (diagnostic.find("Clock skew") != std::string::npos)
        return OpeningFailure{.kind = Kind::unauthorized,
                              .why =
                                  "the clocks of this machine and of the domain controller differ by more "
                                  "than Kerberos allows",
                              .cure = "Set both: Kerberos allows 5 minutes between them."};
    return unreachable("Kerberos failed: " + (diagnostic.empty() ? ::ldap_err2string(code) : diagnostic));
}

Failure bind_by_kerberos(const Channel& channel, const LdapSettings& settings, gss_cred_id_t tickets) {
    const bool over_tls = settings.tls != Tls::none;
    if (over_tls) {
        int binding = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT;
        ::ldap_set_option(channel.handle, LDAP_OPT_X_SASL_CBINDING, &binding);
    }
    ::ldap_set_option(channel.handle, LDAP_OPT_X_SASL_SECPROPS, "maxssf=0,noplain,noanonymous");
    const char* mechanism = nullptr;
    int request = 0;
    Message reply;
    while (true) {
        const int code = ::ldap_sasl_interactive_bind(channel.handle,
                                                      nullptr,
                                                      "GSSAPI",
                                                      nullptr,
                                                      nullptr,
                                                      LDAP_SASL_QUIET,
                                                      answer_sasl,
                                                      tickets,
                                                      reply.get(),
                                                      &mechanism,
                                                      &request);
        if (code == LDAP_SUCCESS) return {};
        if (code < 0) return local_failure(code, diagnostic_of(channel.handle));
        if (code != LDAP_SASL_BIND_IN_PROGRESS)
            return meaning_of(code,
                              diagnostic_of(channel.handle),
                              "Check keytab and principal, and the account in the directory.");
        auto came = wait_for_reply(channel, request);
        if (auto* failure = std::get_if<OpeningFailure>(&came)) return std::move(*failure);
        reply = std::get<Message>(std::move(came));
    }
}

// 20261123182114.0Z (generalizedTime; AD always in UTC)
std::optional<std::time_t> parse_time(std::string_view text) {
    std::tm parts{};
    const std::string copy(text);
    const char* rest = ::strptime(copy.c_str(), "%Y%m%d%H%M%S", &parts);
    if (rest == nullptr || copy.back() != 'Z') return std::nullopt;
    return ::timegm(&parts);
}

}  // namespace

std::variant<Replied, OpeningFailure> reply_to(const Channel& channel, int request) {
    auto came = wait_for_reply(channel, request);
    if (auto* failure = std::get_if<OpeningFailure>(&came)) return std::move(*failure);
    Replied replied;
    char* text = nullptr;
    const int parsed = ::ldap_parse_result(
        channel.handle, std::get<Message>(came).get(), &replied.code, nullptr, &text, nullptr, nullptr, 0);
    if (text != nullptr) replied.diagnostic = text;
    ::ldap_memfree(text);
    if (parsed != LDAP_SUCCESS) return unreachable("its answer cannot be read");
    return replied;
}

std::optional<OpeningFailure> sign_in(const Channel& channel,
                                      const LdapSettings& settings,
                                      const KerberosCredential* tickets) {
    return tickets == nullptr ? bind_simply(channel, settings)
                              : bind_by_kerberos(channel, settings, tickets->get());
}

std::optional<std::chrono::seconds> clock_skew(const Channel& channel) {
    std::string wanted = "currentTime";
    char* attributes[] = {wanted.data(), nullptr};
    int request = 0;
    if (::ldap_search_ext(channel.handle,
                          "",
                          LDAP_SCOPE_BASE,
                          "(objectClass=*)",
                          attributes,
                          0,
                          nullptr,
                          nullptr,
                          nullptr,
                          1,
                          &request) != LDAP_SUCCESS)
        return std::nullopt;
    const auto came = wait_for_reply(channel, request);
    const auto* message = std::get_if<Message>(&came);
    if (message == nullptr) return std::nullopt;
    auto* entry = ::ldap_first_entry(channel.handle, message->get());
    if (entry == nullptr) return std::nullopt;
    berval** values = ::ldap_get_values_len(channel.handle, entry, wanted.c_str());
    if (values == nullptr) return std::nullopt;
    const std::unique_ptr<berval*, void (*)(berval**)> owner(values, &::ldap_value_free_len);
    const auto theirs =
        values[0] == nullptr ? std::nullopt : parse_time({values[0]->bv_val, values[0]->bv_len});
    if (!theirs) return std::nullopt;
    return std::chrono::seconds{*theirs - std::time(nullptr)};
}

}  // namespace uplift::ldap
