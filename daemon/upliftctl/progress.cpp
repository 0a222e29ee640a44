#include "daemon/upliftctl/progress.hpp"

#include <algorithm>
#include <cmath>

namespace uplift::upliftctl {
namespace {

constexpr Duration window = std::chrono::minutes{1};
constexpr std::size_t shortest_bar = 8;
constexpr std::size_t longest_bar = 24;

std::string bar(const Progress& progress, std::size_t length) {
    const auto whole = static_cast<std::int64_t>(length);
    const auto filled = progress.people == 0 ? std::int64_t{0} : whole * progress.ended / progress.people;
    const auto full = static_cast<std::size_t>(std::clamp<std::int64_t>(filled, 0, whole));
    return "[" + std::string(full, '#') + std::string(length - full, '-') + "]";
}

std::vector<std::string> parts_of(const protocol::JobView& job, const Rate& rate) {
    const auto progress = progress_of(job);
    std::vector<std::string> parts;
    parts.push_back(grouped(progress.ended) + " of " + grouped(progress.people) +
                    (progress.people == 1 ? " person" : " people"));
    if (progress.failed > 0) parts.push_back(grouped(progress.failed) + " failed");
    if (progress.waiting > 0) parts.push_back(grouped(progress.waiting) + " waiting");
    if (ended(job.state)) return parts;
    const auto per_minute = rate.per_minute();
    if (per_minute) parts.push_back(grouped(std::llround(std::max(1.0, *per_minute))) + "/min");
    if (const auto left = time_left(progress, per_minute))
        parts.push_back("about " + roughly(*left) + " left");
    return parts;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : std::string(between)) + part;
    return text;
}

}  // namespace

std::string grouped(std::int64_t number) {
    const auto digits = std::to_string(number < 0 ? -number : number);
    std::string text;
    for (std::size_t at = 0; at < digits.size(); ++at) {
        if (at > 0 && (digits.size() - at) % 3 == 0) text += ',';
        text += digits[at];
    }
    return number < 0 ? "-" + text : text;
}

Progress progress_of(const protocol::JobView& job) {
    const auto count = [&](StepState state) {
        const auto found = job.enrollments.find(std::string(word(state)));
        return found == job.enrollments.end() ? std::int64_t{0} : found->second;
    };
    return Progress{.people = job.people,
                    .ended = count(StepState::done) + count(StepState::failed) + count(StepState::skipped) +
                             count(StepState::cancelled),
                    .failed = count(StepState::failed),
                    .waiting = count(StepState::waiting)};
}

void Rate::add(TimePoint now, std::int64_t ended) {
    looks_.push_back(Look{.at = now, .ended = ended});
    while (looks_.size() > 2 && now - looks_.front().at > window) looks_.pop_front();
}

std::optional<double> Rate::per_minute() const {
    if (looks_.size() < 2) return std::nullopt;
    const auto took = looks_.back().at - looks_.front().at;
    const auto ended = looks_.back().ended - looks_.front().ended;
    if (took <= Duration::zero() || ended <= 0) return std::nullopt;
    return static_cast<double>(ended) * 60'000.0 / static_cast<double>(took.count());
}

std::optional<Duration> time_left(const Progress& progress, std::optional<double> per_minute) {
    const auto left = progress.people - progress.ended;
    if (!per_minute || left <= 0) return std::nullopt;
    return Duration{std::llround(static_cast<double>(left) * 60'000.0 / *per_minute)};
}

std::string roughly(Duration duration) {
    const auto seconds = std::max<std::int64_t>(
        1,
        std::chrono::duration_cast<std::chrono::seconds>(duration + std::chrono::milliseconds{500}).count());
    const auto two = [](std::int64_t big, const char* big_word, std::int64_t small, const char* small_word) {
        return std::to_string(big) + big_word + (small > 0 ? " " + std::to_string(small) + small_word : "");
    };
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3'600) return two(seconds / 60, " min", seconds < 600 ? seconds % 60 : 0, " s");
    if (seconds < 86'400) return two(seconds / 3'600, " h", seconds % 3'600 / 60, " min");
    return two(seconds / 86'400, " d", seconds % 86'400 / 3'600, " h");
}

std::string progress_line(const protocol::JobView& job, const Rate& rate, std::size_t width) {
    const auto head = job.id + "  " + std::string(word(job.state));
    const auto rest = "  " + joined(parts_of(job, rate), "  ");
    // Two brackets and the blanks before them; as long as there is room.
    const auto used = head.size() + rest.size() + 4;
    if (used + shortest_bar > width) return (head + rest).substr(0, width);
    return head + "  " + bar(progress_of(job), std::min(longest_bar, width - used)) + rest;
}

std::string progress_words(const protocol::JobView& job, const Rate& rate) {
    return job.id + " " + std::string(word(job.state)) + ": " + joined(parts_of(job, rate), ", ");
}

}  // namespace uplift::upliftctl
