#include "core/engine/matcher.hpp"

#include <algorithm>

#include "core/engine/catalogue.hpp"

namespace uplift::engine {
namespace {

// Their clock against ours: an account is taken for older than our send only beyond this.
constexpr Duration clock_skew = std::chrono::minutes{5};

std::string describe(const Account& account) {
    return "account \"" + account.user_principal_name + "\" (id " + account.id.value + ")";
}

Theirs theirs(FaultCode code, std::string what) {
    return Theirs{
        Fault{.code = code, .where = {}, .what = std::move(what), .cure = std::string(entry_of(code).cure)}};
}

}  // namespace

std::optional<ObjectId> candidate(const PlannedAccount& plan,
                                  const std::optional<Account>& by_upn,
                                  std::span<const Account> by_anchor) {
    if (by_upn && by_upn->anchor == plan.anchor) return by_upn->id;
    const auto same_anchor = [&](const Account& account) { return account.anchor == plan.anchor; };
    const auto ours = std::find_if(by_anchor.begin(), by_anchor.end(), same_anchor);
    if (ours != by_anchor.end()) return ours->id;
    if (by_upn) return by_upn->id;
    return std::nullopt;
}

std::optional<TimePoint> first_unsettled(std::span<const Attempt> attempts) {
    for (const auto& attempt : attempts)
        if (attempt.result == AttemptResult::open || attempt.result == AttemptResult::unknown ||
            attempt.result == AttemptResult::conflict)
            return attempt.sent_at;
    return std::nullopt;
}

Judgement judge(const PlannedAccount& plan,
                const Account& account,
                std::optional<TimePoint> first_unsettled_send) {
    const bool planned_name = same_name(account.user_principal_name, plan.user_principal_name);
    if (account.anchor != plan.anchor) {
        if (!planned_name) return Unrelated{};
        return theirs(FaultCode::upn_taken,
                      describe(account) + " has the planned name and " +
                          (account.anchor.empty() ? "no onPremisesImmutableId"
                                                  : "another person's onPremisesImmutableId"));
    }
    const bool may_be_our_create =
        first_unsettled_send &&
        (!account.created_at || *account.created_at + clock_skew >= *first_unsettled_send);
    if (planned_name) return Ours{may_be_our_create ? AccountOrigin::created : AccountOrigin::continued};
    if (may_be_our_create) return Ours{AccountOrigin::created};
    return theirs(FaultCode::account_upn_differs,
                  describe(account) +
                      " carries this person's onPremisesImmutableId, but the planned name is \"" +
                      plan.user_principal_name + "\"");
}

Fault conflict_fault(const PlannedAccount& plan,
                     const Conflict& conflict,
                     const std::optional<Account>& holder) {
    const auto code = conflict.property == "proxyAddresses"          ? FaultCode::address_taken
                      : conflict.property == "onPremisesImmutableId" ? FaultCode::anchor_taken
                                                                     : FaultCode::upn_taken;
    std::string who = "another object";
    if (holder)
        who = describe(*holder);
    else if (conflict.holder)
        who = "object " + conflict.holder->value;
    return Fault{
        .code = code,
        .where = {},
        .what = who + " holds " +
                (conflict.property.empty() ? std::string("a value that must be unique") : conflict.property) +
                " of \"" + plan.user_principal_name + "\"",
        .cure = std::string(entry_of(code).cure)};
}

}  // namespace uplift::engine
