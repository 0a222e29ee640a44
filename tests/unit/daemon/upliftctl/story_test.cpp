#include "daemon/upliftctl/story.hpp"

#include <gtest/gtest.h>

namespace uplift::upliftctl {
namespace {

TimePoint at(int second) { return TimePoint{std::chrono::seconds{second}}; }

TEST(Story, TellsRecordAndCallsInOneOrderAndEachCallOnce) {
    protocol::WhyView why;
    why.job = "J1";
    why.row = 3;
    why.accepted_at = at(0);
    why.ended_at = at(9);
    why.state = StepState::done;
    why.events = {
        {.at = at(2), .actor = "engine", .action = "create_user_sent", .target = "a@b", .request_id = "r1"},
        {.at = at(8), .actor = "ops", .action = "password_shown", .target = "a@b"}};
    why.attempts = {
        {.id = "r1", .call = "create_user", .sent_at = at(2), .ended_at = at(4), .result = "done"},
        {.id = "r2",
         .call = "assign_license",
         .sent_at = at(5),
         .ended_at = at(6),
         .result = "throttled",
         .note = "429"}};

    std::string told;
    for (const auto& line : story_of(why))
        told += std::to_string(to_millis(line.at) / 1000) + " " + line.what +
                (line.request_id.empty() ? "" : " [" + line.request_id + "]") + "\n";

    EXPECT_EQ(told,
              "0 accepted as row 3 of J1\n"
              "2 create user sent: a@b\n"
              "4 create user: done [r1]\n"
              "5 assign license sent\n"
              "6 assign license: throttled (429) [r2]\n"
              "8 password shown: a@b, by ops\n"
              "9 ended: done\n");
}

TEST(Story, NoValueDrivesTheTerminal) {
    protocol::WhyView why;
    why.events = {{.action = "x", .target = "a\x1b[2Jb\nc", .detail = "\xe2\x80\xae"}};

    for (const auto& line : story_of(why)) {
        EXPECT_EQ(line.what.find('\x1b'), std::string::npos);
        EXPECT_EQ(line.what.find('\n'), std::string::npos);
    }
}

TEST(Match, SaysHowWeCameToTheAccount) {
    EXPECT_EQ(match_in_words({.origin = "created", .evidence = "look_up"}),
              "made by this job, found by a look-up");
    EXPECT_EQ(match_in_words({.origin = "continued"}),
              "was there with this person's anchor and was continued");
}

}  // namespace
}  // namespace uplift::upliftctl
