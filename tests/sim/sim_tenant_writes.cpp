// The writes of SimTenant that follow the create. Each is judged when it is applied.
#include <algorithm>
#include <set>

#include "tests/sim/sim_tenant.hpp"

namespace uplift::sim {

namespace asio = boost::asio;
using Answer = asio::awaitable<Outcome<Nothing>>;

namespace {

// So long what a stranger took may be taken for what the line gave out: the numbers do not say whose it is.
constexpr Duration stranger_excuse = std::chrono::minutes{90};

}  // namespace

Outcome<Nothing> SimTenant::apply_licenses(const ObjectId& id, const std::vector<AssignedLicense>& licenses) {
    auto* account = visible(id);
    if (account == nullptr) return NotYet{"account " + id.value};
    if (account->account.usage_location.empty()) return NotYet{"usage location"};
    // All of them or none.
    for (const auto& license : licenses) {
        const auto* sku = find_sku(license.sku);
        if (sku == nullptr) return refusal(FaultCode::sku_unknown);
        if (account->licenses.contains(license.sku) || sku->used < sku->owned) continue;
        ++seats_refused_;
        if (clock_.now() > stranger_took_seats_at_ + stranger_excuse) ++seats_overpromised_;
        return refusal(FaultCode::no_seats);
    }
    account->licenses_before = account->licenses;
    account->licenses_seen = clock_.now() + chance_.between({}, wire_.faults().stale_by_id);
    bool more = false;
    for (const auto& license : licenses) {
        if (account->licenses.contains(license.sku)) {
            ++repeated_effects_;
        } else {
            count_seats(*find_sku(license.sku), 1);
            more = true;
        }
        account->licenses[license.sku] = license;
    }
    if (more && on_licensed) on_licensed(*account);
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_removal(const ObjectId& id, const std::vector<SkuId>& skus) {
    auto* account = visible(id);
    if (account == nullptr) return NotYet{"account " + id.value};
    account->licenses_before = account->licenses;
    account->licenses_seen = clock_.now() + late_luck_.between({}, wire_.faults().stale_by_id);
    for (const auto& sku : skus) {
        const auto held = account->licenses.find(sku);
        // What a group gives, only the group takes.
        if (held == account->licenses.end() || held->second.inherited) continue;
        account->licenses.erase(held);
        count_seats(*find_sku(sku), -1);
    }
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_member(const ObjectId& id, const GroupId& group) {
    auto* account = visible(id);
    if (account == nullptr) return NotYet{"account " + id.value};
    const auto known = std::find_if(
        groups_.begin(), groups_.end(), [&](const Group& candidate) { return candidate.id == group; });
    if (known == groups_.end()) return NotYet{"group " + group.value};
    if (known->kind != GroupKind::security && known->kind != GroupKind::microsoft_365)
        return refusal(FaultCode::group_mail_enabled);
    account->groups_before = account->groups;
    account->groups_seen = clock_.now() + chance_.between({}, wire_.faults().stale_by_id);
    if (!account->groups.insert(group).second) ++repeated_effects_;
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_leave(const ObjectId& id, const GroupId& group) {
    auto* account = visible(id);
    if (account == nullptr) return Done<Nothing>{};
    account->groups_before = account->groups;
    account->groups_seen = clock_.now() + late_luck_.between({}, wire_.faults().stale_by_id);
    account->groups.erase(group);
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_location(const ObjectId& id, const std::string& usage_location) {
    auto* account = find(id);
    if (account == nullptr) return NotYet{"account " + id.value};
    account->account.usage_location = usage_location;
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_anchor(const ObjectId& id, const Anchor& anchor) {
    auto* account = visible(id);
    if (account == nullptr) return NotYet{"account " + id.value};
    auto& held = account->account.anchor;
    if (!anchor.empty()) {
        const auto others = accounts_with(anchor);
        if (!others.empty() && others.front() != account)
            return Conflict{.holder = others.front()->account.id, .property = "onPremisesImmutableId"};
        if (!held.empty() && held != anchor) ++anchors_overwritten_;
        if (held == anchor) ++repeated_effects_;
    }
    const auto index = by_id_.at(id.value);
    const auto [from, to] = by_anchor_.equal_range(held.text());
    const auto old = std::find_if(from, to, [&](const auto& entry) { return entry.second == index; });
    if (old != to) by_anchor_.erase(old);
    held = anchor;
    by_anchor_.emplace(anchor.text(), index);
    account->seen_by_anchor = clock_.now() + late_luck_.between({}, wire_.faults().stale_by_anchor);
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_manager(const ObjectId& id, const std::optional<ObjectId>& manager) {
    auto* account = visible(id);
    if (account == nullptr) return NotYet{"account " + id.value};
    if (manager && visible(*manager) == nullptr) return NotYet{"manager " + manager->value};
    account->manager_before = account->manager;
    account->manager_seen = clock_.now() + late_luck_.between({}, wire_.faults().stale_by_id);
    if (manager && account->manager == manager) ++repeated_effects_;
    account->manager = manager;
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_delete(const ObjectId& id) {
    auto* account = find(id);
    if (account == nullptr) return Done<Nothing>{};
    if (account->has_role) return refusal(FaultCode::account_has_roles);
    account->deleted_at = clock_.now();
    const auto name = by_upn_.find(folded(account->account.user_principal_name));
    if (name != by_upn_.end() && name->second == by_id_.at(id.value)) by_upn_.erase(name);
    for (const auto& [sku, license] : account->licenses)
        if (auto* owned = find_sku(sku)) count_seats(*owned, -1);
    account->licenses_before = std::exchange(account->licenses, {});
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_restore(const ObjectId& id) {
    const auto found = by_id_.find(id.value);
    if (found == by_id_.end()) return NotYet{"account " + id.value};
    auto& account = accounts_[found->second];
    if (!account.deleted_at) return NotYet{"deleted account " + id.value};
    const auto key = folded(account.account.user_principal_name);
    if (const auto holder = by_upn_.find(key); holder != by_upn_.end())
        return Conflict{.holder = accounts_[holder->second].account.id, .property = "userPrincipalName"};
    by_upn_[key] = found->second;
    account.deleted_at.reset();
    return Done<Nothing>{};
}

Answer SimTenant::set_usage_location(ObjectId id, std::string usage_location, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id, usage_location] { return apply_location(id, usage_location); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::assign_licenses(ObjectId id,
                                  std::vector<AssignedLicense> licenses,
                                  AttemptId,
                                  TimePoint deadline) {
    Wire::Effect effect = [this, id, licenses] { return apply_licenses(id, licenses); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::add_member(GroupId group, ObjectId id, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id, group] { return apply_member(id, group); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::set_anchor(ObjectId id, Anchor anchor, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id, anchor] { return apply_anchor(id, anchor); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::set_properties(ObjectId id,
                                 std::vector<std::pair<std::string, std::string>> properties,
                                 AttemptId,
                                 TimePoint deadline) {
    Wire::Effect effect = [this, id, properties]() -> Outcome<Nothing> {
        auto* account = visible(id);
        if (account == nullptr) return NotYet{"account " + id.value};
        for (const auto& [name, value] : properties) account->properties[name] = value;
        return Done<Nothing>{};
    };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::set_manager(ObjectId id, ObjectId manager, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id, manager] { return apply_manager(id, manager); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::remove_manager(ObjectId id, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id] { return apply_manager(id, std::nullopt); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::remove_licenses(ObjectId id, std::vector<SkuId> skus, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id, skus] { return apply_removal(id, skus); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::remove_member(GroupId group, ObjectId id, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id, group] { return apply_leave(id, group); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::delete_user(ObjectId id, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id] { return apply_delete(id); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

Answer SimTenant::restore_user(ObjectId id, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, id] { return apply_restore(id); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

}  // namespace uplift::sim
