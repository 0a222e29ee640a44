// What a definition says about Exchange Online: when mailboxes come, what calls cost and how they are
// refused.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/random.hpp"

namespace uplift::sandbox::exchange {

// Evenly, or evenly over the orders of magnitude: many soon and few late, as in life.
enum class Draw { even, log };

struct Spread {
    DelayRange range;
    Draw draw = Draw::even;

    Seconds drawn(Random& random) const;
};

// How long the mailboxes of the users whose UPN fits `users` take; the first rule that fits counts.
struct MailboxRule {
    enum class Kind { drawn, late, never } kind = Kind::drawn;
    std::string users;  // glob
    Spread delay;
    std::optional<Spread> lag;
};

struct MailboxTiming {
    Spread delay;     // from the licence until Get-Mailbox lists it
    Spread lag;       // from there until it takes commands
    Spread list_lag;  // how much older than its listing WhenMailboxCreated is
    Spread late;      // the delay of those who are late
    double late_share = 0;
    double never_share = 0;
    Seconds burst{0};  // arrivals gather at multiples of this; 0: they do not
    double scale = 1;  // multiplies all of the above
    std::vector<MailboxRule> rules;
};

enum class Refuses { with_429, with_503, mixed };

struct CallSettings {
    double commands = 3000;  // a burst; refilled evenly within `period`. Microsoft publishes no number
    Seconds period{300};
    Refuses refuses = Refuses::mixed;
    Spread command_time;
    // Another anchor mailbox than the writer's, or none, reaches a back end that is that far behind.
    Seconds stale_for{20};
    // The same fault is a 404 here and a 500 there: this share of the faults comes as 500.
    double odd_status = 0;
};

// Throw DefinitionError. `definition` is the whole tenant definition.
MailboxTiming mailbox_timing_of(const nlohmann::json& definition);
CallSettings call_settings_of(const nlohmann::json& definition);

}  // namespace uplift::sandbox::exchange
