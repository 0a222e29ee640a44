// The whole sandbox behind one call: a request comes in, what goes out (and how) comes back. No sockets here.
//
// Single-threaded. Time is passed in, chance comes from the seed: the same requests give the same answers.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/access_token.hpp"
#include "tests/sandbox/exchange/budget.hpp"
#include "tests/sandbox/fault_script.hpp"
#include "tests/sandbox/graph.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/tenant.hpp"
#include "tests/sandbox/throttle.hpp"

namespace uplift::sandbox {

struct SlowBytes {
    std::size_t at_once = 1;
    Seconds between{1};
};

// How a reply leaves: usually at once and whole.
struct Delivery {
    enum class Kind { send, drop } kind = Kind::send;
    Reply reply;
    Seconds delay{0};
    Closing closing = Closing::orderly;    // of a drop
    std::optional<std::size_t> cut_after;  // bytes of the body, then close
    std::optional<SlowBytes> slow;         // the body in small pieces
    std::optional<Seconds> apply_after;    // hand the request to apply() then
};

struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t graph_calls = 0;  // batch items one by one
    std::uint64_t token_requests = 0;
    std::uint64_t tokens_issued = 0;
    std::uint64_t throttled = 0;
    std::uint64_t faults = 0;
    std::uint64_t resource_units = 0;
    std::uint64_t writes = 0;
    std::uint64_t exchange_calls = 0;  // batch items one by one
    std::uint64_t exchange_writes = 0;
};

struct SandboxOptions {
    std::string directory = ".";  // where relative paths of the definition start
    std::optional<double> throttle_scale;
    std::optional<nlohmann::json> faults;
    std::uint64_t seed = 1;
};

using LogLine = std::function<void(std::string&&)>;

class Sandbox {
 public:
    // Throws when the definition or the faults are no good.
    Sandbox(nlohmann::json definition, SandboxOptions options, TimePoint now, LogLine log);

    // The URLs it is reached by; the first is the one that replies name.
    void set_bases(std::vector<std::string> bases) { bases_ = std::move(bases); }

    Delivery serve(const Request& request, TimePoint now);
    // What `apply_after` asked for: the request is done now, nobody gets the answer.
    void apply(const Request& request, TimePoint now);
    // What time alone brings is there: mailboxes. serve() and apply() see to it themselves.
    void catch_up(TimePoint now);
    TimePoint caught_up() const { return caught_up_; }

    // The control endpoints' business (control.cpp).
    void reset(TimePoint now);
    Tenant& tenant() { return *tenant_; }
    const Tenant& tenant() const { return *tenant_; }
    Throttle& throttle() { return throttle_; }
    FaultScript& faults() { return faults_; }
    AccessTokens& tokens() { return *tokens_; }
    const Counters& counters() const { return counters_; }

 private:
    struct Handled {
        Reply reply;
        std::optional<FaultAction> of_an_item;  // a fault in a batch that concerns the connection
        Seconds took{0};                        // what the reply is late by, as the service is
    };

    Handled handle(const Request& request, TimePoint now, std::string_view fault);
    Answer intercepted(const Request& item,
                       Accounting& entry,
                       const Graph::Proceed& proceed,
                       std::optional<FaultAction>& connection_fault);
    Delivery faulted(const Request& request, const FaultAction& action, TimePoint now);
    void log(const Accounting& entry, TimePoint now);

    nlohmann::json definition_;
    SandboxOptions options_;
    LogLine log_line_;
    std::vector<std::string> bases_{"https://127.0.0.1"};
    Throttle throttle_;
    exchange::Budget exchange_budget_;
    FaultScript faults_;
    std::unique_ptr<Tenant> tenant_;
    std::unique_ptr<AccessTokens> tokens_;
    Counters counters_;
    TimePoint caught_up_{};
};

}  // namespace uplift::sandbox
