#include "core/ldap/result_meaning.hpp"

#include <ldap.h>

#include <array>
#include <utility>

namespace uplift::ldap {
namespace {

// LdapErr … AcceptSecurityContext error, data XXX: Windows error numbers in hexadecimal (ERROR_LOGON_FAILURE
// 1326 = 52e, and so on).
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> bind_reasons{{
    {"525", "no such user"},
    {"52e", "wrong password"},
    {"52f", "the account is restricted"},
    {"530", "not allowed to sign in at this time"},
    {"531", "not allowed to sign in from this machine"},
    {"532", "the password has expired"},
    {"533", "the account is disabled"},
    {"568", "too many context identifiers"},
    {"569", "not granted this kind of sign-in"},
    {"701", "the account has expired"},
    {"773", "the password must be changed first"},
    {"775", "the account is locked"},
    {"80090346", "it demands another channel binding"},
}};

constexpr std::array<std::pair<int, std::string_view>, 27> code_names{{
    {LDAP_OPERATIONS_ERROR, "operationsError"},
    {LDAP_PROTOCOL_ERROR, "protocolError"},
    {LDAP_TIMELIMIT_EXCEEDED, "timeLimitExceeded"},
    {LDAP_SIZELIMIT_EXCEEDED, "sizeLimitExceeded"},
    {LDAP_AUTH_METHOD_NOT_SUPPORTED, "authMethodNotSupported"},
    {LDAP_STRONG_AUTH_REQUIRED, "strongerAuthRequired"},
    {LDAP_REFERRAL, "referral"},
    {LDAP_ADMINLIMIT_EXCEEDED, "adminLimitExceeded"},
    {LDAP_UNAVAILABLE_CRITICAL_EXTENSION, "unavailableCriticalExtension"},
    {LDAP_CONFIDENTIALITY_REQUIRED, "confidentialityRequired"},
    {LDAP_NO_SUCH_ATTRIBUTE, "noSuchAttribute"},
    {LDAP_UNDEFINED_TYPE, "undefinedAttributeType"},
    {LDAP_INAPPROPRIATE_MATCHING, "inappropriateMatching"},
    {LDAP_INVALID_SYNTAX, "invalidAttributeSyntax"},
    {LDAP_NO_SUCH_OBJECT, "noSuchObject"},
    {LDAP_ALIAS_PROBLEM, "aliasProblem"},
    {LDAP_INVALID_DN_SYNTAX, "invalidDNSyntax"},
    {LDAP_INAPPROPRIATE_AUTH, "inappropriateAuthentication"},
    {LDAP_INVALID_CREDENTIALS, "invalidCredentials"},
    {LDAP_INSUFFICIENT_ACCESS, "insufficientAccessRights"},
    {LDAP_BUSY, "busy"},
    {LDAP_UNAVAILABLE, "unavailable"},
    {LDAP_UNWILLING_TO_PERFORM, "unwillingToPerform"},
    {LDAP_LOOP_DETECT, "loopDetect"},
    {LDAP_AFFECTS_MULTIPLE_DSAS, "affectsMultipleDSAs"},
    {LDAP_OTHER, "other"},
    {LDAP_SUCCESS, "success"},
}};

}  // namespace

Meaning meaning_of_search(int code) {
    switch (code) {
        case LDAP_SUCCESS:
            return Meaning::success;
        case LDAP_NO_SUCH_OBJECT:
            return Meaning::nobody;
        case LDAP_BUSY:
        case LDAP_TIMELIMIT_EXCEEDED:
            return Meaning::later;
        // AD answers operationsError where it has forgotten our bind, other where its database fails.
        case LDAP_UNAVAILABLE:
        case LDAP_OPERATIONS_ERROR:
        case LDAP_OTHER:
            return Meaning::elsewhere;
        default:
            return Meaning::refused;
    }
}

SignInMeaning meaning_of_bind(int code) {
    switch (code) {
        case LDAP_SUCCESS:
            return SignInMeaning::success;
        case LDAP_BUSY:
        case LDAP_UNAVAILABLE:
        case LDAP_OPERATIONS_ERROR:
        case LDAP_OTHER:
        case LDAP_TIMELIMIT_EXCEEDED:
        case LDAP_PROTOCOL_ERROR:
            return SignInMeaning::elsewhere;
        case LDAP_STRONG_AUTH_REQUIRED:
        case LDAP_CONFIDENTIALITY_REQUIRED:
        case LDAP_AUTH_METHOD_NOT_SUPPORTED:
        case LDAP_REFERRAL:
            return SignInMeaning::refused;
        default:
            return SignInMeaning::unauthorized;
    }
}

std::string code_words(int code) {
    for (const auto& [number, name] : code_names)
        if (number == code) return std::string(name) + " (" + std::to_string(code) + ")";
    return "result code " + std::to_string(code);
}

std::string bind_reason(std::string_view diagnostic) {
    constexpr std::string_view mark = ", data ";
    const auto at = diagnostic.find(mark);
    if (at == std::string_view::npos) return {};
    const auto rest = diagnostic.substr(at + mark.size());
    const auto number = rest.substr(0, rest.find_first_not_of("0123456789abcdef"));
    for (const auto& [known, words] : bind_reasons)
        if (known == number) return std::string(words) + " (data " + std::string(number) + ")";
    return {};
}

}  // namespace uplift::ldap
