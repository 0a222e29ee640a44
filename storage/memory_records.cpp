// Records of the queue in memory: what came of a step and everything that follows from it.
#include <algorithm>
#include <cstdlib>

#include "storage/identity_index.hpp"
#include "storage/memory_queue.hpp"

namespace uplift::storage {

using boost::asio::awaitable;
using engine::Recorded;
using engine::RecordVerdict;
using engine::StepRecord;

awaitable<Recorded> MemoryQueue::record(StepRecord record) {
    const auto found = entries_.find(record.enrollment);
    Recorded recorded;
    recorded.verdict = RecordVerdict::lease_lost;
    if (found == entries_.end() || !found->second.steps.contains(record.step)) co_return recorded;
    auto& person = found->second;
    auto& held = person.steps.at(record.step);
    if (held.step.state != StepState::running || held.lease == Lease::none || held.lease_until <= record.now)
        co_return recorded;
    recorded.verdict = RecordVerdict::written;

    if (record.claims_person == StepRecord::Person::claim) {
        const auto& known = record.person ? record.person : person.enrollment.person;
        if (known) {
            const PersonKey key{person.enrollment.tenant, known->object_guid};
            const auto [claim, ours] = claims_.try_emplace(key, record.enrollment);
            if (!ours && claim->second != record.enrollment) {
                held.lease = Lease::none;
                if (job_of(person).orders == JobOrder::cancel)
                    set_state(person, record.step, StepState::cancelled);
                else
                    await_person(person, record.step, known->object_guid);
                const auto settled = settle(person, record.now);
                recorded.verdict = RecordVerdict::person_taken;
                recorded.job_ended = settled.job_ended;
                recorded.woken = settled.woken;
                co_return recorded;
            }
        }
    }

    take_facts(person, record, recorded.woken);
    take_attempts(person, record);
    for (const auto& line : record.audit) write_audit(line, person.enrollment.job, record.enrollment);
    const auto lease = held;
    take_outcome(person, record);
    take_seats_of(person, record);
    if (held.step.state == StepState::waiting && held.step.waits_for == WaitsFor::manager && held.awaits &&
        has_account({person.enrollment.tenant, *held.awaits}))
        held.due = record.now;
    if (held.step.state == StepState::waiting && held.step.waits_for == WaitsFor::mailbox)
        begin_mailbox_wait(person, record.now);
    std::optional<StepKind> next;
    const bool skipped_person = held.step.state == StepState::skipped && record.step == walk_order.front();
    if (held.step.state == StepState::done || (held.step.state == StepState::skipped && !skipped_person)) {
        next = start_next(person, record.step, lease, record.now);
        if (record.step == walk_order.back()) begin_tasks(person, record, recorded.woken);
    }
    const auto settled = settle(person, record.now);
    recorded.job_ended = settled.job_ended;
    recorded.woken += settled.woken;
    if (next) recorded.next = task_of(person, *next);
    co_return recorded;
}

void MemoryQueue::take_facts(Entry& person, const StepRecord& record, std::int64_t& woken) {
    auto& enrollment = person.enrollment;
    auto& counts = job_of(person).counts;
    if (record.person) {
        if (enrollment.person && enrollment.person->object_guid != record.person->object_guid)
            woken += release_person(person, enrollment.person->object_guid, record.now);
        enrollment.person = record.person;
    }
    if (record.plan) enrollment.plan = record.plan;
    if (record.intent) {
        enrollment.intent = record.intent;
        enrollment.intent->sealed_password.clear();
        if (!person.password) person.password.emplace();
        person.password->sealed = record.intent->sealed_password;
    }
    if (record.made) {
        enrollment.made = record.made;
        if (person.password) {
            const auto use = record.made->origin == AccountOrigin::created ? Password::For::our_account
                                                                           : Password::For::not_yet_known;
            if (use != person.password->use) counts.passwords += use == Password::For::our_account ? 1 : -1;
            person.password->use = use;
        }
        if (enrollment.person)
            woken += wake_subordinates({enrollment.tenant, enrollment.person->object_guid}, record.now);
    }
    if (record.sealed_password == StepRecord::SealedPassword::destroy && person.password) {
        if (person.password->use == Password::For::our_account) --counts.passwords;
        person.password.reset();
    }
    if (record.person || record.plan || record.made) name(enrollment.id, names_of(enrollment));
}

void MemoryQueue::take_attempts(Entry& person, const StepRecord& record) {
    if (record.attempt_sent) {
        auto sent = *record.attempt_sent;
        const auto of_step = std::count_if(person.attempts.begin(),
                                           person.attempts.end(),
                                           [&](const auto& attempt) { return attempt.step == record.step; });
        sent.step = record.step;
        sent.number = static_cast<int>(of_step) + 1;
        person.attempts.push_back(std::move(sent));
    }
    if (record.attempt_ended) {
        const auto ended =
            std::find_if(person.attempts.begin(), person.attempts.end(), [&](const auto& attempt) {
                return attempt.step == record.step && attempt.id == record.attempt_ended->id;
            });
        if (ended == person.attempts.end()) std::abort();  // ended, but never recorded as sent
        ended->ended_at = record.now;
        ended->result = record.attempt_ended->result;
        ended->note = record.attempt_ended->note;
    }
}

void MemoryQueue::take_outcome(Entry& person, const StepRecord& record) {
    auto& held = person.steps.at(record.step);
    if (record.fault || ended(record.state)) held.step.fault = record.fault;
    if (record.tries) held.step.tries = *record.tries;
    if (record.progress) held.step.progress = *record.progress;
    if (record.state == StepState::running) return;
    held.lease = Lease::none;
    held.step.waits_for = WaitsFor::nothing;
    if (!ended(record.state) && job_of(person).orders == JobOrder::cancel) {
        set_state(person, record.step, StepState::cancelled);
        return;
    }
    set_state(person, record.step, record.state);
    if (ended(record.state)) return;
    if (record.state == StepState::waiting) held.step.waits_for = record.waits_for;
    const bool event_only =
        record.waits_for == WaitsFor::other_job || record.waits_for == WaitsFor::operator_;
    if (!event_only && record.due != TimePoint::max()) held.due = record.due;
    if (record.waits_for == WaitsFor::manager && record.awaits) {
        held.awaits = record.awaits;
        awaited_[{person.enrollment.tenant, *record.awaits}].emplace(person.enrollment.id, record.step);
    }
}

std::optional<StepKind> MemoryQueue::start_next(Entry& person,
                                                StepKind after,
                                                const HeldStep& lease,
                                                TimePoint now) {
    auto kind = step_after(after);
    while (kind && person.steps.contains(*kind) && ended(person.steps.at(*kind).step.state))
        kind = step_after(*kind);
    if (!kind) return std::nullopt;
    auto& job = job_of(person);
    if (!person.steps.contains(*kind)) {
        person.steps[*kind].step = touched(*kind, now);
        ++count(counts_of(job.counts, *kind), StepState::pending);
    }
    if (job.orders == JobOrder::cancel) {
        set_state(person, *kind, StepState::cancelled);
        return std::nullopt;
    }
    auto& next = person.steps.at(*kind);
    if (job.orders == JobOrder::pause || job.orders == JobOrder::hold) {
        next.due = now;
        return std::nullopt;
    }
    set_state(person, *kind, StepState::running);
    next.due.reset();
    next.lease = lease.lease;
    next.lease_until = lease.lease_until;
    return kind;
}

void MemoryQueue::set_state(Entry& person, StepKind kind, StepState state) {
    auto& held = person.steps.at(kind);
    auto& counts = counts_of(job_of(person).counts, kind);
    --count(counts, held.step.state);
    ++count(counts, state);
    held.step.state = state;
}

void MemoryQueue::await_person(Entry& person, StepKind kind, const Guid& awaited) {
    auto& held = person.steps.at(kind);
    set_state(person, kind, StepState::waiting);
    held.step.waits_for = WaitsFor::other_job;
    held.due.reset();
    held.awaits = awaited;
    awaited_[{person.enrollment.tenant, awaited}].emplace(person.enrollment.id, kind);
}

void MemoryQueue::stop_awaiting(Entry& person, HeldStep& held, StepKind kind) {
    if (!held.awaits) return;
    awaited_[{person.enrollment.tenant, *held.awaits}].erase({person.enrollment.id, kind});
    held.awaits.reset();
}

std::int64_t MemoryQueue::release_person(Entry& person, const Guid& released, TimePoint now) {
    const PersonKey key{person.enrollment.tenant, released};
    const auto claim = claims_.find(key);
    if (claim == claims_.end() || claim->second != person.enrollment.id) return 0;
    claims_.erase(claim);
    const auto waiting = std::exchange(awaited_[key], {});
    awaited_.erase(key);
    for (const auto& [id, kind] : waiting) {
        auto& woken = entry(id);
        woken.steps.at(kind).awaits.reset();
        woken.steps.at(kind).due = now;
        settle(woken, now);
    }
    return static_cast<std::int64_t>(waiting.size());
}

std::int64_t MemoryQueue::wake_subordinates(const PersonKey& person, TimePoint now) {
    const auto waiting = awaited_.find(person);
    if (waiting == awaited_.end()) return 0;
    std::int64_t woken = 0;
    for (auto at = waiting->second.begin(); at != waiting->second.end();) {
        auto& subordinate = entry(at->first);
        auto& held = subordinate.steps.at(at->second);
        if (held.step.waits_for != WaitsFor::manager) {
            ++at;
            continue;
        }
        held.awaits.reset();
        held.due = now;
        at = waiting->second.erase(at);
        settle(subordinate, now);
        ++woken;
    }
    return woken;
}

bool MemoryQueue::has_account(const PersonKey& person) {
    const auto claim = claims_.find(person);
    return claim != claims_.end() && entry(claim->second).enrollment.made.has_value();
}

MemoryQueue::Settled MemoryQueue::settle(Entry& person, TimePoint now) {
    auto& enrollment = person.enrollment;
    auto& job = job_of(person);
    follow_mailbox_line(person);
    std::vector<StepState> states;
    auto walk = Walk::going_on;
    std::optional<TimePoint> due;
    for (const auto& [kind, held] : person.steps) {
        states.push_back(held.step.state);
        if (kind == walk_order.back() && ended(held.step.state)) walk = Walk::walked;
        std::optional<TimePoint> of_step;
        if (held.step.state == StepState::running)
            of_step = held.lease_until;
        else if (!ended(held.step.state))
            of_step = held.due;
        if (of_step && (!due || *of_step < *due)) due = of_step;
    }
    if (person.due) job.due.erase({*person.due, enrollment.id});
    if (due) job.due.emplace(*due, enrollment.id);
    person.due = due;

    const auto before = enrollment.state;
    enrollment.state = enrollment_state(states, walk);
    Settled settled;
    if (enrollment.state == before) return settled;
    --count(job.counts.enrollments, before);
    ++count(job.counts.enrollments, enrollment.state);
    if (ended(enrollment.state) && !ended(before)) {
        enrollment.ended_at = now;
        if (enrollment.person) settled.woken = release_person(person, enrollment.person->object_guid, now);
        settled.woken += give_back_seats(person, now);
        if (job.counts.open() == 0) {
            job.job.ended_at = now;
            settled.job_ended = enrollment.job;
        }
    } else if (!ended(enrollment.state)) {
        enrollment.ended_at.reset();
        job.job.ended_at.reset();
    }
    return settled;
}

}  // namespace uplift::storage
