// TaskOrders: what operators order of steps, above all of delayed tasks.
//
// A part of the queue. Every order is idempotent, audited with who and why, and names single steps: who means
// all that match a filter lists them first.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/job.hpp"

namespace uplift::engine {

enum class TaskOrder : std::uint8_t {
    run,      // an open one is due at once; a held one stays held
    cancel,   // an open one ends `cancelled`; one that is running ends by itself
    retry,    // a failed or cancelled one is open again, as if new
    hold,     // an open one waits for `operator`
    release,  // a held one goes on
    defer     // an open one is not due before `until`
};
inline std::string_view word(TaskOrder order) {
    constexpr std::array<std::string_view, 6> words{"run", "cancel", "retry", "hold", "release", "defer"};
    return words.at(static_cast<std::size_t>(order));
}

struct TaskCommand {
    TaskOrder order{};
    std::vector<TaskId> tasks;
    std::optional<TimePoint> until;  // of defer
    std::string reason;              // may be empty; audited
};

// What became of each, in the order of the command.
enum class TaskEffect : std::uint8_t {
    changed,
    as_before,  // it stood so already
    running,    // it is under way: try again when it has ended
    ended,      // it has ended, and the order is for open ones
    not_found
};
inline std::string_view word(TaskEffect effect) {
    constexpr std::array<std::string_view, 5> words{"changed", "as_before", "running", "ended", "not_found"};
    return words.at(static_cast<std::size_t>(effect));
}

class TaskOrders {
 public:
    virtual ~TaskOrders() = default;
    virtual boost::asio::awaitable<std::vector<TaskEffect>> order_tasks(TaskCommand command,
                                                                        Actor actor,
                                                                        TimePoint now) = 0;
};

}  // namespace uplift::engine
