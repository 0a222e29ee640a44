// HTTP as the sandbox's rules see it: a request and a reply, free of sockets and of Beast.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uplift::sandbox {

using Clock = std::chrono::system_clock;
using TimePoint = Clock::time_point;
using Seconds = std::chrono::duration<double>;

// Names in lower case, in the order they came or shall go.
using Headers = std::vector<std::pair<std::string, std::string>>;

// The first value of `name` (lower case), or empty.
std::string_view header_of(const Headers& headers, std::string_view name);

struct Request {
    std::string method;  // capitals
    std::string target;  // as on the wire, percent-encoded
    Headers headers;
    std::string body;

    std::string_view header(std::string_view name) const { return header_of(headers, name); }
};

struct Reply {
    int status = 200;
    Headers headers;
    std::string body;
    // Fills the next piece of a long body; false when there is none. Sent chunked when set.
    std::function<bool(std::string&)> next_piece;
};

}  // namespace uplift::sandbox
