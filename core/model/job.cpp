#include "core/model/job.hpp"

#include <array>
#include <charconv>

namespace uplift {
namespace {

constexpr std::array<std::string_view, 9> attempt_results{
    "open", "done", "not_sent", "unknown", "conflict", "refused", "throttled", "not_yet", "unauthorized"};
constexpr std::array<std::string_view, 3> origins{"created", "continued", "adopted"};

template <class Enum, std::size_t n>
std::optional<Enum> parse(const std::array<std::string_view, n>& words, std::string_view text) {
    for (std::size_t i = 0; i < n; ++i)
        if (words[i] == text) return static_cast<Enum>(i);
    return std::nullopt;
}

}  // namespace

std::string job_password_context(std::string_view fingerprint) {
    return "uplift job password " + std::string(fingerprint);
}

std::string person_password_context(JobId job, std::int64_t row, const Guid& person) {
    return "uplift person password " + to_string(job) + " " + std::to_string(row) + " " + to_string(person);
}

std::string to_string(TaskId id) {
    return "T" + std::to_string(id.enrollment.value) + "-" + std::string(word(id.kind));
}

std::optional<TaskId> parse_task_id(std::string_view text) {
    if (text.empty() || (text.front() != 'T' && text.front() != 't')) return std::nullopt;
    text.remove_prefix(1);
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || number <= 0 || rest == end || *rest != '-') return std::nullopt;
    const auto kind = parse_step_kind(std::string_view(rest + 1, static_cast<std::size_t>(end - rest - 1)));
    if (!kind) return std::nullopt;
    return TaskId{.enrollment = EnrollmentId{number}, .kind = *kind};
}

std::string_view word(AccountOrigin origin) { return origins.at(static_cast<std::size_t>(origin)); }
std::optional<AccountOrigin> parse_account_origin(std::string_view text) {
    return parse<AccountOrigin>(origins, text);
}

std::string_view word(AttemptResult result) { return attempt_results.at(static_cast<std::size_t>(result)); }
std::optional<AttemptResult> parse_attempt_result(std::string_view text) {
    return parse<AttemptResult>(attempt_results, text);
}

}  // namespace uplift
