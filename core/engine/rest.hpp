// Rest: a door (tenant or directory) that does not answer, or refuses our sign-in, is left alone for a while.
//
// Pure. While a door rests nothing is sent but one probe at a time; it goes on by itself when that succeeds.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "core/model/outcome.hpp"
#include "core/model/result.hpp"

namespace uplift::engine {

class Rest {
 public:
    // Sign-in refused: one try every 5 minutes.
    void refused(const Unauthorized& why, TimePoint now) {
        until_ = now + std::chrono::minutes{5};
        failures_ = 0;
        fault_ = Fault{.code = why.code, .where = {}, .what = why.what, .cure = why.cure};
    }
    // Nobody there: 2 s, doubled to 60 s.
    void no_answer(const NotSent& why, TimePoint now) {
        if (until_ && now < *until_) return;  // calls that were under way when the rest began
        failures_ = std::min(failures_ + 1, 6);
        until_ =
            now + std::min<Duration>(std::chrono::seconds{60}, std::chrono::seconds{1} * (1 << failures_));
        fault_ = Fault{
            .code = why.code, .where = {}, .what = why.why, .cure = std::string(entry_of(why.code).cure)};
    }
    void answered() {
        until_.reset();
        failures_ = 0;
        fault_.reset();
    }
    // When the next try may be made; nothing while the door is well.
    [[nodiscard]] std::optional<TimePoint> until() const { return until_; }
    [[nodiscard]] bool now_resting(TimePoint now) const { return until_ && now < *until_; }
    [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

 private:
    std::optional<TimePoint> until_;
    std::optional<Fault> fault_;
    int failures_ = 0;
};

}  // namespace uplift::engine
