// One mailbox as a value: where it is on its way, what was set on it, and how often. Its addresses are the
// user's proxy addresses: Exchange masters them and Entra shows them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/message.hpp"

namespace uplift::sandbox::exchange {

struct Hold {
    bool enabled = false;
    std::optional<std::int64_t> days;  // nothing: unlimited
    std::string comment;
    std::string url;
    std::string owner;
    std::optional<TimePoint> since;

    bool operator==(const Hold&) const = default;
};

// What commands change.
struct Contents {
    std::vector<std::string> addresses;
    Hold hold;
    std::string archive_guid;  // empty: no archive
    bool auto_expanding = false;
};

// What back ends show that a write has not reached yet.
struct Behind {
    Contents contents;
    std::string anchor;  // the writer's
    TimePoint until{};
};

struct Counted {
    std::uint32_t times = 0;
    TimePoint last{};
};

// Every effect, counted: what "exactly once" is checked against.
struct MailboxWrites {
    std::uint32_t commands = 0;   // Set-Mailbox and Enable-Mailbox that were carried out
    std::uint32_t unchanged = 0;  // of them, those that changed nothing
    std::map<std::string, Counted> added;
    std::map<std::string, Counted> removed;
    std::uint32_t replaced = 0;  // the whole list of addresses at once
    std::vector<std::pair<TimePoint, Hold>> holds;
    std::vector<TimePoint> archives;
};

enum class MailboxState { awaited, present, soft_deleted };

struct Mailbox {
    MailboxState state = MailboxState::awaited;
    std::string guid;        // empty until it was there for the first time
    TimePoint created_at{};  // WhenMailboxCreated, whole seconds; a mailbox that comes back keeps it
    TimePoint listed_at{};   // TimePoint::max(): never
    TimePoint usable_at{};
    TimePoint removed_at{};
    Hold hold;
    std::string archive_guid;
    bool auto_expanding = false;
    std::optional<Behind> behind;
    MailboxWrites writes;

    bool takes_commands(TimePoint now) const { return state == MailboxState::present && now >= usable_at; }
};

}  // namespace uplift::sandbox::exchange
