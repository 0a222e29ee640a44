// account: one person, one account. The protocol is docs/exactly-once.md; each paragraph below is one of its
// numbered steps.
#include <algorithm>

#include "core/engine/catalogue.hpp"
#include "core/engine/feasibility.hpp"
#include "core/engine/matcher.hpp"
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

// Whether the delayed tasks can ever succeed: the licences allow them, Exchange accepts the domains, our app
// may run the commands. What Exchange cannot say now is left to the tasks.
asio::awaitable<MaybeRecord> check_mailbox_plan(StepPorts& ports, const StepTask& task) {
    const auto& plan = *task.enrollment.plan;
    const auto failed = [&](const Fault& fault) { return step_failed(task, ports.clock.now(), fault); };
    MailboxRights rights;
    if (!plan.licenses.empty()) {
        const auto skus = co_await ports.tenant.skus();
        const auto* known = done_value(skus);
        if (known == nullptr) co_return trouble(ports, task, skus);
        const auto licenses = find_licenses(plan.licenses, *known);
        if (!licenses) co_return failed(licenses.error());
        rights = mailbox_rights(*licenses, *known);
    }
    if (auto fits = check_mailbox_settings(plan, rights); !fits) co_return failed(fits.error());
    if (!wants_mailbox(plan)) co_return std::nullopt;
    const auto cmdlets = co_await ports.mailboxes.cmdlets();
    if (const auto* known = done_value(cmdlets))
        if (auto fits = check_cmdlets(plan, *known); !fits) co_return failed(fits.error());
    if (plan.aliases.empty()) co_return std::nullopt;
    const auto domains = co_await ports.mailboxes.accepted_domains();
    if (const auto* known = done_value(domains))
        if (auto fits = check_alias_domains(plan, *known); !fits) co_return failed(fits.error());
    auto ask = [&ports, &plan](TimePoint deadline) {
        return ports.tenant.port().find_holders(plan.aliases, deadline);
    };
    const auto holders = co_await read_tenant<std::vector<Holder>>(ports, ask);
    const auto* held = done_value(holders);
    if (held == nullptr) co_return trouble(ports, task, holders);
    for (const auto& holder : *held) {
        // The person's own account may have it already: the look-up that follows tells whose it is.
        if (holder.kind == HolderKind::user && same_name(holder.name, plan.user_principal_name)) continue;
        co_return failed(plain_fault(FaultCode::address_taken,
                                     std::string(word(holder.kind)) + " \"" + holder.name + "\" (id " +
                                         holder.id.value + ") holds a planned alias"));
    }
    co_return std::nullopt;
}

// Before the first write: what the plan asks of the tenant is there. A record where it is not.
asio::awaitable<MaybeRecord> preflight(StepPorts& ports, const StepTask& task) {
    const auto& plan = *task.enrollment.plan;
    const auto domains = co_await ports.tenant.domains();
    if (const auto* known = done_value(domains)) {
        if (auto fits = check_domain(plan.user_principal_name, *known); !fits)
            co_return step_failed(task, ports.clock.now(), fits.error());
    } else {
        co_return trouble(ports, task, domains);
    }
    if (!plan.licenses.empty()) {
        const auto skus = co_await ports.tenant.skus();
        const auto* known = done_value(skus);
        if (known == nullptr) co_return trouble(ports, task, skus);
        if (auto licenses = find_licenses(plan.licenses, *known); !licenses)
            co_return step_failed(task, ports.clock.now(), licenses.error());
    }
    for (const auto& name : plan.groups) {
        const auto found = co_await ports.tenant.groups(name);
        const auto* known = done_value(found);
        if (known == nullptr) co_return trouble(ports, task, found);
        if (auto group = only_group(name, *known); !group)
            co_return step_failed(task, ports.clock.now(), group.error());
    }
    co_return co_await check_mailbox_plan(ports, task);
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

// The account behind an id, read by that id: ours, theirs, or not there. A record unless it is nobody's.
asio::awaitable<MaybeRecord> look_closer(StepPorts& ports, const StepTask& task, const ObjectId& id) {
    const auto unsettled = first_unsettled(task.attempts);
    auto get = [&ports, &id](TimePoint deadline) { return ports.tenant.port().get_account(id, deadline); };
    const auto outcome = co_await read_tenant<Account>(ports, get);
    const auto now = ports.clock.now();
    if (std::holds_alternative<NotYet>(outcome)) {
        // A ghost of the index, or our own create that this replica has not seen: only the latter is waited
        // for.
        if (!unsettled) co_return std::nullopt;
        co_return trouble(ports, task, outcome);
    }
    const auto* account = done_value(outcome);
    if (account == nullptr) co_return trouble(ports, task, outcome);
    const auto judgement = judge(*task.enrollment.plan, *account, unsettled);
    co_return match(
        judgement,
        [&](const Ours& ours) -> MaybeRecord { return made(task, now, id, ours.origin, Evidence::look_up); },
        [&](const Theirs& theirs) -> MaybeRecord { return step_failed(task, now, theirs.fault); },
        [](const Unrelated&) -> MaybeRecord { return std::nullopt; });
}

// 3. Both ways: by name from the fresher index, by anchor from the other. A record unless nobody is there.
asio::awaitable<MaybeRecord> look_up(StepPorts& ports, const StepTask& task) {
    const auto& plan = *task.enrollment.plan;
    auto ask_upn = [&ports, &plan](TimePoint deadline) {
        return ports.tenant.port().find_by_upn(plan.user_principal_name, deadline);
    };
    const auto by_upn = co_await read_tenant<std::optional<Account>>(ports, ask_upn);
    const auto* named = done_value(by_upn);
    if (named == nullptr) co_return trouble(ports, task, by_upn);
    auto ask_anchor = [&ports, &plan](TimePoint deadline) {
        return ports.tenant.port().find_by_anchor(plan.anchor, deadline);
    };
    const auto by_anchor = co_await read_tenant<std::vector<Account>>(ports, ask_anchor);
    const auto* anchored = done_value(by_anchor);
    if (anchored == nullptr) co_return trouble(ports, task, by_anchor);

    const auto id = candidate(plan, *named, *anchored);
    if (!id) co_return std::nullopt;
    co_return co_await look_closer(ports, task, *id);
}

// 6. Somebody holds a value of ours: our own lost create, or a true conflict.
asio::awaitable<StepRecord> after_conflict(StepPorts& ports, const StepTask& task, Conflict conflict) {
    const auto& plan = *task.enrollment.plan;
    if (conflict.property == "proxyAddresses")
        co_return step_failed(task, ports.clock.now(), conflict_fault(plan, conflict, std::nullopt));
    MaybeRecord found;
    if (conflict.holder) found = co_await look_closer(ports, task, *conflict.holder);
    if (!found) found = co_await look_up(ports, task);
    if (found) co_return std::move(*found);
    const auto now = ports.clock.now();
    auto fault = conflict_fault(plan, conflict, std::nullopt);
    if (count_of(task, AttemptResult::conflict) >= most_hidden_conflicts)
        co_return step_failed(task, now, std::move(fault));
    co_return step_again(task, now, now + hidden_conflict_wait, std::move(fault));
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
                   plain_fault(FaultCode::tenant_reply, "the daemon stopped while a create was sent"));
    record.attempt_ended =
        AttemptEnd{.id = open->id, .result = AttemptResult::unknown, .note = "the daemon stopped"};
    return record;
}

}  // namespace

StepResult account(StepPorts ports, StepTask task) {
    hold_invariant(task.enrollment.plan && task.enrollment.person, "an account needs a plan");

    if (auto settled = settle_open_attempt(ports, task)) co_return settled;
    if (!task.enrollment.intent) {
        if (auto refused = co_await preflight(ports, task)) co_return refused;
        auto intent = co_await write_intent(ports, task);
        if (intent->state != StepState::running) co_return intent;
        const auto recorded = co_await ports.queue.record(*intent);
        if (recorded.verdict != RecordVerdict::written) co_return std::nullopt;
    }

    if (auto found = co_await look_up(ports, task)) co_return found;

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
    auto result =
        co_await send_write<ObjectId>(ports, task, "create_user", std::string(), std::nullopt, create);
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
