// Session: one signed-in connection to a domain controller, with many searches outstanding on it.
//
// Owned by one thread at a time. The socket is non-blocking; should libldap block all the same, the watchdog
// shuts it (trap T6). Made by open_session() of opening.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/ldap/lookup.hpp"
#include "core/ldap/watchdog.hpp"

struct ldap;  // libldap's LDAP

namespace uplift::ldap {

struct LdapCloser {
    void operator()(::ldap* handle) const;
};
using LdapHandle = std::unique_ptr<::ldap, LdapCloser>;

// A message that came: an entry or the end of the request with this number.
struct Heard {
    int request = 0;
    std::variant<Entry, SearchEnd> what;
};
struct NothingNow {};
struct LostConnection {
    std::string why;
};
using Hearing = std::variant<Heard, NothingNow, LostConnection>;

struct NotASearch {};  // libldap cannot encode it: the filter is not one
struct Congested {};   // the socket takes no more for the moment
using Sending = std::variant<int, NotASearch, Congested, LostConnection>;  // int: the request's number

class Session {
 public:
    Session(LdapHandle handle,
            Watchdog::Watch watch,
            Duration patience,
            std::optional<std::chrono::seconds> clock_skew);
    ~Session();

    Sending send(const SearchRequest& request);
    // One message that has come, if any.
    Hearing hear();
    void abandon(int request);
    [[nodiscard]] int descriptor() const { return descriptor_; }
    // How much later the domain controller's clock is than ours; nothing where it did not say.
    [[nodiscard]] std::optional<std::chrono::seconds> clock_skew() const { return clock_skew_; }

 private:
    [[nodiscard]] std::string last_error() const;

    LdapHandle handle_;
    Watchdog::Watch watch_;
    Duration patience_;
    std::optional<std::chrono::seconds> clock_skew_;
    int descriptor_ = -1;
};

}  // namespace uplift::ldap
