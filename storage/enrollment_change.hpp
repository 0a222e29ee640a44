// EnrollmentChange: one enrollment with its steps, loaded, changed and saved with everything that follows.
//
// Internal to storage. Saving derives the enrollment's state and due time from its steps, keeps the counts,
// releases the person and wakes who waits for it at the end, and ends or reopens the job.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "storage/books.hpp"

namespace uplift::storage {

class EnrollmentChange {
 public:
    // Nothing when there is no such enrollment.
    static std::optional<EnrollmentChange> load(Books& books, EnrollmentId id);
    EnrollmentChange(Books& books, EnrollmentRow row, std::vector<StepRow> steps);

    [[nodiscard]] const EnrollmentRow& row() const { return row_; }
    // For facts: what is known of person and account.
    EnrollmentRow& edit_facts();

    [[nodiscard]] const StepRow* step(StepKind kind) const;
    [[nodiscard]] std::vector<StepKind> kinds() const;
    StepRow* edit(StepKind kind);
    // A step that was not touched before.
    StepRow& add(StepKind kind, TimePoint since);

    struct Saved {
        std::optional<JobId> job_ended;
        std::int64_t woken = 0;
    };
    Saved save(TimePoint now);

 private:
    enum class Fate : std::uint8_t { as_it_was, edited, added };
    struct Entry {
        StepRow row;
        StepState before = StepState::pending;
        Fate fate = Fate::as_it_was;
    };

    void save_steps();
    [[nodiscard]] bool leaves_mailbox_line() const;
    [[nodiscard]] EnrollmentState state_now() const;
    [[nodiscard]] std::optional<TimePoint> due_now() const;
    std::optional<JobId> end_or_reopen_job(TimePoint now);

    Books& books_;
    EnrollmentRow row_;
    std::vector<Entry> steps_;  // by kind
    Changed changed_ = Changed::nothing;
};

}  // namespace uplift::storage
