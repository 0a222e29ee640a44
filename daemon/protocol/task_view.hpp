// What upliftd answers about delayed tasks and seats. A part of reply.hpp's rules: stable keys, made for
// reading.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/protocol/reply.hpp"

namespace uplift::protocol {

struct TaskView {
    static constexpr std::string_view schema = "uplift.task/1";
    std::string id{};  // T123-archive
    std::string kind{};
    StepState state = StepState::pending;
    std::string waits_for{};
    std::string job{};
    std::int64_t row = 0;
    std::string tenant{};
    std::string user_principal_name{};
    std::string display_name{};
    std::int64_t tries = 0;
    TimePoint since{};                            // first touched
    std::optional<TimePoint> next_try{};          // nothing: an event wakes it, or nothing does
    std::optional<TimePoint> waiting_since{};     // for the mailbox
    std::optional<std::int64_t> usual_wait{};     // seconds: half of the tenant's mailboxes took no longer
    std::optional<std::int64_t> longest_usual{};  // seconds: 95 % took no longer
    bool overdue = false;
    std::optional<FaultView> fault{};  // why it failed, or its last trouble
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("kind", self.kind);
        visit("state", self.state);
        visit("waits_for", self.waits_for);
        visit("job", self.job);
        visit("row", self.row);
        visit("tenant", self.tenant);
        visit("user_principal_name", self.user_principal_name);
        visit("display_name", self.display_name);
        visit("tries", self.tries);
        visit("since", self.since);
        visit("next_try", self.next_try);
        visit("waiting_since", self.waiting_since);
        visit("usual_wait", self.usual_wait);
        visit("longest_usual", self.longest_usual);
        visit("overdue", self.overdue);
        visit("fault", self.fault);
    }
};

// What an order came to for one task.
struct TaskOrderedView {
    static constexpr std::string_view schema = "uplift.task_ordered/1";
    std::string id{};
    std::string effect{};   // changed, as_before, running, ended, not_found
    std::string state{};    // as it stands now; empty where it was not found
    std::string message{};  // a sentence for people: "still absent, next try 10:42"
    std::optional<TimePoint> next_try{};
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("effect", self.effect);
        visit("state", self.state);
        visit("message", self.message);
        visit("next_try", self.next_try);
    }
};

struct SeatShareView {
    std::string job{};
    std::int64_t reserved = 0;
    std::int64_t waiting = 0;
    static void fields(auto& self, auto& visit) {
        visit("job", self.job);
        visit("reserved", self.reserved);
        visit("waiting", self.waiting);
    }
};

struct SeatView {
    static constexpr std::string_view schema = "uplift.seats/1";
    std::string tenant{};
    std::string id{};    // GUID of the SKU
    std::string part{};  // part number, where the tenant's catalogue was read
    std::int64_t owned = 0;
    std::int64_t used = 0;
    std::int64_t reserved = 0;
    std::int64_t free = 0;
    std::int64_t waiting = 0;
    TimePoint read_at{};
    std::vector<SeatShareView> jobs{};
    static void fields(auto& self, auto& visit) {
        visit("tenant", self.tenant);
        visit("id", self.id);
        visit("part", self.part);
        visit("owned", self.owned);
        visit("used", self.used);
        visit("reserved", self.reserved);
        visit("free", self.free);
        visit("waiting", self.waiting);
        visit("read_at", self.read_at);
        visit("jobs", self.jobs);
    }
};

}  // namespace uplift::protocol
