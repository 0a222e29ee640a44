// What upliftctl asks of upliftd: one verb a request, with its own few fields.
//
// Pure. A file is never sent as bytes: its open descriptor comes with the frame (SCM_RIGHTS), and so does a
// typed password, in an anonymous file of its own, so that it passes through no JSON text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/time.hpp"

namespace uplift::protocol {

// The version of the frames, not of the programs. Each side says it in its first line.
inline constexpr std::int64_t frame_version = 1;

// A frame is one JSON object and a line feed, both counted.
inline constexpr std::size_t max_frame = 64 * 1024;
// Descriptors of one request: a file, and a password.
inline constexpr std::size_t max_descriptors = 2;

enum class Verb : std::uint8_t {
    version,
    status,
    submit,
    jobs,
    job_show,
    job_export,
    why,
    job_cancel,
    job_retry,
    job_passwords,
    passwords_taken,
    reload,
    job_pause,
    job_resume,
    job_purge,
    drain,
    undrain,
    users,
    config_show,
    doctor,
    tasks,
    task_order,
    seats,
    plan
};
std::string_view word(Verb verb);
std::optional<Verb> parse_verb(std::string_view text);

struct Hello {
    std::int64_t uplift = frame_version;
    std::string program{};
    std::string version{};
    static void fields(auto& self, auto& visit) {
        visit("uplift", self.uplift);
        visit("program", self.program);
        visit("version", self.version);
    }
};

struct VersionRequest {
    static constexpr Verb verb = Verb::version;
    static void fields(auto&, auto&) {}
};

struct StatusRequest {
    static constexpr Verb verb = Verb::status;
    static void fields(auto&, auto&) {}
};

enum class FileFormat : std::uint8_t { csv, json };
std::string_view word(FileFormat format);
bool read_word(std::string_view text, FileFormat& format);

// The first descriptor is the file. `password`: a second one holds the job's typed password. What a JSON job
// says itself (profile, label, run_at) must agree with what is said here.
struct SubmitRequest {
    static constexpr Verb verb = Verb::submit;
    std::string source{};  // the file's name, to be shown
    FileFormat format = FileFormat::csv;
    std::string profile{};  // empty: the default profile, or the one that a JSON job names
    std::string label{};
    std::optional<TimePoint> run_at{};
    bool password = false;
    bool check = false;  // look for faults only, and make no job
    static void fields(auto& self, auto& visit) {
        visit("source", self.source);
        visit("format", self.format);
        visit("profile", self.profile);
        visit("label", self.label);
        visit("run_at", self.run_at);
        visit("password", self.password);
        visit("check", self.check);
    }
};

// Newest first.
struct JobsRequest {
    static constexpr Verb verb = Verb::jobs;
    std::int64_t limit = 50;
    static void fields(auto& self, auto& visit) { visit("limit", self.limit); }
};

// `people`: how many people that failed are named.
struct JobShowRequest {
    static constexpr Verb verb = Verb::job_show;
    std::string job{};
    std::int64_t people = 20;
    static void fields(auto& self, auto& visit) {
        visit("job", self.job);
        visit("people", self.people);
    }
};

enum class ExportFormat : std::uint8_t { csv, json };
std::string_view word(ExportFormat format);
bool read_word(std::string_view text, ExportFormat& format);

struct JobExportRequest {
    static constexpr Verb verb = Verb::job_export;
    std::string job{};
    ExportFormat format = ExportFormat::csv;
    bool plain = false;  // without BOM, with LF
    bool retry = false;  // the rows that failed, ready to be dropped again
    static void fields(auto& self, auto& visit) {
        visit("job", self.job);
        visit("format", self.format);
        visit("plain", self.plain);
        visit("retry", self.retry);
    }
};

struct WhyRequest {
    static constexpr Verb verb = Verb::why;
    std::string person{};  // any identity
    static void fields(auto& self, auto& visit) { visit("person", self.person); }
};

struct JobCancelRequest {
    static constexpr Verb verb = Verb::job_cancel;
    std::string job{};
    static void fields(auto& self, auto& visit) { visit("job", self.job); }
};

struct JobRetryRequest {
    static constexpr Verb verb = Verb::job_retry;
    std::string job{};
    static void fields(auto& self, auto& visit) { visit("job", self.job); }
};

struct JobPauseRequest {
    static constexpr Verb verb = Verb::job_pause;
    std::string job{};
    static void fields(auto& self, auto& visit) { visit("job", self.job); }
};

struct JobResumeRequest {
    static constexpr Verb verb = Verb::job_resume;
    std::string job{};
    static void fields(auto& self, auto& visit) { visit("job", self.job); }
};

struct JobPurgeRequest {
    static constexpr Verb verb = Verb::job_purge;
    std::string job{};
    bool discard_passwords = false;  // also where initial passwords have not been handed over
    static void fields(auto& self, auto& visit) {
        visit("job", self.job);
        visit("discard_passwords", self.discard_passwords);
    }
};

struct JobPasswordsRequest {
    static constexpr Verb verb = Verb::job_passwords;
    std::string job{};
    std::int64_t limit = 20;  // a page
    static void fields(auto& self, auto& visit) {
        visit("job", self.job);
        visit("limit", self.limit);
    }
};

// The terminal has taken the page: its sealed copies may go.
struct PasswordsTakenRequest {
    static constexpr Verb verb = Verb::passwords_taken;
    std::string job{};
    std::int64_t page = 0;
    static void fields(auto& self, auto& visit) {
        visit("job", self.job);
        visit("page", self.page);
    }
};

struct ReloadRequest {
    static constexpr Verb verb = Verb::reload;
    static void fields(auto&, auto&) {}
};

// No step is begun any more; those under way end. Stays so over a restart.
struct DrainRequest {
    static constexpr Verb verb = Verb::drain;
    static void fields(auto&, auto&) {}
};

struct UndrainRequest {
    static constexpr Verb verb = Verb::undrain;
    static void fields(auto&, auto&) {}
};

// People of the profile's directory and whether each has an account.
struct UsersRequest {
    static constexpr Verb verb = Verb::users;
    std::string profile{};  // empty: the default profile
    std::vector<std::string> ou{};
    std::vector<std::string> exclude_ou{};
    std::string filter{};
    std::int64_t limit = 0;  // 0: everybody
    static void fields(auto& self, auto& visit) {
        visit("profile", self.profile);
        visit("ou", self.ou);
        visit("exclude_ou", self.exclude_ou);
        visit("filter", self.filter);
        visit("limit", self.limit);
    }
};

struct ConfigShowRequest {
    static constexpr Verb verb = Verb::config_show;
    static void fields(auto&, auto&) {}
};

// All that jobs of a profile will need, looked at now. Answered by CheckViews, as they come.
struct DoctorRequest {
    static constexpr Verb verb = Verb::doctor;
    std::string profile{};  // empty: every profile
    static void fields(auto& self, auto& visit) { visit("profile", self.profile); }
};

// Delayed tasks. Empty and absent fields fit all; without states: every open one and the failed.
struct TasksRequest {
    static constexpr Verb verb = Verb::tasks;
    std::vector<std::string> states{};
    std::string kind{};
    std::string job{};
    std::string person{};
    std::optional<std::int64_t> older{};  // seconds since the task was first touched
    std::int64_t limit = 1'000'000;
    static void fields(auto& self, auto& visit) {
        visit("states", self.states);
        visit("kind", self.kind);
        visit("job", self.job);
        visit("person", self.person);
        visit("older", self.older);
        visit("limit", self.limit);
    }
};

// One order for single tasks, by their ids (T123-archive); many come in several requests.
inline constexpr std::size_t most_tasks_a_request = 500;
struct TaskOrderRequest {
    static constexpr Verb verb = Verb::task_order;
    std::string order{};  // run, cancel, retry, hold, release, defer
    std::vector<std::string> tasks{};
    std::optional<TimePoint> until{};  // of defer
    std::string reason{};
    static void fields(auto& self, auto& visit) {
        visit("order", self.order);
        visit("tasks", self.tasks);
        visit("until", self.until);
        visit("reason", self.reason);
    }
};

// The seats of every licence that people of ours need. `refresh`: the tenants are asked first.
struct SeatsRequest {
    static constexpr Verb verb = Verb::seats;
    bool refresh = false;
    static void fields(auto& self, auto& visit) { visit("refresh", self.refresh); }
};

// What a job of these people would do. Writes nothing anywhere. The descriptor is the file, as at submit.
// Answered by PlanLineViews in the order of the rows, then the totals.
struct PlanRequest {
    static constexpr Verb verb = Verb::plan;
    std::string source{};  // the file's name, to be shown
    FileFormat format = FileFormat::csv;
    std::string profile{};  // empty: the default profile, or the one that a JSON job names
    bool bodies = false;    // with what each create would send
    static void fields(auto& self, auto& visit) {
        visit("source", self.source);
        visit("format", self.format);
        visit("profile", self.profile);
        visit("bodies", self.bodies);
    }
};

using Request = std::variant<VersionRequest,
                             StatusRequest,
                             SubmitRequest,
                             JobsRequest,
                             JobShowRequest,
                             JobExportRequest,
                             WhyRequest,
                             JobCancelRequest,
                             JobRetryRequest,
                             JobPasswordsRequest,
                             PasswordsTakenRequest,
                             ReloadRequest,
                             JobPauseRequest,
                             JobResumeRequest,
                             JobPurgeRequest,
                             DrainRequest,
                             UndrainRequest,
                             UsersRequest,
                             ConfigShowRequest,
                             DoctorRequest,
                             TasksRequest,
                             TaskOrderRequest,
                             SeatsRequest,
                             PlanRequest>;

Verb verb_of(const Request& request);

}  // namespace uplift::protocol
