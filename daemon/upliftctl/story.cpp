#include "daemon/upliftctl/story.hpp"

#include <algorithm>

#include "core/text/show.hpp"

namespace uplift::upliftctl {
namespace {

std::string value(std::string_view text) { return text::isolated(text::shown(text)); }

// account_made -> account made
std::string in_words(std::string_view action) {
    auto words = text::shown(action);
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

StoryLine line_of(const protocol::EventView& event) {
    auto what = in_words(event.action);
    if (!event.target.empty()) what += ": " + value(event.target);
    if (!event.detail.empty()) what += " (" + value(event.detail) + ")";
    // What the daemon did of itself needs no name.
    if (!event.actor.empty() && event.actor != "engine") what += ", by " + value(event.actor);
    return StoryLine{.at = event.at, .what = std::move(what), .request_id = event.request_id};
}

std::string call_of(const protocol::AttemptView& attempt) {
    return in_words(attempt.call) + (attempt.target.empty() ? "" : " " + value(attempt.target));
}

StoryLine sent(const protocol::AttemptView& attempt) {
    return StoryLine{.at = attempt.sent_at, .what = call_of(attempt) + " sent", .request_id = attempt.id};
}

StoryLine answered(const protocol::AttemptView& attempt) {
    auto what = call_of(attempt) + ": " + in_words(attempt.result);
    if (!attempt.note.empty()) what += " (" + value(attempt.note) + ")";
    return StoryLine{
        .at = attempt.ended_at.value_or(attempt.sent_at), .what = std::move(what), .request_id = attempt.id};
}

}  // namespace

std::string match_in_words(const protocol::MadeView& made) {
    const auto seen = made.evidence == "reply" ? "as its reply says" : "found by a look-up";
    if (made.origin == "created") return std::string("made by this job, ") + seen;
    if (made.origin == "continued") return "was there with this person's anchor and was continued";
    if (made.origin == "adopted") return "was there without an anchor and was adopted";
    return in_words(made.origin);
}

std::vector<StoryLine> story_of(const protocol::WhyView& why) {
    std::vector<StoryLine> story;
    const auto recorded = [&](const auto& test) {
        return std::any_of(why.events.begin(), why.events.end(), test);
    };
    if (!recorded([](const auto& event) { return event.action == "job_accepted"; }))
        story.push_back({.at = why.accepted_at,
                         .what = "accepted as row " + std::to_string(why.row) + " of " + value(why.job),
                         .request_id = {}});
    for (const auto& event : why.events) story.push_back(line_of(event));
    for (const auto& attempt : why.attempts) {
        if (!recorded([&](const auto& event) { return event.request_id == attempt.id; }))
            story.push_back(sent(attempt));
        story.push_back(answered(attempt));
    }
    if (why.ended_at)
        story.push_back(
            {.at = *why.ended_at, .what = "ended: " + std::string(word(why.state)), .request_id = {}});
    std::stable_sort(
        story.begin(), story.end(), [](const StoryLine& a, const StoryLine& b) { return a.at < b.at; });
    // Sent and answered beside each other: the id stands once.
    for (std::size_t at = story.size(); at-- > 1;)
        if (story[at].request_id == story[at - 1].request_id) story[at - 1].request_id.clear();
    return story;
}

}  // namespace uplift::upliftctl
