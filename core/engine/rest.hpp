// Rest: a door (tenant or directory) that does not answer, or refuses our sign-in, is left alone for a while.
//
// Pure. While a door rests nothing is sent but one probe at a time; it goes on by itself when that succeeds.
#pragma once

#include <algorithm>
#include <cstdint>
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
        kind_ = Kind::refused;
        fault_ = Fault{.code = why.code, .where = {}, .what = why.what, .cure = why.cure};
    }
    // Nobody there: 2 s, doubled to 60 s.
    void no_answer(const NotSent& why, TimePoint now) {
        if (now_resting(now)) return;  // calls that were under way when the rest began
        failures_ = std::min(failures_ + 1, 6);
        until_ =
            now + std::min<Duration>(std::chrono::seconds{60}, std::chrono::seconds{1} * (1 << failures_));
        kind_ = Kind::no_answer;
        fault_ = Fault{
            .code = why.code, .where = {}, .what = why.why, .cure = std::string(entry_of(why.code).cure)};
    }
    // A refusal stands until its time is over: what is answered before was under way, or is not what was
    // refused.
    void answered(TimePoint now) {
        if (kind_ == Kind::refused && now_resting(now)) return;
        end();
    }
    void end() {
        until_.reset();
        failures_ = 0;
        fault_.reset();
    }
    // When the next try may be made; nothing while the door is well.
    [[nodiscard]] std::optional<TimePoint> until() const { return until_; }
    [[nodiscard]] bool now_resting(TimePoint now) const { return until_ && now < *until_; }
    [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }
    // What a call would come to that is not made because of the rest. Only while it lasts.
    template <class T>
    [[nodiscard]] Outcome<T> outcome() const {
        if (kind_ == Kind::refused)
            return Unauthorized{.code = fault_->code, .what = fault_->what, .cure = fault_->cure};
        return NotSent{.why = fault_->what, .code = fault_->code};
    }

 private:
    enum class Kind : std::uint8_t { no_answer, refused } kind_ = Kind::no_answer;
    std::optional<TimePoint> until_;
    std::optional<Fault> fault_;
    int failures_ = 0;
};

}  // namespace uplift::engine
