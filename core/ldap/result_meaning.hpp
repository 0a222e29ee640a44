// What an LDAP result code means for a search, and Active Directory's reasons for refusing a sign-in.
//
// Pure. Codes: RFC 4511; busy, unavailable and the rest as domain controllers use them.
#pragma once

#include <string>
#include <string_view>

namespace uplift::ldap {

enum class Meaning : std::uint8_t {
    success,
    nobody,     // no such entry
    later,      // busy: the same domain controller, after a pause
    elsewhere,  // this domain controller cannot: the next one
    refused     // definite
};

// Of a final search result.
Meaning meaning_of_search(int code);

enum class SignInMeaning : std::uint8_t {
    success,
    elsewhere,     // this domain controller cannot
    unauthorized,  // these credentials are refused: asking others would only lock the account
    refused        // the way of signing in is refused (clear text)
};
SignInMeaning meaning_of_bind(int code);

// "sizeLimitExceeded (4)"
std::string code_words(int code);

// What `data 52e` in Active Directory's diagnostic text of a refused bind says: "wrong password (data 52e)".
// Empty where there is none.
std::string bind_reason(std::string_view diagnostic);

}  // namespace uplift::ldap
