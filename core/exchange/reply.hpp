// What a reply of Exchange Online means: the one place where it is understood.
//
// Pure. By the type of the exception in it, never by the status alone: the same fault comes as 404 here and
// as 500 there. By the exception's text only where one type stands for several faults; that text is
// Exchange's English and never shown: a fault names the type and the request id.
#pragma once

#include "core/exchange/commands.hpp"
#include "core/http/request.hpp"
#include "core/json/json.hpp"
#include "core/model/outcome.hpp"
#include "core/model/time.hpp"

namespace uplift::exchange {

struct Moment {
    TimePoint now;
    Duration wait_when_untold = std::chrono::seconds{30};  // when throttled without Retry-After
};

// Done holds the body of a success.
Outcome<json::Value> understood(Call call, const http::Exchange& exchange, const Moment& moment);

// The service does not take the token: worth one new token.
bool is_stale_token(const http::Exchange& exchange);

// The app's token has not what every command needs.
Unauthorized lacks_permission();

// A reply that cannot be what was asked for.
Unknown alarm(Call call, std::string_view what);
NotSent not_understood(Call call, std::string_view why);

}  // namespace uplift::exchange
