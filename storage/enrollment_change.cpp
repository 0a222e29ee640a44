#include "storage/enrollment_change.hpp"

#include <algorithm>

#include "storage/mailbox_line.hpp"
#include "storage/seat_line.hpp"

namespace uplift::storage {

std::optional<EnrollmentChange> EnrollmentChange::load(Books& books, EnrollmentId id) {
    auto row = load_enrollment(books.database, id);
    if (!row) return std::nullopt;
    return EnrollmentChange(books, std::move(*row), load_steps(books.database, id));
}

EnrollmentChange::EnrollmentChange(Books& books, EnrollmentRow row, std::vector<StepRow> steps)
    : books_(books), row_(std::move(row)) {
    steps_.reserve(steps.size() + 1);
    for (auto& step : steps) {
        const auto before = step.state;
        steps_.push_back({.row = std::move(step), .before = before, .fate = Fate::as_it_was});
    }
}

EnrollmentRow& EnrollmentChange::edit_facts() {
    changed_ = Changed::facts;
    return row_;
}

const StepRow* EnrollmentChange::step(StepKind kind) const {
    const auto found =
        std::find_if(steps_.begin(), steps_.end(), [&](const auto& entry) { return entry.row.kind == kind; });
    return found == steps_.end() ? nullptr : &found->row;
}

std::vector<StepKind> EnrollmentChange::kinds() const {
    std::vector<StepKind> kinds;
    for (const auto& entry : steps_) kinds.push_back(entry.row.kind);
    return kinds;
}

StepRow* EnrollmentChange::edit(StepKind kind) {
    for (auto& entry : steps_) {
        if (entry.row.kind != kind) continue;
        if (entry.fate == Fate::as_it_was) entry.fate = Fate::edited;
        return &entry.row;
    }
    return nullptr;
}

StepRow& EnrollmentChange::add(StepKind kind, TimePoint since) {
    Entry entry{.row = {}, .before = StepState::pending, .fate = Fate::added};
    entry.row.enrollment = row_.id;
    entry.row.kind = kind;
    entry.row.since = since;
    const auto after =
        std::find_if(steps_.begin(), steps_.end(), [&](const auto& other) { return other.row.kind > kind; });
    return steps_.insert(after, std::move(entry))->row;
}

EnrollmentState EnrollmentChange::state_now() const {
    std::vector<StepState> states;
    states.reserve(steps_.size());
    auto walk = Walk::going_on;
    for (const auto& entry : steps_) {
        states.push_back(entry.row.state);
        if (entry.row.kind == walk_order.back() && ended(entry.row.state)) walk = Walk::walked;
    }
    return enrollment_state(states, walk);
}

std::optional<TimePoint> EnrollmentChange::due_now() const {
    std::optional<TimePoint> due;
    const auto earlier = [&](TimePoint time) {
        if (!due || time < *due) due = time;
    };
    for (const auto& [step, before, fate] : steps_) {
        if (step.state == StepState::running) earlier(step.lease_until);
        if ((step.state == StepState::pending || step.state == StepState::waiting) && step.due)
            earlier(*step.due);
    }
    return due;
}

void EnrollmentChange::save_steps() {
    auto& counts = books_.ledger.of(row_.job);
    for (auto& [step, before, fate] : steps_) {
        if (fate == Fate::as_it_was) continue;
        auto& of_kind = counts_of(counts, step.kind);
        if (fate == Fate::added) {
            insert(books_.database, step);
        } else {
            update(books_.database, step);
            --count(of_kind, before);
        }
        ++count(of_kind, step.state);
        before = step.state;
        fate = Fate::as_it_was;
    }
}

// Whether a changed step belongs to the delayed tasks, and whether any of them still waits for the mailbox.
bool EnrollmentChange::leaves_mailbox_line() const {
    const bool changed = std::any_of(steps_.begin(), steps_.end(), [](const Entry& entry) {
        return is_delayed_task(entry.row.kind) && entry.fate == Fate::edited;
    });
    return changed && std::none_of(steps_.begin(), steps_.end(), [](const Entry& entry) {
               return entry.row.waits_for == WaitsFor::mailbox && !ended(entry.row.state);
           });
}

EnrollmentChange::Saved EnrollmentChange::save(TimePoint now) {
    if (leaves_mailbox_line()) end_mailbox_wait(books_.database, row_.id);
    save_steps();
    const auto before = row_.state;
    const auto state = state_now();
    const auto due = due_now();
    const bool ends = ended(state) && !ended(before);
    if (state != before || due != row_.due) {
        changed_ = changed_ == Changed::facts ? Changed::both : Changed::standing;
        row_.state = state;
        row_.due = due;
        if (ends) row_.ended_at = now;
        if (!ended(state)) row_.ended_at.reset();
    }
    update(books_.database, row_, changed_);
    changed_ = Changed::nothing;

    Saved saved;
    if (state == before) return saved;
    auto& counts = books_.ledger.of(row_.job);
    --count(counts.enrollments, before);
    ++count(counts.enrollments, state);
    if (ends && row_.person_guid)
        saved.woken = books_.release_person(row_.job, row_.id, *row_.person_guid, now);
    if (ends) saved.woken += give_back_seats(books_, row_.id, now);
    if (ends || ended(before)) saved.job_ended = end_or_reopen_job(now);
    return saved;
}

std::optional<JobId> EnrollmentChange::end_or_reopen_job(TimePoint now) {
    const bool over = books_.ledger.of(row_.job).open() == 0;
    if (over == books_.job(row_.job).ended_at.has_value()) return std::nullopt;
    auto job = load_job(books_.database, row_.job);
    if (!job) books_.database.damaged(to_string(row_.job) + " is not there");
    job->ended_at = over ? std::optional(now) : std::nullopt;
    books_.save(*job);
    return over ? std::optional(row_.job) : std::nullopt;
}

}  // namespace uplift::storage
