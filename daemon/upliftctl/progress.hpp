// Progress of a job: how far, how fast, how much longer.
//
// Pure: the time is handed in. The rate is of people that ended, over the last minute.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "core/model/time.hpp"
#include "daemon/protocol/reply.hpp"

namespace uplift::upliftctl {

struct Progress {
    std::int64_t people = 0;
    std::int64_t ended = 0;
    std::int64_t failed = 0;
    std::int64_t waiting = 0;
};
Progress progress_of(const protocol::JobView& job);

class Rate {
 public:
    void add(TimePoint now, std::int64_t ended);
    // Nothing until two looks show some movement.
    [[nodiscard]] std::optional<double> per_minute() const;

 private:
    struct Look {
        TimePoint at;
        std::int64_t ended = 0;
    };
    std::deque<Look> looks_;
};

std::optional<Duration> time_left(const Progress& progress, std::optional<double> per_minute);

// 45 s, 3 min 20 s, 2 h 5 min, 3 d 4 h
std::string roughly(Duration duration);

// J17  running  [#######-----]  350 of 1,000 people  4 failed  12 waiting  96/min  about 7 min left
std::string progress_line(const protocol::JobView& job, const Rate& rate, std::size_t width);
// The same without a bar, for logs.
std::string progress_words(const protocol::JobView& job, const Rate& rate);

// 1,234,567
std::string grouped(std::int64_t number);

}  // namespace uplift::upliftctl
