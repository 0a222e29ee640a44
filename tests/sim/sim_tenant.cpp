#include "tests/sim/sim_tenant.hpp"

#include <algorithm>

#include "core/model/guid.hpp"

namespace uplift::sim {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

Refused refusal(FaultCode code) {
    return Refused{
        .code = code, .what = std::string(entry_of(code).title), .cure = std::string(entry_of(code).cure)};
}

std::string SimTenant::new_id() {
    Guid guid;
    for (std::size_t i = 0; i < 16; i += 8) {
        const auto word = chance_.next();
        std::memcpy(guid.octets.data() + i, &word, 8);
    }
    return to_string(guid);
}

ObjectId SimTenant::put_account(std::string upn, Anchor anchor, std::string usage_location) {
    const ObjectId id{new_id()};
    SimAccount made;
    made.account.id = id;
    made.account.user_principal_name = upn;
    made.account.anchor = anchor;
    made.account.usage_location = std::move(usage_location);
    made.account.created_at = clock_.now() - std::chrono::days{30};
    by_id_[id.value] = accounts_.size();
    by_upn_[folded(upn)] = accounts_.size();
    by_anchor_.emplace(anchor.text(), accounts_.size());
    accounts_.push_back(std::move(made));
    return id;
}

void SimTenant::put_licence(const ObjectId& id, const AssignedLicense& license) {
    auto* account = find(id);
    auto* sku = find_sku(license.sku);
    ++sku->used;
    account->licenses[license.sku] = license;
    account->licenses_before[license.sku] = license;
    if (on_licensed) on_licensed(*account);
}

void SimTenant::put_in_group(const ObjectId& id, const GroupId& group) {
    auto* account = find(id);
    account->groups.insert(group);
    account->groups_before.insert(group);
}

void SimTenant::delete_by_hand(const ObjectId& id) { (void)apply_delete(id); }

void SimTenant::buy_seats(const SkuId& sku, std::int64_t seats) { find_sku(sku)->owned += seats; }

void SimTenant::stranger_takes_seats(const SkuId& sku, std::int64_t seats) {
    auto* found = find_sku(sku);
    count_seats(*found, std::min(seats, found->owned - found->used));
    stranger_took_seats_at_ = clock_.now();
}

Sku* SimTenant::find_sku(const SkuId& id) {
    const auto found = std::find_if(skus_.begin(), skus_.end(), [&](const Sku& sku) { return sku.id == id; });
    return found == skus_.end() ? nullptr : &*found;
}

void SimTenant::count_seats(Sku& sku, std::int64_t more) {
    sku.used += more;
    const auto lag = late_luck_.between({}, wire_.faults().stale_seats);
    if (lag > Duration{})
        unseen_.push_back(UnseenSeats{.shown_at = clock_.now() + lag, .sku = sku.id, .more = more});
}

const SimAccount* SimTenant::account(const ObjectId& id) const {
    const auto found = by_id_.find(id.value);
    return found == by_id_.end() ? nullptr : &accounts_[found->second];
}

SimAccount* SimTenant::find(const ObjectId& id) {
    const auto found = by_id_.find(id.value);
    if (found == by_id_.end() || accounts_[found->second].deleted_at) return nullptr;
    return &accounts_[found->second];
}

SimAccount* SimTenant::visible(const ObjectId& id) {
    auto* account = find(id);
    return account == nullptr || clock_.now() < account->seen_by_id ? nullptr : account;
}

std::vector<const SimAccount*> SimTenant::accounts_with(const Anchor& anchor) const {
    std::vector<const SimAccount*> found;
    const auto [from, to] = by_anchor_.equal_range(anchor.text());
    for (auto at = from; at != to; ++at)
        if (!accounts_[at->second].deleted_at) found.push_back(&accounts_[at->second]);
    return found;
}

std::string SimTenant::upn_now(const SimAccount& account) const {
    if (account.rename && clock_.now() >= account.rename->at) return account.rename->upn;
    return account.account.user_principal_name;
}

Account SimTenant::shown(const SimAccount& account) const {
    auto shown = account.account;
    shown.user_principal_name = upn_now(account);
    return shown;
}

Outcome<ObjectId> SimTenant::apply_create(const PlannedAccount& plan, std::string_view password) {
    const auto now = clock_.now();
    const auto key = folded(plan.user_principal_name);
    const auto name = key.substr(key.find('@') + 1);
    if (std::none_of(domains_.begin(), domains_.end(), [&](const Domain& domain) {
            return domain.verified && folded(domain.name) == name;
        }))
        return refusal(FaultCode::domain_not_verified);
    if (const auto holder = by_upn_.find(key); holder != by_upn_.end()) {
        const auto& held = accounts_[holder->second];
        if (folded(upn_now(held)) == key)
            return Conflict{.holder = held.account.id, .property = "userPrincipalName"};
    }
    const auto& faults = wire_.faults();
    const ObjectId id{new_id()};
    SimAccount made;
    made.account.id = id;
    made.account.user_principal_name = plan.user_principal_name;
    made.account.anchor = plan.anchor;
    made.account.usage_location = plan.usage_location;
    made.account.account_enabled = plan.account_enabled;
    made.account.created_at = now;
    made.password = std::string(password);
    made.made_by = MadeBy::uplift;
    made.seen_by_id = now + chance_.between({}, faults.stale_by_id);
    made.seen_by_name = now + chance_.between({}, faults.stale_by_name);
    made.seen_by_anchor = now + chance_.between({}, faults.stale_by_anchor);
    by_id_[id.value] = accounts_.size();
    by_upn_[key] = accounts_.size();
    by_anchor_.emplace(plan.anchor.text(), accounts_.size());
    accounts_.push_back(std::move(made));
    return Done<ObjectId>{id};
}

asio::awaitable<Outcome<ObjectId>> SimTenant::create_user(const PlannedAccount& plan,
                                                          const Secret& password,
                                                          AttemptId,
                                                          TimePoint deadline) {
    wire_.count_write();
    const auto fate = wire_.draw_fate();
    Outcome<ObjectId> outcome = Unknown{"timeout"};
    if (fate == Fate::not_sent) {
        co_await crash_.point();
        outcome = NotSent{.why = "connection refused"};
        co_return outcome;
    }
    co_await wire_.travel();
    switch (fate) {
        case Fate::not_sent:
        case Fate::fine:
            outcome = apply_create(plan, password.view());
            break;
        case Fate::doubled:
            (void)apply_create(plan, password.view());
            outcome = apply_create(plan, password.view());
            break;
        case Fate::throttled:
            outcome = wire_.throttle();
            break;
        case Fate::lost_before:
            co_await clock_.sleep_until(deadline);
            break;
        case Fate::lost_after: {
            auto applied = apply_create(plan, password.view());
            if (const auto* id = done_value(applied);
                id && chance_.happens(wire_.faults().renamed_after_lost_reply)) {
                auto* account = find(*id);
                account->rename =
                    SimAccount::Rename{.at = clock_.now() + chance_.between(seconds{1}, seconds{90}),
                                       .upn = "renamed." + plan.user_principal_name};
            }
            co_await clock_.sleep_until(deadline);
            break;
        }
        case Fate::applied_late: {
            const auto at = deadline + chance_.between(milliseconds{1}, seconds{60});
            std::function<void()> arrival = [this, plan, text = std::string(password.view())] {
                (void)apply_create(plan, text);
            };
            wire_.hold_back(at, std::move(arrival));
            co_await clock_.sleep_until(deadline);
            break;
        }
    }
    co_await crash_.point();
    co_return outcome;
}

}  // namespace uplift::sim
