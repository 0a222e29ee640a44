// What goes wrong, and when: rules that a tenant definition, a file or POST /sandbox/faults gives.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/message.hpp"
#include "tests/sandbox/random.hpp"

namespace uplift::sandbox {

enum class FaultKind {
    drop_before,  // close, nothing was done
    drop_after,   // do it, close without a reply
    late,         // do it, reply after `delay`
    apply_later,  // close, do it after `delay`
    status,       // answer `status`; done or not as `applied` says
    truncate,     // do it, cut the reply's body after `bytes`
    html200,      // 200 with an HTML page; `applied`
    garbage,      // 200 with a broken JSON body; `applied`
    slow_loris,   // do it, send the reply `bytes` at a time, `delay` between
    redirect,     // 302 to `location`, nothing was done
    wrong_id,     // do it, answer another id
    rewrite,      // do it, lay `set` over the reply's JSON (null takes a key out)
};

std::string_view word(FaultKind kind);

enum class Applied { yes, no };
enum class Closing { orderly, reset };

struct FaultAction {
    FaultKind kind = FaultKind::drop_before;
    Seconds delay{0};
    int status = 503;
    std::optional<std::string> retry_after;
    std::string body;  // as it goes out; empty: Graph's error envelope
    std::string content_type;
    Applied applied = Applied::no;
    Closing closing = Closing::orderly;
    std::size_t bytes = 1;
    std::string location;
    std::string set;  // JSON text
};

struct FaultRule {
    std::vector<std::string> methods;  // empty: any
    std::string path;                  // glob, * within a segment, ** across; without wildcards: equal
    std::string path_prefix;
    std::string body_contains;
    std::vector<std::size_t> nth;  // of the matching requests, from 1; empty: see the rest
    std::size_t after = 0;
    std::optional<std::size_t> times;
    double probability = 1;
    FaultAction action;
    std::size_t seen = 0;
    std::size_t fired = 0;
};

// Throws std::runtime_error that names the rule and what is wrong with it.
std::vector<FaultRule> read_fault_rules(const nlohmann::json& rules);

// `path` may also be written without /v1.0.
bool glob_matches(std::string_view glob, std::string_view text);

class FaultScript {
 public:
    void set(std::vector<FaultRule> rules) { rules_ = std::move(rules); }
    const std::vector<FaultRule>& rules() const { return rules_; }
    // Counts the request at every rule it matches; the first rule that fires acts.
    std::optional<FaultAction> decide(const Request& request, Random& random);

 private:
    std::vector<FaultRule> rules_;
};

}  // namespace uplift::sandbox
