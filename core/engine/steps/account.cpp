// account: one person, one account. The protocol is docs/exactly-once.md; each paragraph below is one of its
// numbered steps.
#include <algorithm>

#include "core/engine/matcher.hpp"
#include "core/engine/planner.hpp"
#include "core/engine/steps/steps.hpp"
#include "core/engine/write_call.hpp"
#include "core/model/invariant.hpp"
#include "core/profile/password_rule.hpp"

namespace uplift::engine::steps {
namespace {

namespace asio = boost::asio;
using MaybeRecord = std::optional<StepRecord>;

// A holder that nobody can show us (replicas lag) is asked for again this often, a minute apart.
constexpr int most_hidden_conflicts = 16;
constexpr int most_draws = 20;
constexpr Duration hidden_conflict_wait = std::chrono::seconds{60};

int count_of(const StepTask& task, AttemptResult result) {
    return static_cast<int>(std::count_if(
        task.attempts.begin(), task.attempts.end(), [&](const Attempt& a) { return a.result == result; }));
}

AuditEntry audit(const StepTask& task, TimePoint now, std::string action, const ObjectId& id) {
    return AuditEntry{
        .at = now,
        .actor = Actor{.uid = 0, .name = "engine"},
        .action = std::move(action),
        .target = task.enrollment.plan->user_principal_name,
        .detail = "id=" + id.value,
        .attempt = task.attempts.empty() ? std::nullopt : std::optional(task.attempts.back().id)};
}

StepRecord made(
    const StepTask& task, TimePoint now, const ObjectId& id, AccountOrigin origin, Evidence evidence) {
    auto record = step_done(task, now);
    record.made = MadeAccount{.id = id, .origin = origin, .evidence = evidence, .at = now};
    if (origin != AccountOrigin::created) record.sealed_password = StepRecord::SealedPassword::destroy;
    record.audit.push_back(audit(task, now, "account_" + std::string(word(origin)), id));
    return record;
}

template <class T>
StepRecord trouble(const StepPorts& ports, const StepTask& task, const Outcome<T>& outcome) {
    const auto wait = backoff(task.step.tries, ports.entropy.next_u64());
    return after_trouble(task,
                         outcome,
                         ports.clock.now(),
                         after_rest(ports),
                         wait,
                         most_create_tries,
                         FaultCode::create_too_long);
}

// 2. The password is drawn once and durable, sealed, before anything is sent.
asio::awaitable<MaybeRecord> write_intent(StepPorts& ports, StepTask& task) {
    const auto now = ports.clock.now();
    const auto& job = *ports.job;
    Secret password;
    if (job.sealed_password) {
        auto typed = ports.vault.open(*job.sealed_password, job_password_context(job.fingerprint));
        if (!typed) co_return step_failed(task, now, typed.error());
        password = std::move(*typed);
    } else {
        // A name of three letters is met by chance once in some thousand draws.
        for (int draws = 0; draws == 0 || (draws < most_draws &&
                                           profile::holds_name(password.view(), *task.enrollment.plan));
             ++draws)
            password = ports.vault.draw_password(job.profile.password);
    }
    const auto context =
        person_password_context(job.id, task.enrollment.row, task.enrollment.person->object_guid);
    task.enrollment.intent = Intent{.at = now,
                                    .sealed_password = ports.vault.seal(password, context),
                                    .plan_digest = ports.vault.digest(canonical_text(*task.enrollment.plan))};
    auto record = step_going_on(task, now);
    record.intent = task.enrollment.intent;
    co_return record;
}

MatchMemory memory_of(const StepPorts& ports, const StepTask& task) {
    return MatchMemory{.existing = ports.job->profile.existing, .attempts = task.attempts};
}

// The account has no anchor yet: ours is the first write to it, recorded as sent like a create. It counts as
// adopted once a read by its id shows our anchor.
StepResult adopt(StepPorts& ports, StepTask& task, ObjectId id) {
    const auto anchor = task.enrollment.plan->anchor;
    auto set = [&ports, &id, &anchor](AttemptId attempt, TimePoint deadline) {
        return ports.tenant.port().set_anchor(id, anchor, std::move(attempt), deadline);
    };
    auto result =
        co_await send_write<Nothing>(ports, task, std::string(adopt_call), id.value, std::nullopt, set);
    if (std::holds_alternative<LeaseLost>(result)) co_return std::nullopt;
    if (const auto* not_now = std::get_if<NotNow>(&result)) {
        auto why = why_not_now(ports);
        co_return step_later(task, ports.clock.now(), not_now->until, std::move(why));
    }
    auto& answer = std::get<Answer<Nothing>>(result);
    const auto now = ports.clock.now();
    StepRecord record;
    if (done_value(answer.outcome) != nullptr) {
        record = step_again(task,
                            now,
                            now + first_backoff,
                            plain_fault(FaultCode::tenant_reply,
                                        "the account is read once more before it counts as adopted"));
    } else if (std::holds_alternative<Unknown>(answer.outcome)) {
        const auto quiet =
            quiet_period(ports.tenant.settings().unknown_quiet, count_of(task, AttemptResult::unknown));
        record = step_again(task,
                            now,
                            now + quiet,
                            plain_fault(FaultCode::tenant_reply, "the reply to an adoption was lost"));
    } else if (const auto* conflict = std::get_if<Conflict>(&answer.outcome)) {
        const Conflict held{.holder = conflict->holder, .property = "onPremisesImmutableId"};
        record = step_failed(task, now, conflict_fault(*task.enrollment.plan, held, std::nullopt));
    } else {
        record = trouble(ports, task, answer.outcome);
    }
    record.attempt_ended = std::move(answer.end);
    co_return record;
}

// What a match comes to: a record, an account to adopt, or nothing where nobody was found.
struct Standing {
    MaybeRecord record;
    std::optional<ObjectId> adoptable;
    [[nodiscard]] bool found() const { return record || adoptable; }
};
Standing standing_of(const StepPorts& ports, const StepTask& task, const Outcome<Match>& outcome) {
    Standing standing;
    const auto* found = done_value(outcome);
    if (found == nullptr) {
        standing.record = trouble(ports, task, outcome);
        return standing;
    }
    if (!*found) return standing;
    const auto now = ports.clock.now();
    const auto& id = (*found)->account.id;
    match((*found)->judgement,
          [&](const Ours& ours) { standing.record = made(task, now, id, ours.origin, Evidence::look_up); },
          [&](const Adoptable&) { standing.adoptable = id; },
          [&](const Theirs& theirs) { standing.record = step_failed(task, now, theirs.fault); },
          [](const Unrelated&) {});
    return standing;
}

// 3. Both ways: by name from the fresher index, by anchor from the other.
asio::awaitable<Standing> look_up(StepPorts& ports, const StepTask& task) {
    const auto outcome = co_await find_match(ports.tenant, *task.enrollment.plan, memory_of(ports, task));
    co_return standing_of(ports, task, outcome);
}

// The person's account in the recycle bin: it is to be restored, never made again. A record unless none is.
asio::awaitable<MaybeRecord> look_in_bin(StepPorts& ports, const StepTask& task) {
    const auto outcome = co_await find_in_bin(ports.tenant, task.enrollment.plan->anchor);
    const auto* deleted = done_value(outcome);
    if (deleted == nullptr) co_return trouble(ports, task, outcome);
    if (!*deleted) co_return std::nullopt;
    co_return step_failed(task, ports.clock.now(), deleted_fault(**deleted));
}

// 6. Somebody holds a value of ours: our own lost create, or a true conflict.
asio::awaitable<StepRecord> after_conflict(StepPorts& ports, const StepTask& task, Conflict conflict) {
    const auto& plan = *task.enrollment.plan;
    const bool address = conflict.property == "proxyAddresses";
    const auto now = ports.clock.now();
    const bool hidden_long = count_of(task, AttemptResult::conflict) >= most_hidden_conflicts;
    if (!address) {
        Standing found;
        if (conflict.holder) {
            const auto outcome =
                co_await match_by_id(ports.tenant, plan, memory_of(ports, task), *conflict.holder);
            found = standing_of(ports, task, outcome);
        }
        if (!found.found()) found = co_await look_up(ports, task);
        if (found.record) co_return std::move(*found.record);
        // The next try finds it again, with nothing sent that may still be under way.
        if (found.adoptable)
            co_return step_again(task,
                                 now,
                                 now + first_backoff,
                                 plain_fault(FaultCode::upn_taken, "an account without an anchor turned up"));
        if (conflict.property == "onPremisesImmutableId")
            if (auto deleted = co_await look_in_bin(ports, task)) co_return std::move(*deleted);
        if (!hidden_long)
            co_return step_again(
                task, now, now + hidden_conflict_wait, conflict_fault(plan, conflict, std::nullopt));
    }
    // The name of the holder helps whoever mends it; where it cannot be had the id must do.
    std::optional<Holder> holder;
    const auto outcome = co_await find_hinderer(ports.tenant, plan.user_principal_name);
    if (const auto* known = done_value(outcome)) holder = *known;
    co_return step_failed(task, now, conflict_fault(plan, conflict, holder));
}

asio::awaitable<StepRecord> after_create(StepPorts& ports,
                                         const StepTask& task,
                                         const Outcome<ObjectId>& outcome) {
    const auto now = ports.clock.now();
    if (const auto* id = done_value(outcome))
        co_return made(task, now, *id, AccountOrigin::created, Evidence::reply);
    if (const auto* conflict = std::get_if<Conflict>(&outcome))
        co_return co_await after_conflict(ports, task, *conflict);
    if (const auto* unknown = std::get_if<Unknown>(&outcome)) {
        const auto lost = count_of(task, AttemptResult::unknown);
        auto fault =
            plain_fault(FaultCode::tenant_reply, "the reply to the create was lost (" + unknown->why + ")");
        if (task.step.tries + 1 >= most_create_tries) {
            fault = plain_fault(FaultCode::create_too_long, std::move(fault.what));
            co_return step_failed(task, now, std::move(fault));
        }
        const auto quiet = quiet_period(ports.tenant.settings().unknown_quiet, lost);
        co_return step_again(task, now, now + quiet, std::move(fault));
    }
    co_return trouble(ports, task, outcome);
}

// What a crash left open may still be applied: it is unknown from now on, since nobody knows when it was
// given up.
MaybeRecord settle_open_attempt(const StepPorts& ports, StepTask& task) {
    const auto open = std::find_if(task.attempts.begin(), task.attempts.end(), [](const Attempt& attempt) {
        return attempt.result == AttemptResult::open;
    });
    if (open == task.attempts.end()) return std::nullopt;
    const auto now = ports.clock.now();
    open->result = AttemptResult::unknown;
    const auto quiet =
        quiet_period(ports.tenant.settings().unknown_quiet, count_of(task, AttemptResult::unknown));
    auto record =
        step_again(task,
                   now,
                   now + quiet,
                   plain_fault(FaultCode::tenant_reply, "the daemon stopped while a write was sent"));
    record.attempt_ended =
        AttemptEnd{.id = open->id, .result = AttemptResult::unknown, .note = "the daemon stopped"};
    return record;
}

}  // namespace

StepResult account(StepPorts ports, StepTask task) {
    hold_invariant(task.enrollment.plan && task.enrollment.person, "an account needs a plan");

    if (auto settled = settle_open_attempt(ports, task)) co_return settled;
    if (!task.enrollment.intent) {
        // Before the first write: what the plan asks of the tenant is there.
        const auto fits = co_await check_plan(ports.tenant, ports.mailboxes, *task.enrollment.plan);
        if (done_value(fits) == nullptr) co_return trouble(ports, task, fits);
        auto intent = co_await write_intent(ports, task);
        if (intent->state != StepState::running) co_return intent;
        const auto recorded = co_await ports.queue.record(*intent);
        if (recorded.verdict != RecordVerdict::written) co_return std::nullopt;
    }

    auto found = co_await look_up(ports, task);
    if (found.record) co_return std::move(found.record);
    if (found.adoptable) co_return co_await adopt(ports, task, *found.adoptable);
    const bool first_create =
        std::none_of(task.attempts.begin(), task.attempts.end(), [](const Attempt& attempt) {
            return attempt.call == create_call;
        });
    if (first_create)
        if (auto deleted = co_await look_in_bin(ports, task)) co_return deleted;

    // 4. and 5. The same body and the same password on every attempt.
    const auto& enrollment = task.enrollment;
    const auto& plan = *enrollment.plan;
    hold_invariant(enrollment.intent.has_value(), "I2: no POST without an older intent");
    hold_invariant(enrollment.intent->plan_digest == ports.vault.digest(canonical_text(plan)),
                   "I3: the same body on every attempt");
    const auto context =
        person_password_context(enrollment.job, enrollment.row, enrollment.person->object_guid);
    const auto password = ports.vault.open(enrollment.intent->sealed_password, context);
    if (!password) co_return step_failed(task, ports.clock.now(), password.error());
    auto create = [&ports, &plan, &password](AttemptId attempt, TimePoint deadline) {
        return ports.tenant.port().create_user(plan, *password, std::move(attempt), deadline);
    };
    auto result = co_await send_write<ObjectId>(
        ports, task, std::string(create_call), std::string(), std::nullopt, create);
    if (std::holds_alternative<LeaseLost>(result)) co_return std::nullopt;
    if (const auto* not_now = std::get_if<NotNow>(&result)) {
        auto why = why_not_now(ports);
        co_return step_later(task, ports.clock.now(), not_now->until, std::move(why));
    }
    auto& answer = std::get<Answer<ObjectId>>(result);
    auto record = co_await after_create(ports, task, answer.outcome);
    record.attempt_ended = std::move(answer.end);
    co_return record;
}

}  // namespace uplift::engine::steps
