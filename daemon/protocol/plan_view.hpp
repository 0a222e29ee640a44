// What `plan` answers: a line a person in the order of the rows, then the totals.
//
// Pure. The same objects stand in a PLAN file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/protocol/reply.hpp"

namespace uplift::protocol {

struct PlanGroupView {
    std::string id{};
    std::string name{};
    std::string kind{};  // security_group, microsoft_365_group, …
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("name", self.name);
        visit("kind", self.kind);
    }
};

// Who holds the planned name, or the account that is continued or adopted.
struct PlanHolderView {
    std::string kind{};  // user, group, contact, deleted_user, other
    std::string name{};
    std::string id{};
    static void fields(auto& self, auto& visit) {
        visit("kind", self.kind);
        visit("name", self.name);
        visit("id", self.id);
    }
};

struct PlanLineView {
    static constexpr std::string_view schema = "uplift.plan_line/1";
    std::int64_t row = 0;
    std::string given{};
    std::string action{};   // create, adopt, continue, skip, refuse
    std::string code{};     // UPL-1308; of skip and refuse
    std::string message{};  // of skip and refuse
    std::string cure{};     // of skip and refuse
    std::string object_guid{};
    std::string user_principal_name{};  // planned
    std::string display_name{};
    std::string account{};                   // object id of the account that is continued or adopted
    std::vector<std::string> licenses{};     // to be given, by part number
    std::vector<PlanGroupView> groups{};     // of the plan
    std::string manager{};                   // DN
    std::vector<std::string> tasks{};        // delayed tasks that are still to be done
    std::int64_t changes = 0;                // writes
    std::optional<PlanHolderView> holder{};  // who is in the way
    std::string fingerprint{};               // of what was seen: the same while nothing has changed
    std::optional<std::string> body{};       // of the create, without its password; where it was asked for
    static void fields(auto& self, auto& visit) {
        visit("row", self.row);
        visit("given", self.given);
        visit("action", self.action);
        visit("code", self.code);
        visit("message", self.message);
        visit("cure", self.cure);
        visit("object_guid", self.object_guid);
        visit("user_principal_name", self.user_principal_name);
        visit("display_name", self.display_name);
        visit("account", self.account);
        visit("licenses", self.licenses);
        visit("groups", self.groups);
        visit("manager", self.manager);
        visit("tasks", self.tasks);
        visit("changes", self.changes);
        visit("holder", self.holder);
        visit("fingerprint", self.fingerprint);
        visit("body", self.body);
    }
};

struct PlanSeatsView {
    std::string sku{};  // part number
    std::int64_t needed = 0;
    std::int64_t free = 0;  // by the tenant's numbers
    static void fields(auto& self, auto& visit) {
        visit("sku", self.sku);
        visit("needed", self.needed);
        visit("free", self.free);
    }
};

struct PlanTotalsView {
    static constexpr std::string_view schema = "uplift.plan_totals/1";
    std::string profile{};
    std::int64_t people = 0;
    Counts actions{};  // how many, by action
    std::int64_t changes = 0;
    std::int64_t refused = 0;
    std::vector<PlanSeatsView> seats{};
    std::int64_t duration = 0;  // seconds, under the tenant's write rate and creates_per_day
    static void fields(auto& self, auto& visit) {
        visit("profile", self.profile);
        visit("people", self.people);
        visit("actions", self.actions);
        visit("changes", self.changes);
        visit("refused", self.refused);
        visit("seats", self.seats);
        visit("duration", self.duration);
    }
};

}  // namespace uplift::protocol
