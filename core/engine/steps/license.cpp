// license: gives the planned licences, only adding. Read before written, except on an account whose 201 we
// hold and that nothing was sent to yet.
#include <algorithm>

#include "core/engine/catalogue.hpp"
#include "core/engine/follow_up.hpp"
#include "core/engine/license_change.hpp"
#include "core/engine/seat_watch.hpp"
#include "core/engine/steps/steps.hpp"
#include "core/model/invariant.hpp"

namespace uplift::engine::steps {
namespace {

namespace asio = boost::asio;

// The line or the tenant says that there is no seat. Who waits is woken when the turn has come.
StepRecord no_seat(const StepPorts& ports, const StepTask& task, Fault fault) {
    const auto now = ports.clock.now();
    switch (ports.job->profile.seats) {
        case Seats::fail: {
            auto record = step_failed(task, now, std::move(fault));
            record.seats = StepRecord::Seats::given_back;
            return record;
        }
        case Seats::create_unlicensed: {
            auto record = step_skipped(task, now, std::move(fault));
            record.seats = StepRecord::Seats::given_back;
            return record;
        }
        case Seats::wait:
            break;
    }
    auto record = step_later(task, now, TimePoint::max(), std::move(fault));
    record.waits_for = WaitsFor::seat;
    return record;
}

Fault all_seats_promised(const std::vector<AssignedLicense>& licenses, const std::vector<Sku>& known) {
    std::string names;
    for (const auto& license : licenses) {
        const auto sku = std::find_if(
            known.begin(), known.end(), [&](const Sku& candidate) { return candidate.id == license.sku; });
        names += (names.empty() ? "" : ", ") + (sku == known.end() ? license.sku.value : sku->part_number);
    }
    return plain_fault(FaultCode::no_seats, "every seat of " + names + " is used or promised");
}

AuditEntry given(const StepTask& task, TimePoint now, const std::vector<AssignedLicense>& licenses) {
    std::string detail = "id=" + task.enrollment.made->id.value;
    for (const auto& license : licenses) detail += " sku=" + license.sku.value;
    return AuditEntry{.at = now,
                      .actor = Actor{.uid = 0, .name = "engine"},
                      .action = "license_given",
                      .target = task.enrollment.plan->user_principal_name,
                      .detail = std::move(detail),
                      .attempt = std::nullopt};
}

// What we gave, for the undo: SKU ids, one a line.
std::string list_of(const std::vector<AssignedLicense>& licenses) {
    std::string list;
    for (const auto& license : licenses) list += license.sku.value + "\n";
    return list;
}

// An account we did not make may lack the usage location that a licence needs. A record unless it is set.
asio::awaitable<std::optional<StepRecord>> ensure_usage_location(StepPorts& ports,
                                                                 StepTask& task,
                                                                 std::optional<AttemptEnd>& settled) {
    const auto id = task.enrollment.made->id;
    auto get = [&ports, &id](TimePoint deadline) { return ports.tenant.port().get_account(id, deadline); };
    const auto outcome = co_await read_tenant<Account>(ports, get);
    const auto* account = done_value(outcome);
    if (account == nullptr) co_return follow_up_trouble(ports, task, outcome, FaultCode::license_too_long);
    // A replica that has not seen the anchor of an adopted account yet.
    const auto& made = *task.enrollment.made;
    if (account->anchor.empty() && made.origin == AccountOrigin::adopted &&
        ports.clock.now() <= made.at + replication_lag) {
        const Outcome<Account> lags = NotYet{"the anchor of account " + id.value};
        co_return follow_up_trouble(ports, task, lags, FaultCode::license_too_long);
    }
    // I4: no write to an object whose immutable id is not ours.
    if (account->anchor != task.enrollment.plan->anchor)
        co_return step_failed(task,
                              ports.clock.now(),
                              plain_fault(FaultCode::reply_contradicts,
                                          "account " + id.value + " no longer carries this person's anchor"));
    if (!account->usage_location.empty()) co_return std::nullopt;
    const auto& wanted = task.enrollment.plan->usage_location;
    auto set = [&ports, &id, &wanted](AttemptId attempt, TimePoint deadline) {
        return ports.tenant.port().set_usage_location(id, wanted, std::move(attempt), deadline);
    };
    auto result = co_await send_write<Nothing>(ports, task, "set_usage_location", wanted, settled, set);
    settled.reset();
    if (const auto* not_now = std::get_if<NotNow>(&result)) co_return held_back(ports, task, not_now->until);
    if (std::holds_alternative<LeaseLost>(result))
        co_return step_later(
            task, ports.clock.now(), ports.clock.now(), plain_fault(FaultCode::tenant_reply, "lease lost"));
    auto& answer = std::get<Answer<Nothing>>(result);
    if (done_value(answer.outcome) != nullptr) {
        settled = std::move(answer.end);
        co_return std::nullopt;
    }
    auto record = follow_up_trouble(ports, task, answer.outcome, FaultCode::license_too_long);
    record.attempt_ended = std::move(answer.end);
    co_return record;
}

}  // namespace

StepResult license(StepPorts ports, StepTask task) {
    const auto& plan = *task.enrollment.plan;
    hold_invariant(task.enrollment.made.has_value(), "a licence needs an account");
    if (plan.licenses.empty()) co_return step_skipped(task, ports.clock.now());
    const bool untouched = surely_untouched(task);
    auto settled = settle_open(task);
    if (auto record = still_quiet(ports, task, settled)) {
        record->attempt_ended = std::move(settled);
        co_return record;
    }

    const auto skus = co_await ports.tenant.skus();
    const auto* known = done_value(skus);
    if (known == nullptr) {
        auto record = follow_up_trouble(ports, task, skus, FaultCode::license_too_long);
        record.attempt_ended = std::move(settled);
        co_return record;
    }
    auto planned = find_licenses(plan.licenses, *known);
    if (!planned) {
        auto record = step_failed(task, ports.clock.now(), planned.error());
        record.attempt_ended = std::move(settled);
        co_return record;
    }

    const auto id = task.enrollment.made->id;
    auto missing = *planned;
    if (!untouched) {
        if (task.enrollment.made->origin != AccountOrigin::created) {
            if (auto record = co_await ensure_usage_location(ports, task, settled)) {
                if (!record->attempt_ended) record->attempt_ended = std::move(settled);
                co_return record;
            }
        }
        auto get = [&ports, &id](TimePoint deadline) {
            return ports.tenant.port().get_licenses(id, deadline);
        };
        const auto outcome = co_await read_tenant<std::vector<AssignedLicense>>(ports, get);
        const auto* present = done_value(outcome);
        if (present == nullptr) {
            auto record = follow_up_trouble(ports, task, outcome, FaultCode::license_too_long);
            record.attempt_ended = std::move(settled);
            co_return record;
        }
        auto change = license_change(*planned, *present);
        for (const auto& sku : change.differing)
            ports.journal.write(Level::warn,
                                "licence left as it is: its service plans were chosen otherwise",
                                {{"job", to_string(ports.job->id)},
                                 {"row", std::to_string(task.enrollment.row)},
                                 {"person", plan.user_principal_name},
                                 {"sku", sku.value}});
        missing = std::move(change.missing);
        if (missing.empty()) {
            auto record = step_done(task, ports.clock.now());
            // A lost reply that had taken effect: the seats are taken all the same.
            record.seats = task.attempts.empty() ? StepRecord::Seats::given_back : StepRecord::Seats::taken;
            if (!task.attempts.empty()) record.progress = list_of(*planned);
            record.attempt_ended = std::move(settled);
            co_return record;
        }
        if (is_first_look(task)) co_return look_again(ports, task);
    }

    std::vector<SkuId> wanted;
    for (const auto& license : missing) wanted.push_back(license.sku);
    co_await note_seats(ports.tenant, ports.queue, ports.clock, *known);
    const auto verdict = co_await ports.queue.take_seats(task.enrollment.id, wanted, ports.clock.now());
    if (verdict == SeatVerdict::wait) {
        auto record = no_seat(ports, task, all_seats_promised(missing, *known));
        record.attempt_ended = std::move(settled);
        co_return record;
    }

    auto assign = [&ports, &id, &missing](AttemptId attempt, TimePoint deadline) {
        return ports.tenant.port().assign_licenses(id, missing, std::move(attempt), deadline);
    };
    auto result =
        co_await send_write<Nothing>(ports, task, "assign_license", id.value, std::move(settled), assign);
    if (std::holds_alternative<LeaseLost>(result)) co_return std::nullopt;
    if (const auto* not_now = std::get_if<NotNow>(&result)) co_return held_back(ports, task, not_now->until);
    auto& answer = std::get<Answer<Nothing>>(result);

    StepRecord record;
    const auto* refused = std::get_if<Refused>(&answer.outcome);
    if (done_value(answer.outcome) != nullptr) {
        record = step_done(task, ports.clock.now());
        record.seats = StepRecord::Seats::taken;
        record.progress = list_of(missing);
        record.audit.push_back(given(task, record.now, missing));
    } else if (refused != nullptr && refused->code == FaultCode::no_seats) {
        // Somebody else took it: the tenant's numbers are read again, and the line goes on by them.
        ports.tenant.forget_skus();
        record =
            no_seat(ports,
                    task,
                    Fault{.code = refused->code, .where = {}, .what = refused->what, .cure = refused->cure});
        if (record.seats == StepRecord::Seats::keep) record.seats = StepRecord::Seats::refused;
    } else {
        if (refused != nullptr) ports.tenant.forget_skus();
        record = follow_up_trouble(ports, task, answer.outcome, FaultCode::license_too_long);
    }
    record.attempt_ended = std::move(answer.end);
    co_return record;
}

}  // namespace uplift::engine::steps
