// The access token of one app for one service: got when needed, shared by all calls, renewed in time.
//
// One executor, one thread. One sign-in runs at a time, however many ask; it is renewed at 80 % of its life
// while the old token goes on. After a refusal that a person must mend, one sign-in is tried every
// `rest_after_refusal`; in between everybody gets the same answer. Contract: oauth.md.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/http/assertion.hpp"
#include "core/http/client.hpp"
#include "core/model/outcome.hpp"
#include "core/model/secret.hpp"

namespace uplift::http {

struct ClientSecret {
    Secret value;
};
using Credential = std::variant<ClientSecret, Certificate>;

struct TokenSettings {
    BaseUrl login;          // https://login.microsoftonline.com
    std::string tenant;     // GUID or verified domain
    std::string client_id;  // GUID text
    std::string scope;      // https://graph.microsoft.com/.default
    Credential credential;
    Duration rest_after_refusal = std::chrono::minutes{5};
    Duration first_backoff = std::chrono::seconds{2};  // doubled, full jitter
    Duration sign_in_limit = std::chrono::seconds{60};
    unsigned tries = 3;
};

struct Token {
    std::shared_ptr<const Secret> bearer;
    TimePoint fresh_until;
    TimePoint expires_at;
    // Application permissions by the token's own word; nothing where it cannot be read.
    std::optional<std::vector<std::string>> roles;
};
using TokenPtr = std::shared_ptr<const Token>;

class TokenSource {
 public:
    // `client` must outlive the source. `now` is the engine's clock.
    TokenSource(Client& client, TokenSettings settings, std::function<TimePoint()> now);
    ~TokenSource();
    TokenSource(const TokenSource&) = delete;
    TokenSource& operator=(const TokenSource&) = delete;

    // Done, NotSent (try later), Throttled or Unauthorized. Ends when `time_allowed` is over.
    boost::asio::awaitable<Outcome<TokenPtr>> get(std::chrono::milliseconds time_allowed);
    // The service did not take it: the next get() signs in anew, unless that has happened meanwhile.
    void invalidate(const TokenPtr& refused);

    // Where the credential is a certificate: its end.
    [[nodiscard]] std::optional<TimePoint> credential_end() const;

 private:
    struct State;
    static boost::asio::awaitable<void> sign_in(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace uplift::http
