// The lines of the queue in memory: seats, mailboxes, persons, and orders for single tasks.
#include <algorithm>

#include "core/model/wait_histogram.hpp"
#include "storage/identity_index.hpp"
#include "storage/mailbox_line.hpp"
#include "storage/memory_queue.hpp"
#include "storage/seat_line.hpp"

namespace uplift::storage {

using boost::asio::awaitable;
using engine::StepRecord;
using engine::TaskEffect;
using engine::TaskOrder;

// ---- seats -----------------------------------------------------------------------------------------

awaitable<std::int64_t> MemoryQueue::note_seats(TenantName tenant,
                                                std::vector<engine::SeatCount> counts,
                                                TimePoint at) {
    for (const auto& count : counts) {
        auto& book = seats_[tenant][count.sku];
        const bool known = !book.count.sku.value.empty();
        auto shown = known ? count.used - book.count.used : 0;
        std::vector<std::pair<TimePoint, EnrollmentId>> taken;
        for (const auto& [id, held] : book.held)
            if (held.seat == Seat::taken) taken.emplace_back(held.since, id);
        std::sort(taken.begin(), taken.end());
        for (const auto& [since, id] : taken) {
            if (shown <= 0 && since + longest_seat_lag > at) break;
            book.held.erase(id);
            --shown;
        }
        book.count = count;
    }
    co_return hand_out_seats(tenant, at);
}

awaitable<engine::SeatVerdict> MemoryQueue::take_seats(EnrollmentId id,
                                                       std::vector<SkuId> skus,
                                                       TimePoint now) {
    if (!entries_.contains(id)) co_return engine::SeatVerdict::wait;
    const auto tenant = entry(id).enrollment.tenant;
    for (const auto& sku : skus)
        seats_[tenant][sku].held.try_emplace(id, HeldSeat{.seat = Seat::wanted, .since = now});
    hand_out_seats(tenant, now);
    co_return has_all_seats(entry(id)) ? engine::SeatVerdict::granted : engine::SeatVerdict::wait;
}

awaitable<std::int64_t> MemoryQueue::waiting_for_seats(TenantName tenant) {
    std::set<EnrollmentId> waiting;
    for (const auto& [sku, book] : seats_[tenant])
        for (const auto& [id, held] : book.held)
            if (held.seat == Seat::wanted) waiting.insert(id);
    co_return static_cast<std::int64_t>(waiting.size());
}

std::int64_t MemoryQueue::hand_out_seats(const TenantName& tenant, TimePoint now) {
    auto& books = seats_[tenant];
    std::map<SkuId, std::int64_t> free;
    for (const auto& [sku, book] : books) {
        const auto counted = std::count_if(book.held.begin(), book.held.end(), [](const auto& held) {
            return held.second.seat != Seat::wanted;
        });
        const bool wanted = static_cast<std::size_t>(counted) != book.held.size();
        if (wanted) free[sku] = book.count.owned - book.count.used - counted;
    }
    std::int64_t woken = 0;
    for (auto& [sku, n] : free) {
        std::vector<std::pair<TimePoint, EnrollmentId>> line;
        for (const auto& [id, held] : books[sku].held)
            if (held.seat == Seat::wanted) line.emplace_back(held.since, id);
        std::sort(line.begin(), line.end());
        if (n > 0 && line.size() > static_cast<std::size_t>(n)) line.resize(static_cast<std::size_t>(n));
        for (const auto& [since, id] : line) {
            if (n <= 0) break;
            std::vector<SkuId> wanted;
            for (const auto& [other, book] : books) {
                const auto held = book.held.find(id);
                if (held != book.held.end() && held->second.seat == Seat::wanted) wanted.push_back(other);
            }
            if (!std::all_of(
                    wanted.begin(), wanted.end(), [&](const SkuId& other) { return free[other] > 0; }))
                continue;
            for (const auto& other : wanted) {
                --free[other];
                books[other].held[id].seat = Seat::promised;
            }
            auto& person = entry(id);
            const auto step = person.steps.find(StepKind::license);
            if (step == person.steps.end() || step->second.step.state != StepState::waiting ||
                step->second.step.waits_for != WaitsFor::seat)
                continue;
            step->second.due = now;
            settle(person, now);
            ++woken;
        }
    }
    return woken;
}

bool MemoryQueue::has_all_seats(const Entry& person) {
    const auto& books = seats_[person.enrollment.tenant];
    return std::none_of(books.begin(), books.end(), [&](const auto& book) {
        const auto held = book.second.held.find(person.enrollment.id);
        return held != book.second.held.end() && held->second.seat == Seat::wanted;
    });
}

std::int64_t MemoryQueue::give_back_seats(Entry& person, TimePoint now) {
    bool gave = false;
    for (auto& [sku, book] : seats_[person.enrollment.tenant]) {
        const auto held = book.held.find(person.enrollment.id);
        if (held == book.held.end() || held->second.seat == Seat::taken) continue;
        book.held.erase(held);
        gave = true;
    }
    return gave ? hand_out_seats(person.enrollment.tenant, now) : 0;
}

void MemoryQueue::take_seats_of(Entry& person, const StepRecord& record) {
    const auto turn = [&](Seat from, Seat to) {
        for (auto& [sku, book] : seats_[person.enrollment.tenant]) {
            const auto held = book.held.find(person.enrollment.id);
            if (held == book.held.end() || held->second.seat != from) continue;
            held->second.seat = to;
            if (to == Seat::taken) held->second.since = record.now;
        }
    };
    switch (record.seats) {
        case StepRecord::Seats::keep:
            break;
        case StepRecord::Seats::taken:
            turn(Seat::promised, Seat::taken);
            break;
        case StepRecord::Seats::refused:
            turn(Seat::promised, Seat::wanted);
            break;
        case StepRecord::Seats::given_back:
            give_back_seats(person, record.now);
            break;
    }
    auto& held = person.steps.at(record.step);
    if (held.step.state == StepState::waiting && held.step.waits_for == WaitsFor::seat &&
        has_all_seats(person))
        held.due = record.now;
}

// ---- mailboxes -------------------------------------------------------------------------------------

void MemoryQueue::begin_mailbox_wait(Entry& person, TimePoint now) {
    if (!person.enrollment.made) return;
    const auto [wait, fresh] = mailbox_waits_.try_emplace(person.enrollment.id,
                                                          MailboxWait{.tenant = person.enrollment.tenant,
                                                                      .account = person.enrollment.made->id,
                                                                      .since = now,
                                                                      .probed_at = now,
                                                                      .arrived_at = std::nullopt});
    // Listed, but the step that looked in between did not see it: whoever lists it again must wake it.
    if (!fresh) wait->second.arrived_at.reset();
}

void MemoryQueue::follow_mailbox_line(Entry& person) {
    const bool waits = std::any_of(person.steps.begin(), person.steps.end(), [](const auto& step) {
        return step.second.step.waits_for == WaitsFor::mailbox && !ended(step.second.step.state);
    });
    if (!waits) mailbox_waits_.erase(person.enrollment.id);
}

awaitable<engine::MailboxStanding> MemoryQueue::mailbox_standing(TenantName tenant) {
    engine::MailboxStanding standing;
    for (const auto& [id, wait] : mailbox_waits_) {
        if (wait.tenant != tenant || wait.arrived_at) continue;
        ++standing.waiting;
        standing.youngest_since = std::max(standing.youngest_since.value_or(wait.since), wait.since);
        standing.oldest_since = std::min(standing.oldest_since.value_or(wait.since), wait.since);
    }
    if (const auto sweep = sweeps_.find(tenant); sweep != sweeps_.end()) {
        standing.watermark = sweep->second.watermark;
        standing.looked_at = sweep->second.looked_at;
    }
    standing.usual = usual_wait(mailbox_times_[tenant]);
    co_return standing;
}

awaitable<std::vector<engine::MailboxWaiter>> MemoryQueue::mailbox_waiters(TenantName tenant,
                                                                           TimePoint probed_before,
                                                                           std::size_t limit) {
    std::vector<engine::MailboxWaiter> waiters;
    for (const auto& [id, wait] : mailbox_waits_) {
        if (wait.tenant != tenant || wait.arrived_at || wait.probed_at >= probed_before) continue;
        waiters.push_back(
            {.enrollment = id, .account = wait.account, .since = wait.since, .probed_at = wait.probed_at});
    }
    std::stable_sort(waiters.begin(), waiters.end(), [](const auto& a, const auto& b) {
        return a.probed_at < b.probed_at;
    });
    if (waiters.size() > limit) waiters.resize(limit);
    co_return waiters;
}

awaitable<std::int64_t> MemoryQueue::record_look(engine::MailboxLook look) {
    std::int64_t woken = 0;
    for (const auto& mailbox : look.arrived) {
        std::vector<EnrollmentId> waiting;
        for (const auto& [id, wait] : mailbox_waits_)
            if (wait.tenant == look.tenant && wait.account == mailbox.account && !wait.arrived_at)
                waiting.push_back(id);
        for (const auto id : waiting) {
            auto& wait = mailbox_waits_.at(id);
            wait.arrived_at = look.now;
            const auto took = std::max(mailbox.created_at.value_or(look.now), wait.since) - wait.since;
            ++mailbox_times_[look.tenant][wait_bucket(took)];
            auto& person = entry(id);
            for (auto& [kind, held] : person.steps) {
                if (held.step.state != StepState::waiting || held.step.waits_for != WaitsFor::mailbox)
                    continue;
                held.due = look.now;
                ++woken;
            }
            settle(person, look.now);
        }
    }
    for (const auto id : look.not_there)
        if (const auto wait = mailbox_waits_.find(id); wait != mailbox_waits_.end())
            wait->second.probed_at = look.now;
    if (look.swept_to) sweeps_[look.tenant] = {.watermark = *look.swept_to, .looked_at = look.now};
    co_return woken;
}

// ---- persons ---------------------------------------------------------------------------------------

awaitable<engine::PersonStanding> MemoryQueue::standing(TenantName tenant,
                                                        Guid person,
                                                        std::vector<Identity> names) {
    auto folded = names_of(names);
    folded.push_back(folded_name(to_string(person)));
    std::set<EnrollmentId> known;
    for (const auto& one : folded)
        if (const auto found = names_.find(one); found != names_.end())
            known.insert(found->second.begin(), found->second.end());
    engine::PersonStanding standing;
    for (const auto id : known) {
        const auto found = entries_.find(id);
        if (found == entries_.end()) continue;
        const auto& enrollment = found->second.enrollment;
        if (enrollment.tenant != tenant || shown(enrollment.job) == nullptr) continue;
        if (enrollment.person && enrollment.person->object_guid != person) continue;
        if (enrollment.made) standing.account = enrollment.made->id;
        standing.open = standing.open || !ended(enrollment.state);
    }
    co_return standing;
}

// ---- tasks -----------------------------------------------------------------------------------------

void MemoryQueue::begin_tasks(Entry& person, const StepRecord& record, std::int64_t& woken) {
    for (const auto kind : record.begins) {
        if (person.steps.contains(kind)) continue;
        auto& held = person.steps[kind];
        held.step = touched(kind, record.now);
        ++count(counts_of(job_of(person).counts, kind), StepState::pending);
        if (job_of(person).orders == JobOrder::cancel) {
            set_state(person, kind, StepState::cancelled);
        } else {
            held.due = record.now;
            ++woken;
        }
    }
}

awaitable<std::vector<TaskEffect>> MemoryQueue::order_tasks(engine::TaskCommand command,
                                                            Actor actor,
                                                            TimePoint now) {
    std::vector<TaskEffect> effects;
    for (const auto& task : command.tasks) effects.push_back(order_task(command, task, actor, now));
    co_return effects;
}

TaskEffect MemoryQueue::order_task(const engine::TaskCommand& command,
                                   TaskId task,
                                   const Actor& actor,
                                   TimePoint now) {
    const auto found = entries_.find(task.enrollment);
    if (found == entries_.end() || !is_delayed_task(task.kind) || !found->second.steps.contains(task.kind) ||
        shown(found->second.enrollment.job) == nullptr)
        return TaskEffect::not_found;
    auto& person = found->second;
    auto& held = person.steps.at(task.kind);
    const auto state = held.step.state;
    const bool open = state == StepState::pending || state == StepState::waiting;
    const bool on_hold = state == StepState::waiting && held.step.waits_for == WaitsFor::operator_;
    if (state == StepState::running) return TaskEffect::running;
    if (command.order == TaskOrder::retry) {
        if (open) return TaskEffect::as_before;
        if (state != StepState::failed && state != StepState::cancelled) return TaskEffect::ended;
        if (job_of(person).orders == JobOrder::cancel) return TaskEffect::ended;
        if (ended(person.enrollment.state) && person.enrollment.person) {
            const auto [claim, ours] = claims_.try_emplace(
                {person.enrollment.tenant, person.enrollment.person->object_guid}, task.enrollment);
            if (!ours && claim->second != task.enrollment) return TaskEffect::ended;
        }
    } else if (!open) {
        return command.order == TaskOrder::cancel && state == StepState::cancelled ? TaskEffect::as_before
                                                                                   : TaskEffect::ended;
    }
    const auto hold = [&](std::optional<TimePoint> until) {
        set_state(person, task.kind, StepState::waiting);
        held.step.waits_for = WaitsFor::operator_;
        held.due = until;
        held.step.fault =
            Fault{.code = FaultCode::task_held,
                  .where = {},
                  .what = command.reason.empty() ? (until ? "deferred" : "held") : command.reason,
                  .cure = std::string(entry_of(FaultCode::task_held).cure)};
    };
    const auto open_again = [&] {
        set_state(person, task.kind, StepState::pending);
        held.step.waits_for = WaitsFor::nothing;
        held.step.fault.reset();
        held.due = now;
    };
    switch (command.order) {
        case TaskOrder::run:
            if (on_hold) return TaskEffect::as_before;
            held.due = now;
            break;
        case TaskOrder::cancel:
            set_state(person, task.kind, StepState::cancelled);
            held.step.waits_for = WaitsFor::nothing;
            held.due.reset();
            break;
        case TaskOrder::retry:
            open_again();
            held.step.tries = 0;
            held.step.since = now;
            break;
        case TaskOrder::hold:
            if (on_hold && !held.due) return TaskEffect::as_before;
            hold(std::nullopt);
            break;
        case TaskOrder::release:
            if (!on_hold) return TaskEffect::as_before;
            open_again();
            break;
        case TaskOrder::defer:
            hold(command.until.value_or(now));
            break;
    }
    settle(person, now);
    AuditEntry entry{.at = now,
                     .actor = actor,
                     .action = "task_" + std::string(word(command.order)),
                     .target = to_string(task),
                     .detail = command.reason.empty() ? std::string{} : "reason=" + command.reason,
                     .attempt = std::nullopt};
    if (command.until)
        entry.detail += (entry.detail.empty() ? "until=" : " until=") + to_rfc3339(*command.until);
    write_audit(entry, person.enrollment.job, task.enrollment);
    return TaskEffect::changed;
}

}  // namespace uplift::storage
