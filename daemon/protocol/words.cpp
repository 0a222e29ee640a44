#include <algorithm>
#include <array>

#include "daemon/protocol/reply.hpp"
#include "daemon/protocol/request.hpp"

namespace uplift::protocol {
namespace {

constexpr std::array<std::string_view, 24> verbs{
    "version",     "status",     "submit",    "jobs",          "job_show",        "job_export",
    "why",         "job_cancel", "job_retry", "job_passwords", "passwords_taken", "reload",
    "job_pause",   "job_resume", "job_purge", "drain",         "undrain",         "users",
    "config_show", "doctor",     "tasks",     "task_order",    "seats",           "plan"};
constexpr std::array<std::string_view, 2> formats{"csv", "json"};
constexpr std::array<std::string_view, 2> acceptances{"new_job", "same_job"};
constexpr std::array<std::string_view, 3> healths{"ok", "degraded", "down"};

template <class Enum, std::size_t n>
bool read(const std::array<std::string_view, n>& words, std::string_view text, Enum& value) {
    const auto found = std::find(words.begin(), words.end(), text);
    if (found == words.end()) return false;
    value = static_cast<Enum>(found - words.begin());
    return true;
}

}  // namespace

std::string_view word(Verb verb) { return verbs.at(static_cast<std::size_t>(verb)); }

std::optional<Verb> parse_verb(std::string_view text) {
    Verb verb{};
    if (!read(verbs, text, verb)) return std::nullopt;
    return verb;
}

Verb verb_of(const Request& request) {
    return std::visit([](const auto& which) { return which.verb; }, request);
}

std::string_view word(ExportFormat format) { return formats.at(static_cast<std::size_t>(format)); }
bool read_word(std::string_view text, ExportFormat& format) { return read(formats, text, format); }
std::string_view word(FileFormat format) { return formats.at(static_cast<std::size_t>(format)); }
bool read_word(std::string_view text, FileFormat& format) { return read(formats, text, format); }
std::string_view word(Acceptance acceptance) { return acceptances.at(static_cast<std::size_t>(acceptance)); }
bool read_word(std::string_view text, Acceptance& acceptance) { return read(acceptances, text, acceptance); }
std::string_view word(Health health) { return healths.at(static_cast<std::size_t>(health)); }
bool read_word(std::string_view text, Health& health) { return read(healths, text, health); }

FaultView view_of(const Fault& fault) {
    return FaultView{
        .code = to_string(fault.code), .place = fault.where, .message = fault.what, .cure = fault.cure};
}

}  // namespace uplift::protocol
