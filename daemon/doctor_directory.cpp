// What doctor says of a directory.
#include "core/text/show.hpp"
#include "daemon/doctor_facts.hpp"

namespace uplift::daemon {
namespace {

using protocol::CheckState;
using protocol::CheckView;

// Who was asked, as far as one came: a refused account and a missing base are said by a domain controller
// that was reached, and whose certificate was taken.
bool was_reached(const Outcome<DirectoryState>& asked) {
    return std::holds_alternative<Done<DirectoryState>>(asked) ||
           std::holds_alternative<Unauthorized>(asked) || std::holds_alternative<Refused>(asked);
}

std::string name_of(const DirectoryFacts::Controller& controller) {
    const auto* state = controller.asked ? done_value(*controller.asked) : nullptr;
    if (controller.name.empty() && state != nullptr)
        return "domain controller " + state->domain_controller + ", of those in DNS";
    return "domain controller " + (controller.name.empty() ? "of those in DNS" : controller.name);
}

// The reason, without the places that stand above it already.
Fault reason_at(const DirectoryFacts& facts, const std::string& controller, const Outcome<Nothing>& outcome) {
    auto fault = reason_of_nothing(outcome);
    std::string_view left = fault.what;
    for (const auto& said : {"directory " + facts.settings.name.value + ": ",
                             std::string("no domain controller answers: "),
                             controller + ": "})
        if (left.starts_with(said)) left.remove_prefix(said.size());
    fault.what = std::string(left);
    return fault;
}
Fault reason_at(const DirectoryFacts& facts, const DirectoryFacts::Controller& controller) {
    return reason_at(facts, controller.name, without_value<Nothing>(*controller.asked));
}

std::string tls_in_words(config::DirectoryTls tls) {
    return tls == config::DirectoryTls::none ? "answers, without TLS on this machine"
                                             : "answers, and its certificate and name are accepted";
}

std::optional<CheckView> check_clock(const DirectoryFacts& facts, const DirectoryState& state) {
    if (!state.clock_skew) return std::nullopt;
    const auto check = "clock of " + state.domain_controller;
    const auto seconds = state.clock_skew->count();
    const auto apart =
        std::to_string(std::abs(seconds)) + " s " + (seconds < 0 ? "behind" : "ahead of") + " ours";
    if (!state.clocks_differ) return check_passed(check, seconds == 0 ? "agrees with ours" : apart);
    auto differs =
        check_warned(check, apart, "Set one of the clocks right: Kerberos bears 5 minutes between them.");
    if (facts.settings.bind == config::Bind::gssapi) {
        differs.state = CheckState::failure;
        differs.code = to_string(FaultCode::directory_credentials);
    }
    return differs;
}

void judge_controllers(const DirectoryFacts& facts, Checks& checks) {
    const bool one_is_enough = std::any_of(
        facts.controllers.begin(), facts.controllers.end(), [](const DirectoryFacts::Controller& one) {
            return one.asked && was_reached(*one.asked);
        });
    for (const auto& controller : facts.controllers) {
        const auto name = name_of(controller);
        if (!controller.asked) {
            checks.push_back(
                check_warned(name,
                             "not asked: each refused sign-in counts towards locking the service account",
                             "Mend the sign-in, then run doctor again."));
        } else if (!was_reached(*controller.asked)) {
            checks.push_back(check_troubled(name,
                                            one_is_enough ? CheckState::warning : CheckState::failure,
                                            reason_at(facts, controller)));
        } else {
            checks.push_back(check_passed(name, tls_in_words(facts.settings.tls)));
            const auto* state = done_value(*controller.asked);
            if (state == nullptr) continue;
            if (auto clock = check_clock(facts, *state)) checks.push_back(std::move(*clock));
        }
    }
}

// By the first domain controller that gave an answer.
void judge_sign_in(const DirectoryFacts& facts, Checks& checks) {
    for (const auto& controller : facts.controllers) {
        if (!controller.asked || !was_reached(*controller.asked)) continue;
        const auto& settings = facts.settings;
        const bool gssapi = settings.bind == config::Bind::gssapi;
        const bool about_base = std::holds_alternative<Refused>(*controller.asked) &&
                                std::get<Refused>(*controller.asked).code == FaultCode::directory_refused;
        if (done_value(*controller.asked) == nullptr && !about_base) {
            checks.push_back(check_troubled("sign-in", CheckState::failure, reason_at(facts, controller)));
            return;
        }
        checks.push_back(check_passed("sign-in",
                                      "as " + text::quoted(gssapi ? settings.principal : settings.bind_dn) +
                                          (gssapi ? ", by Kerberos" : "")));
        checks.push_back(about_base
                             ? check_troubled("base_dn", CheckState::failure, reason_at(facts, controller))
                             : check_passed("base_dn", text::quoted(settings.base_dn) + " exists"));
        return;
    }
}

// Whether the attribute can be read of people: of all, of some, of none.
CheckView check_attribute(const char* name, std::size_t without, std::size_t people, FaultCode code) {
    if (without == 0) return check_passed(name, "can be read");
    const Fault fault{
        .code = code,
        .where = {},
        .what = "cannot be read of " + std::to_string(without) + " of " + std::to_string(people) + " people",
        .cure = "Let the service account read " + std::string(name) + " of all people."};
    return check_troubled(name, without == people ? CheckState::failure : CheckState::warning, fault);
}

void judge_people(const DirectoryFacts& facts, Checks& checks) {
    if (!facts.people) return;
    const auto& seen = *facts.people;
    if (done_value(seen.read) == nullptr) {
        checks.push_back(check_troubled("people", CheckState::failure, reason_at(facts, "", seen.read)));
        return;
    }
    if (seen.people == 0) {
        checks.push_back(check_warned("people",
                                      "none can be seen below " + text::quoted(facts.settings.base_dn),
                                      "Correct base_dn, or let the service account read people below it."));
        return;
    }
    checks.push_back(
        check_passed("people", "can be read in pages; the first one had " + std::to_string(seen.people)));
    checks.push_back(
        check_attribute("objectGUID", seen.without_guid, seen.people, FaultCode::person_without_anchor));
    checks.push_back(check_attribute(
        "userAccountControl", seen.without_control, seen.people, FaultCode::directory_refused));
    if (facts.settings.anchor != config::AnchorSource::objectGUID) return;
    if (facts.other_consistency_guids == 0)
        checks.push_back(check_passed("anchor", "objectGUID; no mS-DS-ConsistencyGuid says otherwise"));
    else
        checks.push_back(
            check_warned("anchor",
                         "mS-DS-ConsistencyGuid is another than objectGUID for " +
                             std::to_string(facts.other_consistency_guids) +
                             (facts.other_consistency_guids == 1 ? " person" : " people") + " or more",
                         "Where Entra Connect made accounts for this directory, it tied them to that "
                         "attribute: set anchor = \"mS-DS-ConsistencyGuid\" in the directory."));
}

}  // namespace

Checks judge(const DirectoryFacts& facts) {
    Checks checks;
    if (facts.unusable) {
        checks.push_back(check_troubled("settings", CheckState::failure, *facts.unusable));
        return checks;
    }
    judge_controllers(facts, checks);
    judge_sign_in(facts, checks);
    judge_people(facts, checks);
    return checks;
}

}  // namespace uplift::daemon
