// What happened to one person, line by line with its time: the audit record and the calls, in one order.
//
// Pure. Lines are prose of foreign values that are shown (escaped) already.
#pragma once

#include <string>
#include <vector>

#include "daemon/protocol/reply.hpp"

namespace uplift::upliftctl {

struct StoryLine {
    TimePoint at;
    std::string what;
    std::string request_id;  // client-request-id of the call
};

// A call is told by its audit line where there is one, else as sent; its answer is a line of its own.
std::vector<StoryLine> story_of(const protocol::WhyView& why);

// How we came to the account: the match decision.
std::string match_in_words(const protocol::MadeView& made);

}  // namespace uplift::upliftctl
