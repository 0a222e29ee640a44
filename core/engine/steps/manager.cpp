// manager: links the account to that of the person's manager, as soon as that is made. The last step of the
// walk: it also says which delayed tasks begin.
#include <algorithm>

#include "core/engine/catalogue.hpp"
#include "core/engine/follow_up.hpp"
#include "core/engine/steps/steps.hpp"
#include "core/model/invariant.hpp"

namespace uplift::engine::steps {
namespace {

namespace asio = boost::asio;

// Who is woken by an event is looked for this often all the same: a manager whose row was never resolved ends
// without a word.
constexpr Duration look_again_after = std::chrono::minutes{15};

// The manager's account; or the record that the step ends with for now.
struct FoundManager {
    std::optional<ObjectId> account;
    std::optional<StepRecord> record;
};

FoundManager nobody(const StepPorts& ports, const StepTask& task, std::string what) {
    FoundManager found;
    found.record =
        step_skipped(task, ports.clock.now(), plain_fault(FaultCode::manager_absent, std::move(what)));
    return found;
}

std::vector<Identity> names_of(const Person& person) {
    std::vector<Identity> names{{IdentityKind::objectGUID, to_string(person.object_guid)},
                                {IdentityKind::distinguishedName, person.distinguished_name}};
    if (const auto upn = person.first("userPrincipalName"); !upn.empty())
        names.push_back({IdentityKind::userPrincipalName, std::string(upn)});
    if (const auto sam = person.first("sAMAccountName"); !sam.empty())
        names.push_back({IdentityKind::sAMAccountName, std::string(sam)});
    return names;
}

asio::awaitable<FoundManager> find_manager(StepPorts& ports, const StepTask& task) {
    FoundManager found;
    const auto& dn = task.enrollment.plan->manager;
    Identity identity{IdentityKind::distinguishedName, dn};
    std::vector<std::string> attributes{"userPrincipalName", "sAMAccountName"};
    auto outcome = co_await ports.directory.port().find(
        std::move(identity), std::move(attributes), ports.directory.deadline());
    ports.directory.saw(outcome);
    const auto* people = done_value(outcome);
    if (people == nullptr) {
        const auto wait = backoff(task.step.tries, ports.entropy.next_u64());
        found.record = after_trouble(task,
                                     outcome,
                                     ports.clock.now(),
                                     ports.clock.now() + wait,
                                     wait,
                                     most_write_tries,
                                     FaultCode::manager_too_long);
        co_return found;
    }
    if (people->size() != 1)
        co_return nobody(ports, task, "the directory does not show the manager \"" + dn + "\"");
    const auto& manager = people->front();
    if (manager.person.object_guid == task.enrollment.person->object_guid)
        co_return nobody(ports, task, "the person is their own manager in the directory");

    const auto standing = co_await ports.queue.standing(
        ports.tenant.name(), manager.person.object_guid, names_of(manager.person));
    if (standing.account) {
        found.account = standing.account;
        co_return found;
    }
    if (standing.open) {
        const auto now = ports.clock.now();
        found.record = step_later(
            task,
            now,
            now + look_again_after,
            plain_fault(FaultCode::manager_absent, "the manager \"" + dn + "\" has no account yet"));
        found.record->waits_for = WaitsFor::manager;
        found.record->awaits = manager.person.object_guid;
        co_return found;
    }
    if (!manager.anchor) co_return nobody(ports, task, "the manager \"" + dn + "\" has no anchor");
    auto ask = [&ports, &manager](TimePoint deadline) {
        return ports.tenant.port().find_by_anchor(*manager.anchor, deadline);
    };
    const auto accounts = co_await read_tenant<std::vector<Account>>(ports, ask);
    const auto* known = done_value(accounts);
    if (known == nullptr) {
        found.record = follow_up_trouble(ports, task, accounts, FaultCode::manager_too_long);
        co_return found;
    }
    const auto theirs = std::find_if(known->begin(), known->end(), [&](const Account& account) {
        return account.anchor == *manager.anchor;
    });
    if (theirs == known->end())
        co_return nobody(ports, task, "the manager \"" + dn + "\" has no account and none is coming");
    found.account = theirs->id;
    co_return found;
}

// Which delayed tasks the plan asks for. Lists are known by the kind of their groups.
asio::awaitable<Result<std::vector<StepKind>>> tasks_of(StepPorts& ports,
                                                        const StepTask& task,
                                                        std::optional<StepRecord>& trouble) {
    const auto& plan = *task.enrollment.plan;
    std::vector<StepKind> tasks;
    if (!plan.aliases.empty()) tasks.push_back(StepKind::alias);
    if (plan.litigation_hold) tasks.push_back(StepKind::litigation_hold);
    if (plan.archive) tasks.push_back(StepKind::archive);
    for (const auto& name : plan.groups) {
        const auto found = co_await ports.tenant.groups(name);
        const auto* known = done_value(found);
        if (known == nullptr) {
            trouble = follow_up_trouble(ports, task, found, FaultCode::group_too_long);
            co_return tasks;
        }
        const auto group = only_group(name, *known);
        if (!group) co_return group.error();
        if (!is_exchange_group(group->kind)) continue;
        tasks.push_back(StepKind::distribution_groups);
        break;
    }
    co_return tasks;
}

asio::awaitable<std::optional<StepRecord>> link(StepPorts& ports, StepTask& task) {
    const auto& plan = *task.enrollment.plan;
    if (plan.manager.empty()) co_return step_skipped(task, ports.clock.now());
    auto ended = settle_open(task);
    const auto with = [&](StepRecord record) {
        if (!record.attempt_ended) record.attempt_ended = std::move(ended);
        return record;
    };
    if (auto record = still_quiet(ports, task, ended)) co_return with(std::move(*record));
    const auto untouched = surely_untouched(task);
    auto found = co_await find_manager(ports, task);
    if (found.record) co_return with(std::move(*found.record));

    const auto id = task.enrollment.made->id;
    const auto manager = *found.account;
    if (!untouched) {
        auto get = [&ports, &id](TimePoint deadline) {
            return ports.tenant.port().get_manager(id, deadline);
        };
        const auto outcome = co_await read_tenant<std::optional<ObjectId>>(ports, get);
        const auto* present = done_value(outcome);
        if (present == nullptr)
            co_return with(follow_up_trouble(ports, task, outcome, FaultCode::manager_too_long));
        if (*present == manager) co_return with(step_done(task, ports.clock.now()));
        // Somebody chose another one since: theirs stays, and is named.
        if (*present && task.enrollment.made->origin != AccountOrigin::created)
            co_return with(step_skipped(task,
                                        ports.clock.now(),
                                        plain_fault(FaultCode::manager_absent,
                                                    "the account has another manager (id " +
                                                        (*present)->value + "): left as it is")));
        if (is_first_look(task)) co_return with(look_again(ports, task));
    }
    auto set = [&ports, &id, &manager](AttemptId attempt, TimePoint deadline) {
        return ports.tenant.port().set_manager(id, manager, std::move(attempt), deadline);
    };
    auto result =
        co_await send_write<Nothing>(ports, task, "set_manager", manager.value, std::move(ended), set);
    ended.reset();
    if (std::holds_alternative<LeaseLost>(result)) co_return std::nullopt;
    if (const auto* not_now = std::get_if<NotNow>(&result))
        co_return with(held_back(ports, task, not_now->until));
    auto& answer = std::get<Answer<Nothing>>(result);
    ended = std::move(answer.end);
    if (done_value(answer.outcome) == nullptr)
        co_return with(follow_up_trouble(ports, task, answer.outcome, FaultCode::manager_too_long));
    auto record = with(step_done(task, ports.clock.now()));
    record.progress = manager.value;
    record.audit.push_back(AuditEntry{.at = record.now,
                                      .actor = Actor{.uid = 0, .name = "engine"},
                                      .action = "manager_linked",
                                      .target = plan.user_principal_name,
                                      .detail = "id=" + id.value + " manager=" + manager.value,
                                      .attempt = record.attempt_ended->id});
    co_return record;
}

}  // namespace

StepResult manager(StepPorts ports, StepTask task) {
    hold_invariant(task.enrollment.made.has_value(), "a manager needs an account");
    std::optional<StepRecord> trouble;
    const auto tasks = co_await tasks_of(ports, task, trouble);
    if (trouble) co_return trouble;
    if (!tasks) co_return step_failed(task, ports.clock.now(), tasks.error());
    auto record = co_await link(ports, task);
    if (record && ended(record->state)) record->begins = *tasks;
    co_return record;
}

}  // namespace uplift::engine::steps
