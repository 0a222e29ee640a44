// What a reply of Microsoft Graph means: the one place where it is understood.
//
// Pure. By status, error.code and the codes in its details; the message only where nothing else tells
// (licences, members, a few refusals of an account), by a stable part of it. Nothing of a message reaches a
// fault: only the code and the request id do (AC-54). Contract: graph.md sections 0, 1, 5, 6; the classes
// are those of exactly-once.md.
#pragma once

#include "core/graph/calls.hpp"
#include "core/http/request.hpp"
#include "core/json/json.hpp"
#include "core/model/account.hpp"
#include "core/model/outcome.hpp"
#include "core/model/time.hpp"

namespace uplift::graph {

struct Moment {
    TimePoint now;
    Duration wait_when_untold = std::chrono::seconds{30};  // for a 429 without Retry-After
};

// Done holds the body of a success; null where it has none (204).
Outcome<json::Value> understood(Call call, const http::Exchange& exchange, const Moment& moment);

// The reply to a create: Done only when it shows an id, our name and, where it shows one, our anchor.
Outcome<ObjectId> created(const Outcome<json::Value>& outcome, const PlannedAccount& plan);

// A success that shows another object than the one asked for: `unknown` for a write (AC-34).
Outcome<json::Value> about_object(Call call, Outcome<json::Value> outcome, const ObjectId& id);

// The service does not take the token: worth one new token.
bool is_stale_token(const http::Exchange& exchange);

}  // namespace uplift::graph
