// alias, litigation_hold, archive: what a mailbox is to have, added and never replaced.
#include <algorithm>

#include "core/engine/catalogue.hpp"
#include "core/engine/delayed_task.hpp"
#include "core/engine/feasibility.hpp"
#include "core/engine/steps/steps.hpp"

namespace uplift::engine::steps {
namespace {

using Standing = TaskRules::Standing;

std::vector<std::string> missing_addresses(const PlannedAccount& plan, const Mailbox& mailbox) {
    std::vector<std::string> missing;
    for (const auto& alias : plan.aliases) {
        const auto same = [&](const std::string& address) { return same_name(address, alias); };
        if (std::none_of(mailbox.addresses.begin(), mailbox.addresses.end(), same)) missing.push_back(alias);
    }
    return missing;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : ",") + text;
    return all;
}

std::string described(const LitigationHold& hold) {
    return "days=" + (hold.duration_days ? std::to_string(*hold.duration_days) : std::string("unlimited"));
}

// A hold that somebody set otherwise is left: shortening one would let mail be deleted.
Result<Standing> compare_hold(const LitigationHold& planned, const Mailbox& mailbox) {
    if (!mailbox.hold) {
        if (allows_hold(mailbox.capabilities).value_or(true)) return Standing::missing;
        return plain_fault(FaultCode::hold_not_licensed,
                           "the mailbox's licence does not allow a litigation hold");
    }
    if (*mailbox.hold == planned) return Standing::as_planned;
    return plain_fault(FaultCode::hold_differs,
                       "the mailbox has a litigation hold already (" + described(*mailbox.hold) +
                           "), the plan says " + described(planned));
}

}  // namespace

StepResult alias(StepPorts ports, StepTask task) {
    const auto plan = *task.enrollment.plan;
    const auto id = task.enrollment.made->id;
    auto missing = std::make_shared<std::vector<std::string>>();
    auto port = &ports.mailboxes.port();
    TaskRules rules{.call = "add_addresses",
                    .look = [plan, missing](const Mailbox& mailbox) -> Result<Standing> {
                        *missing = missing_addresses(plan, mailbox);
                        return missing->empty() ? Standing::as_planned : Standing::missing;
                    },
                    .write =
                        [port, id, missing](AttemptId attempt, TimePoint deadline) {
                            return port->add_addresses(id, *missing, std::move(attempt), deadline);
                        },
                    .done_action = "addresses_added",
                    .detail = "addresses=" + joined(plan.aliases)};
    return run_delayed_task(std::move(ports), std::move(task), std::move(rules));
}

StepResult litigation_hold(StepPorts ports, StepTask task) {
    const auto hold = *task.enrollment.plan->litigation_hold;
    const auto id = task.enrollment.made->id;
    auto port = &ports.mailboxes.port();
    TaskRules rules{.call = "set_hold",
                    .look = [hold](const Mailbox& mailbox) { return compare_hold(hold, mailbox); },
                    .write =
                        [port, id, hold](AttemptId attempt, TimePoint deadline) {
                            return port->set_hold(id, hold, std::move(attempt), deadline);
                        },
                    .done_action = "hold_set",
                    .detail = described(hold)};
    return run_delayed_task(std::move(ports), std::move(task), std::move(rules));
}

StepResult archive(StepPorts ports, StepTask task) {
    const auto id = task.enrollment.made->id;
    auto port = &ports.mailboxes.port();
    TaskRules rules{.call = "enable_archive",
                    .look = [](const Mailbox& mailbox) -> Result<Standing> {
                        return mailbox.has_archive ? Standing::as_planned : Standing::missing;
                    },
                    .write =
                        [port, id](AttemptId attempt, TimePoint deadline) {
                            return port->enable_archive(id, std::move(attempt), deadline);
                        },
                    .done_action = "archive_enabled",
                    .detail = {}};
    return run_delayed_task(std::move(ports), std::move(task), std::move(rules));
}

}  // namespace uplift::engine::steps
