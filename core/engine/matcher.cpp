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

Fault fault(FaultCode code, std::string what) {
    return Fault{
        .code = code, .where = {}, .what = std::move(what), .cure = std::string(entry_of(code).cure)};
}

bool may_have_been_applied(const Attempt& attempt) {
    return attempt.result == AttemptResult::open || attempt.result == AttemptResult::unknown ||
           attempt.result == AttemptResult::conflict;
}

// The anchor of this account may be our own writing.
bool was_sent_our_anchor(const Account& account, std::span<const Attempt> attempts) {
    return std::any_of(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
        return attempt.call == adopt_call && attempt.target == account.id.value &&
               (may_have_been_applied(attempt) || attempt.result == AttemptResult::done);
    });
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
        if (attempt.call == create_call && may_have_been_applied(attempt)) return attempt.sent_at;
    return std::nullopt;
}

Judgement judge(const PlannedAccount& plan, const Account& account, const MatchMemory& memory) {
    const bool planned_name = same_name(account.user_principal_name, plan.user_principal_name);
    if (account.anchor != plan.anchor) {
        if (!planned_name) return Unrelated{};
        if (!account.anchor.empty())
            return Theirs{fault(
                FaultCode::upn_taken,
                describe(account) + " has the planned name and another person's onPremisesImmutableId")};
        if (memory.existing == Existing::adopt) return Adoptable{};
        return Theirs{fault(FaultCode::account_not_adoptable,
                            describe(account) + " has the planned name and no onPremisesImmutableId")};
    }
    if (was_sent_our_anchor(account, memory.attempts)) return Ours{AccountOrigin::adopted};
    const auto sent = first_unsettled(memory.attempts);
    const bool may_be_our_create = sent && (!account.created_at || *account.created_at + clock_skew >= *sent);
    if (planned_name) return Ours{may_be_our_create ? AccountOrigin::created : AccountOrigin::continued};
    if (may_be_our_create) return Ours{AccountOrigin::created};
    return Theirs{fault(FaultCode::account_upn_differs,
                        describe(account) +
                            " carries this person's onPremisesImmutableId, but the planned name is \"" +
                            plan.user_principal_name + "\"")};
}

Fault has_roles_fault(const Account& account) {
    return fault(FaultCode::account_has_roles, describe(account) + " holds a directory role");
}

Fault deleted_fault(const Account& account) {
    return fault(FaultCode::account_deleted,
                 "deleted " + describe(account) + " carries this person's onPremisesImmutableId");
}

std::optional<Holder> hindering(std::span<const Holder> holders) {
    const auto found = std::find_if(holders.begin(), holders.end(), [](const Holder& holder) {
        return holder.kind != HolderKind::deleted_user;
    });
    if (found == holders.end()) return std::nullopt;
    return *found;
}

Fault conflict_fault(const PlannedAccount& plan,
                     const Conflict& conflict,
                     const std::optional<Holder>& holder) {
    const auto code = conflict.property == "proxyAddresses"          ? FaultCode::address_taken
                      : conflict.property == "onPremisesImmutableId" ? FaultCode::anchor_taken
                                                                     : FaultCode::upn_taken;
    std::string who = "another object";
    if (holder)
        who = std::string(word(holder->kind)) + " \"" + holder->name + "\" (id " + holder->id.value + ")";
    else if (conflict.holder)
        who = "object " + conflict.holder->value;
    return fault(
        code,
        who + " holds " +
            (conflict.property.empty() ? std::string("a value that must be unique") : conflict.property) +
            " of \"" + plan.user_principal_name + "\"");
}

}  // namespace uplift::engine
