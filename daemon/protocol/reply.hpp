// What upliftd answers: objects of these kinds, then the end or an error.
//
// Pure. These are also the objects of `upliftctl --json`: keys are snake_case and stay, times are RFC 3339 in
// UTC, durations are seconds. Views: made from the queue's records for reading, never turned back into them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/result.hpp"
#include "core/model/step.hpp"
#include "core/model/time.hpp"

namespace uplift::protocol {

// How many, by state: only those that are not zero.
using Counts = std::map<std::string, std::int64_t>;

struct FaultView {
    std::string code{};  // UPL-1107
    std::string place{};
    std::string message{};
    std::string cure{};
    std::string person{};      // whom it is about, where it is about one
    std::string request_id{};  // of the call that was refused, where there was one
    static void fields(auto& self, auto& visit) {
        visit("code", self.code);
        visit("place", self.place);
        visit("message", self.message);
        visit("cure", self.cure);
        visit("person", self.person);
        visit("request_id", self.request_id);
    }
};
FaultView view_of(const Fault& fault);

struct WhoView {
    std::int64_t uid = 0;
    std::string name{};
    static void fields(auto& self, auto& visit) {
        visit("uid", self.uid);
        visit("name", self.name);
    }
};

// ---- jobs ------------------------------------------------------------------------------------------

struct JobView {
    static constexpr std::string_view schema = "uplift.job/1";
    std::string id{};  // J17
    JobState state = JobState::running;
    std::string profile{};
    std::string tenant{};
    std::string label{};
    std::string source{};
    WhoView submitter{};
    TimePoint accepted_at{};
    std::optional<TimePoint> run_at{};
    std::optional<TimePoint> ended_at{};
    std::int64_t people = 0;
    Counts enrollments{};                   // by state
    std::map<std::string, Counts> steps{};  // by kind, then state
    std::int64_t passwords_waiting = 0;
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("state", self.state);
        visit("profile", self.profile);
        visit("tenant", self.tenant);
        visit("label", self.label);
        visit("source", self.source);
        visit("submitter", self.submitter);
        visit("accepted_at", self.accepted_at);
        visit("run_at", self.run_at);
        visit("ended_at", self.ended_at);
        visit("people", self.people);
        visit("enrollments", self.enrollments);
        visit("steps", self.steps);
        visit("passwords_waiting", self.passwords_waiting);
    }
};

// A person of a job that failed.
struct FailedView {
    static constexpr std::string_view schema = "uplift.failed/1";
    std::int64_t row = 0;
    std::string given{};
    std::string user_principal_name{};
    std::string step{};
    StepState state = StepState::failed;
    FaultView fault{};
    static void fields(auto& self, auto& visit) {
        visit("row", self.row);
        visit("given", self.given);
        visit("user_principal_name", self.user_principal_name);
        visit("step", self.step);
        visit("state", self.state);
        visit("fault", self.fault);
    }
};

enum class Acceptance : std::uint8_t { new_job, same_job };
std::string_view word(Acceptance acceptance);
bool read_word(std::string_view text, Acceptance& acceptance);

struct AcceptedView {
    static constexpr std::string_view schema = "uplift.accepted/1";
    std::string id{};
    Acceptance acceptance = Acceptance::new_job;
    std::int64_t people = 0;  // of a new job
    std::int64_t twice = 0;   // named or found more than once, and taken once
    std::optional<TimePoint> run_at{};
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("acceptance", self.acceptance);
        visit("people", self.people);
        visit("twice", self.twice);
        visit("run_at", self.run_at);
    }
};

// A file without a fault, looked at and not submitted.
struct CheckedView {
    static constexpr std::string_view schema = "uplift.checked/1";
    std::string profile{};
    std::int64_t people = 0;
    std::int64_t twice = 0;
    static void fields(auto& self, auto& visit) {
        visit("profile", self.profile);
        visit("people", self.people);
        visit("twice", self.twice);
    }
};

// What `job pause`, `job resume`, `job purge`, `drain` and `undrain` came to. `changed` is false where it was
// so before.
struct OrderedView {
    static constexpr std::string_view schema = "uplift.ordered/1";
    std::string id{};     // of the job; empty for the daemon
    std::string state{};  // of the job after it; "purged", "drained", "running"
    bool changed = false;
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("state", self.state);
        visit("changed", self.changed);
    }
};

// ---- people of a directory -------------------------------------------------------------------------

struct UserView {
    static constexpr std::string_view schema = "uplift.user/1";
    std::string object_guid{};
    std::string user_principal_name{};
    std::string sam_account_name{};
    std::string display_name{};
    std::string distinguished_name{};
    bool enabled = true;
    std::string verdict{};      // "take", or why a job would not take the person: person_disabled, …
    std::string account{};      // "none", "has", "taken" (somebody else's has the planned name), "unknown"
    std::string account_upn{};  // of the account that was found
    std::string account_id{};   // Entra object id
    std::string planned_upn{};  // what the profile would name the account
    static void fields(auto& self, auto& visit) {
        visit("object_guid", self.object_guid);
        visit("user_principal_name", self.user_principal_name);
        visit("sam_account_name", self.sam_account_name);
        visit("display_name", self.display_name);
        visit("distinguished_name", self.distinguished_name);
        visit("enabled", self.enabled);
        visit("verdict", self.verdict);
        visit("account", self.account);
        visit("account_upn", self.account_upn);
        visit("account_id", self.account_id);
        visit("planned_upn", self.planned_upn);
    }
};

// ---- configuration ---------------------------------------------------------------------------------

// One key in force. A secret shows where it is kept, never what it is.
struct ConfigValueView {
    static constexpr std::string_view schema = "uplift.config_value/1";
    std::string key{};     // profile.staff.domain
    std::string value{};   // as TOML
    std::string origin{};  // /etc/uplift/uplift.toml:12, or "default"
    static void fields(auto& self, auto& visit) {
        visit("key", self.key);
        visit("value", self.value);
        visit("origin", self.origin);
    }
};

// What `job cancel` and `job retry` changed.
struct ChangedView {
    static constexpr std::string_view schema = "uplift.changed/1";
    std::string id{};
    std::int64_t steps = 0;
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("steps", self.steps);
    }
};

// A piece of an export: whole lines.
struct TextView {
    static constexpr std::string_view schema = "uplift.text/1";
    std::string text{};
    static void fields(auto& self, auto& visit) { visit("text", self.text); }
};

// ---- passwords -------------------------------------------------------------------------------------

struct PasswordView {
    static constexpr std::string_view schema = "uplift.password/1";
    std::int64_t row = 0;
    std::string display_name{};
    std::string user_principal_name{};
    std::string password{};
    static void fields(auto& self, auto& visit) {
        visit("row", self.row);
        visit("display_name", self.display_name);
        visit("user_principal_name", self.user_principal_name);
        visit("password", self.password);
    }
};

// Ends a page. `people` is zero where nothing is left to show.
struct PasswordPageView {
    static constexpr std::string_view schema = "uplift.password_page/1";
    std::int64_t page = 0;
    std::int64_t people = 0;
    std::int64_t left = 0;
    static void fields(auto& self, auto& visit) {
        visit("page", self.page);
        visit("people", self.people);
        visit("left", self.left);
    }
};

// ---- why -------------------------------------------------------------------------------------------

struct StepView {
    std::string kind{};
    StepState state = StepState::pending;
    std::string waits_for{};
    std::optional<TimePoint> next_try{};
    std::optional<TimePoint> since{};
    std::int64_t tries = 0;
    std::optional<FaultView> fault{};
    static void fields(auto& self, auto& visit) {
        visit("kind", self.kind);
        visit("state", self.state);
        visit("waits_for", self.waits_for);
        visit("next_try", self.next_try);
        visit("since", self.since);
        visit("tries", self.tries);
        visit("fault", self.fault);
    }
};

struct AttemptView {
    std::string id{};  // client-request-id of the call
    std::string step{};
    std::int64_t number = 0;
    std::string call{};
    std::string target{};
    TimePoint sent_at{};
    std::optional<TimePoint> ended_at{};
    std::string result{};
    std::string note{};
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("step", self.step);
        visit("number", self.number);
        visit("call", self.call);
        visit("target", self.target);
        visit("sent_at", self.sent_at);
        visit("ended_at", self.ended_at);
        visit("result", self.result);
        visit("note", self.note);
    }
};

struct GivenView {
    std::string kind{};
    std::string value{};
    static void fields(auto& self, auto& visit) {
        visit("kind", self.kind);
        visit("value", self.value);
    }
};

struct FoundView {
    std::string object_guid{};
    std::string distinguished_name{};
    std::string user_principal_name{};
    std::string read_from{};
    static void fields(auto& self, auto& visit) {
        visit("object_guid", self.object_guid);
        visit("distinguished_name", self.distinguished_name);
        visit("user_principal_name", self.user_principal_name);
        visit("read_from", self.read_from);
    }
};

struct PlanView {
    std::string user_principal_name{};
    std::string display_name{};
    std::string usage_location{};
    std::string anchor{};
    std::vector<std::string> licenses{};
    std::vector<std::string> groups{};
    static void fields(auto& self, auto& visit) {
        visit("user_principal_name", self.user_principal_name);
        visit("display_name", self.display_name);
        visit("usage_location", self.usage_location);
        visit("anchor", self.anchor);
        visit("licenses", self.licenses);
        visit("groups", self.groups);
    }
};

struct MadeView {
    std::string id{};
    std::string origin{};
    std::string evidence{};
    TimePoint at{};
    static void fields(auto& self, auto& visit) {
        visit("id", self.id);
        visit("origin", self.origin);
        visit("evidence", self.evidence);
        visit("at", self.at);
    }
};

// What was recorded of the person, in order: the audit record's lines.
struct EventView {
    TimePoint at{};
    std::string actor{};
    std::string action{};
    std::string target{};
    std::string detail{};
    std::string request_id{};
    static void fields(auto& self, auto& visit) {
        visit("at", self.at);
        visit("actor", self.actor);
        visit("action", self.action);
        visit("target", self.target);
        visit("detail", self.detail);
        visit("request_id", self.request_id);
    }
};

// One enrollment of the person, whole.
struct WhyView {
    static constexpr std::string_view schema = "uplift.why/1";
    std::string job{};
    JobState job_state = JobState::running;
    std::string profile{};
    std::string tenant{};
    std::int64_t row = 0;
    StepState state = StepState::pending;
    std::vector<GivenView> given{};
    TimePoint accepted_at{};
    std::optional<TimePoint> ended_at{};
    std::optional<FoundView> found{};
    std::optional<PlanView> plan{};
    std::optional<TimePoint> intent_at{};
    std::optional<MadeView> made{};
    std::vector<StepView> steps{};
    std::vector<AttemptView> attempts{};  // the last ones
    std::int64_t attempts_left_out = 0;
    std::vector<EventView> events{};  // the last ones
    std::string unblocks{};           // what would let the person go on; empty: nothing is in the way
    static void fields(auto& self, auto& visit) {
        visit("job", self.job);
        visit("job_state", self.job_state);
        visit("profile", self.profile);
        visit("tenant", self.tenant);
        visit("row", self.row);
        visit("state", self.state);
        visit("given", self.given);
        visit("accepted_at", self.accepted_at);
        visit("ended_at", self.ended_at);
        visit("found", self.found);
        visit("plan", self.plan);
        visit("intent_at", self.intent_at);
        visit("made", self.made);
        visit("steps", self.steps);
        visit("attempts", self.attempts);
        visit("attempts_left_out", self.attempts_left_out);
        visit("events", self.events);
        visit("unblocks", self.unblocks);
    }
};

// ---- status, reload, version -----------------------------------------------------------------------

enum class Health : std::uint8_t { ok, degraded, down };
std::string_view word(Health health);
bool read_word(std::string_view text, Health& health);

// A tenant or a directory.
struct DoorView {
    std::string name{};
    Health health = Health::ok;
    std::string why{};                 // of what is not ok
    std::optional<TimePoint> until{};  // paused or throttled until
    std::int64_t in_flight = 0;
    std::int64_t steps_done = 0;         // since the start
    std::int64_t writes_per_minute = 0;  // what the tenant's limits allow now
    std::string server{};                // of a directory: the domain controller in use
    static void fields(auto& self, auto& visit) {
        visit("name", self.name);
        visit("health", self.health);
        visit("why", self.why);
        visit("until", self.until);
        visit("in_flight", self.in_flight);
        visit("steps_done", self.steps_done);
        visit("writes_per_minute", self.writes_per_minute);
        visit("server", self.server);
    }
};

struct StatusView {
    static constexpr std::string_view schema = "uplift.status/1";
    Health health = Health::ok;
    std::string version{};
    TimePoint started_at{};
    bool drained = false;  // no step is begun until `undrain`
    std::vector<DoorView> tenants{};
    std::vector<DoorView> directories{};
    std::int64_t jobs_open = 0;
    Counts enrollments{};  // of the open jobs, by state
    std::vector<std::string> warnings{};
    static void fields(auto& self, auto& visit) {
        visit("health", self.health);
        visit("version", self.version);
        visit("started_at", self.started_at);
        visit("drained", self.drained);
        visit("tenants", self.tenants);
        visit("directories", self.directories);
        visit("jobs_open", self.jobs_open);
        visit("enrollments", self.enrollments);
        visit("warnings", self.warnings);
    }
};

struct ReloadView {
    static constexpr std::string_view schema = "uplift.reload/1";
    std::vector<std::string> profiles{};       // in force now
    std::vector<std::string> needs_restart{};  // what changed and is not applied
    std::vector<std::string> warnings{};
    static void fields(auto& self, auto& visit) {
        visit("profiles", self.profiles);
        visit("needs_restart", self.needs_restart);
        visit("warnings", self.warnings);
    }
};

struct VersionView {
    static constexpr std::string_view schema = "uplift.version/1";
    std::string version{};
    static void fields(auto& self, auto& visit) { visit("version", self.version); }
};

}  // namespace uplift::protocol
