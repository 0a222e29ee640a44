// Microsoft Graph v1.0: token, limits, permissions, route, handler; and $batch, which does all that per item.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/sandbox/access_token.hpp"
#include "tests/sandbox/call.hpp"
#include "tests/sandbox/refusal.hpp"
#include "tests/sandbox/throttle.hpp"

namespace uplift::sandbox {

// What the log says about one call, also about one inside a batch.
struct Accounting {
    std::string method;
    std::string target;
    std::string client_request_id;
    std::string batch_item;  // its id; empty outside a batch
    std::string cmdlet;      // of Exchange; empty for Graph
    std::string identity;
    std::vector<std::string> parameters;
    int status = 0;
    Cost cost{0, 0};
    bool throttled = false;
    std::string_view fault;
};

class Graph {
 public:
    Graph(Tenant& tenant, AccessTokens& tokens, Throttle& throttle)
        : tenant_(tenant), tokens_(tokens), throttle_(throttle) {}

    // What a fault script does with one item of a batch: runs it or not, and may change the answer.
    using Proceed = std::function<Answer()>;
    using ItemInterceptor =
        std::function<Answer(const Request& item, Accounting& entry, const Proceed& proceed)>;

    // `entries`: first the request itself, then the items of a batch.
    Reply answer(const Request& request,
                 const std::vector<std::string>& bases,
                 TimePoint now,
                 const ItemInterceptor& intercept,
                 std::vector<Accounting>& entries);

 private:
    struct Context {
        const TokenClaims& caller;
        const std::string& base;
        TimePoint now;
    };

    const TokenClaims& authenticate(const Request& request,
                                    const std::vector<std::string>& bases,
                                    TimePoint now);
    Answer run(const Request& request, nlohmann::json body, const Context& context, Accounting& entry);
    Answer handle(const Request& request, nlohmann::json body, const Context& context, Accounting& entry);
    void charge(const Cost& cost, const TokenClaims& caller, TimePoint now, Headers& headers);
    Answer batch(const nlohmann::json& body,
                 const Request& outer,
                 const Context& context,
                 const ItemInterceptor& intercept,
                 std::vector<Accounting>& entries);
    RequestIds ids_for(const Request& request);
    Answer refused(const Refusal& refusal, const Request& request, TimePoint now);
    Reply finished(Answer answer, const Request& request, const Accounting& entry, TimePoint now);

    Tenant& tenant_;
    AccessTokens& tokens_;
    Throttle& throttle_;
};

}  // namespace uplift::sandbox
