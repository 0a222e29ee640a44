#include "tests/sim/sim_tenant.hpp"

#include <algorithm>

#include "core/model/guid.hpp"

namespace uplift::sim {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string folded(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

Refused refused(FaultCode code) {
    return Refused{
        .code = code, .what = std::string(entry_of(code).title), .cure = std::string(entry_of(code).cure)};
}

}  // namespace

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

const SimAccount* SimTenant::account(const ObjectId& id) const {
    const auto found = by_id_.find(id.value);
    return found == by_id_.end() ? nullptr : &accounts_[found->second];
}

SimAccount* SimTenant::find(const ObjectId& id) {
    const auto found = by_id_.find(id.value);
    return found == by_id_.end() ? nullptr : &accounts_[found->second];
}

std::vector<const SimAccount*> SimTenant::accounts_with(const Anchor& anchor) const {
    std::vector<const SimAccount*> found;
    const auto [from, to] = by_anchor_.equal_range(anchor.text());
    for (auto at = from; at != to; ++at) found.push_back(&accounts_[at->second]);
    return found;
}

SimTenant::Fate SimTenant::draw_fate() {
    auto draw = chance_.next() % 1000;
    const auto takes = [&](unsigned per_mille) {
        if (draw < per_mille) return true;
        draw -= per_mille;
        return false;
    };
    if (takes(faults_.lost_before)) return Fate::lost_before;
    if (takes(faults_.lost_after)) return Fate::lost_after;
    if (takes(faults_.applied_late)) return Fate::applied_late;
    if (takes(faults_.doubled)) return Fate::doubled;
    if (takes(faults_.throttled)) return Fate::throttled;
    if (takes(faults_.not_sent)) return Fate::not_sent;
    return Fate::fine;
}

Throttled SimTenant::throttle() {
    const auto until = clock_.now() + chance_.between(seconds{1}, seconds{30});
    held_until_ = std::max(held_until_, until);
    return Throttled{until};
}

asio::awaitable<void> SimTenant::travel() {
    ++calls_;
    if (clock_.now() < held_until_) ++inside_retry_after_;
    co_await crash_.point();
    co_await clock_.sleep_until(clock_.now() + chance_.between(milliseconds{30}, milliseconds{900}));
    apply_what_is_late();
}

asio::awaitable<std::optional<NotSent>> SimTenant::before_read() {
    co_await travel();
    co_await crash_.point();
    if (chance_.happens(faults_.read_fails)) {
        NotSent failed{.why = "read failed"};
        co_return failed;
    }
    co_return std::nullopt;
}

std::string SimTenant::upn_now(const SimAccount& account) const {
    if (account.rename && clock_.now() >= account.rename->at) return account.rename->upn;
    return account.account.user_principal_name;
}

Outcome<ObjectId> SimTenant::apply_create(const PlannedAccount& plan, std::string_view password) {
    const auto now = clock_.now();
    const auto key = folded(plan.user_principal_name);
    const auto name = key.substr(key.find('@') + 1);
    if (std::none_of(domains_.begin(), domains_.end(), [&](const Domain& domain) {
            return domain.verified && folded(domain.name) == name;
        }))
        return refused(FaultCode::domain_not_verified);
    if (const auto holder = by_upn_.find(key); holder != by_upn_.end()) {
        const auto& held = accounts_[holder->second];
        if (folded(upn_now(held)) == key)
            return Conflict{.holder = held.account.id, .property = "userPrincipalName"};
    }
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
    made.seen_by_id = now + chance_.between({}, faults_.stale_by_id);
    made.seen_by_name = now + chance_.between({}, faults_.stale_by_name);
    made.seen_by_anchor = now + chance_.between({}, faults_.stale_by_anchor);
    by_id_[id.value] = accounts_.size();
    by_upn_[key] = accounts_.size();
    by_anchor_.emplace(plan.anchor.text(), accounts_.size());
    accounts_.push_back(std::move(made));
    return Done<ObjectId>{id};
}

void SimTenant::apply_what_is_late() {
    // In the order in which they are applied, each at its own moment as far as uniqueness goes.
    for (std::size_t i = 0; i < late_.size();) {
        if (late_[i].at > clock_.now()) {
            ++i;
            continue;
        }
        auto late = std::move(late_[i]);
        late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(i));
        (void)apply_create(late.plan, late.password);
    }
}

void SimTenant::settle_all() {
    for (auto& late : std::exchange(late_, {})) (void)apply_create(late.plan, late.password);
}

asio::awaitable<Outcome<ObjectId>> SimTenant::create_user(const PlannedAccount& plan,
                                                          const Secret& password,
                                                          AttemptId,
                                                          TimePoint deadline) {
    ++writes_;
    const auto fate = draw_fate();
    Outcome<ObjectId> outcome = Unknown{"timeout"};
    if (fate == Fate::not_sent) {
        co_await crash_.point();
        outcome = NotSent{.why = "connection refused"};
        co_return outcome;
    }
    co_await travel();
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
            outcome = throttle();
            break;
        case Fate::lost_before:
            co_await clock_.sleep_until(deadline);
            break;
        case Fate::lost_after: {
            auto applied = apply_create(plan, password.view());
            if (const auto* id = done_value(applied);
                id && chance_.happens(faults_.renamed_after_lost_reply)) {
                auto* account = find(*id);
                account->rename =
                    SimAccount::Rename{.at = clock_.now() + chance_.between(seconds{1}, seconds{90}),
                                       .upn = "renamed." + plan.user_principal_name};
            }
            co_await clock_.sleep_until(deadline);
            break;
        }
        case Fate::applied_late: {
            LateCreate late{.at = deadline + chance_.between(milliseconds{1}, seconds{60}),
                            .plan = plan,
                            .password = std::string(password.view())};
            late_.push_back(std::move(late));
            co_await clock_.sleep_until(deadline);
            break;
        }
    }
    co_await crash_.point();
    co_return outcome;
}

template <class Apply>
asio::awaitable<Outcome<Nothing>> SimTenant::write(Apply apply, TimePoint deadline) {
    ++writes_;
    const auto fate = draw_fate();
    Outcome<Nothing> outcome = Unknown{"timeout"};
    if (fate == Fate::not_sent) {
        co_await crash_.point();
        outcome = NotSent{.why = "connection refused"};
        co_return outcome;
    }
    co_await travel();
    switch (fate) {
        case Fate::not_sent:
        case Fate::fine:
        case Fate::doubled:  // the services answer a doubled follow-up write alike; it is one effect
            outcome = apply();
            break;
        case Fate::throttled:
            outcome = throttle();
            break;
        case Fate::lost_before:
            co_await clock_.sleep_until(deadline);
            break;
        case Fate::lost_after:
        case Fate::applied_late:
            (void)apply();
            co_await clock_.sleep_until(deadline);
            break;
    }
    co_await crash_.point();
    co_return outcome;
}

Outcome<Nothing> SimTenant::apply_licenses(const ObjectId& id, const std::vector<AssignedLicense>& licenses) {
    auto* account = find(id);
    if (account == nullptr || clock_.now() < account->seen_by_id) return NotYet{"account " + id.value};
    if (account->account.usage_location.empty()) return NotYet{"usage location"};
    for (const auto& license : licenses) {
        const auto sku = std::find_if(
            skus_.begin(), skus_.end(), [&](const Sku& owned) { return owned.id == license.sku; });
        if (sku == skus_.end()) return refused(FaultCode::sku_unknown);
        if (account->licenses.contains(license.sku)) continue;
        if (sku->used >= sku->owned) return refused(FaultCode::no_seats);
        ++sku->used;
    }
    account->licenses_before = account->licenses;
    account->licenses_seen = clock_.now() + chance_.between({}, faults_.stale_by_id);
    for (const auto& license : licenses) {
        if (account->licenses.contains(license.sku)) ++repeated_effects_;
        account->licenses[license.sku] = license;
    }
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_member(const ObjectId& id, const GroupId& group) {
    auto* account = find(id);
    if (account == nullptr || clock_.now() < account->seen_by_id) return NotYet{"account " + id.value};
    const auto known = std::find_if(
        groups_.begin(), groups_.end(), [&](const Group& candidate) { return candidate.id == group; });
    if (known == groups_.end()) return NotYet{"group " + group.value};
    if (known->kind != GroupKind::security && known->kind != GroupKind::microsoft_365)
        return refused(FaultCode::group_mail_enabled);
    account->groups_before = account->groups;
    account->groups_seen = clock_.now() + chance_.between({}, faults_.stale_by_id);
    if (!account->groups.insert(group).second) ++repeated_effects_;
    return Done<Nothing>{};
}

Outcome<Nothing> SimTenant::apply_location(const ObjectId& id, const std::string& usage_location) {
    auto* account = find(id);
    if (account == nullptr) return NotYet{"account " + id.value};
    account->account.usage_location = usage_location;
    return Done<Nothing>{};
}

asio::awaitable<Outcome<Nothing>> SimTenant::set_usage_location(ObjectId id,
                                                                std::string usage_location,
                                                                AttemptId,
                                                                TimePoint deadline) {
    auto apply = [this, id, usage_location] { return apply_location(id, usage_location); };
    co_return co_await write(apply, deadline);
}

asio::awaitable<Outcome<Nothing>> SimTenant::assign_licenses(ObjectId id,
                                                             std::vector<AssignedLicense> licenses,
                                                             AttemptId,
                                                             TimePoint deadline) {
    auto apply = [this, id, licenses] { return apply_licenses(id, licenses); };
    co_return co_await write(apply, deadline);
}

asio::awaitable<Outcome<Nothing>> SimTenant::add_member(GroupId group,
                                                        ObjectId id,
                                                        AttemptId,
                                                        TimePoint deadline) {
    auto apply = [this, id, group] { return apply_member(id, group); };
    co_return co_await write(apply, deadline);
}

asio::awaitable<Outcome<std::optional<Account>>> SimTenant::find_by_upn(std::string upn, TimePoint) {
    Outcome<std::optional<Account>> outcome = Done<std::optional<Account>>{};
    if (auto failed = co_await before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    const auto found = by_upn_.find(folded(upn));
    if (found == by_upn_.end()) co_return outcome;
    const auto& account = accounts_[found->second];
    // The name index shows a rename at once: it is the fresher one.
    if (clock_.now() < account.seen_by_name || folded(upn_now(account)) != folded(upn)) co_return outcome;
    outcome = Done<std::optional<Account>>{account.account};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<Account>>> SimTenant::find_by_anchor(Anchor anchor, TimePoint) {
    Outcome<std::vector<Account>> outcome = Done<std::vector<Account>>{};
    if (auto failed = co_await before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    std::vector<Account> found;
    for (const auto* account : accounts_with(anchor)) {
        if (clock_.now() < account->seen_by_anchor) continue;
        auto shown = account->account;
        shown.user_principal_name = upn_now(*account);
        found.push_back(std::move(shown));
    }
    outcome = Done<std::vector<Account>>{std::move(found)};
    co_return outcome;
}

asio::awaitable<Outcome<Account>> SimTenant::get_account(ObjectId id, TimePoint) {
    Outcome<Account> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    const auto* account = find(id);
    if (account == nullptr || clock_.now() < account->seen_by_id) co_return outcome;
    auto shown = account->account;
    shown.user_principal_name = upn_now(*account);
    outcome = Done<Account>{std::move(shown)};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<AssignedLicense>>> SimTenant::get_licenses(ObjectId id, TimePoint) {
    Outcome<std::vector<AssignedLicense>> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    const auto* account = find(id);
    if (account == nullptr || clock_.now() < account->seen_by_id) co_return outcome;
    const auto& shown = clock_.now() < account->licenses_seen ? account->licenses_before : account->licenses;
    std::vector<AssignedLicense> licenses;
    for (const auto& [sku, license] : shown) licenses.push_back(license);
    outcome = Done<std::vector<AssignedLicense>>{std::move(licenses)};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<GroupId>>> SimTenant::get_memberships(ObjectId id, TimePoint) {
    Outcome<std::vector<GroupId>> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    const auto* account = find(id);
    if (account == nullptr || clock_.now() < account->seen_by_id) co_return outcome;
    const auto& shown = clock_.now() < account->groups_seen ? account->groups_before : account->groups;
    std::vector<GroupId> groups(shown.begin(), shown.end());
    outcome = Done<std::vector<GroupId>>{std::move(groups)};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<Sku>>> SimTenant::get_skus(TimePoint) {
    Outcome<std::vector<Sku>> outcome = Done<std::vector<Sku>>{skus_};
    if (auto failed = co_await before_read()) outcome = std::move(*failed);
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<Domain>>> SimTenant::get_domains(TimePoint) {
    Outcome<std::vector<Domain>> outcome = Done<std::vector<Domain>>{domains_};
    if (auto failed = co_await before_read()) outcome = std::move(*failed);
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<Group>>> SimTenant::find_groups(std::string name, TimePoint) {
    Outcome<std::vector<Group>> outcome = Done<std::vector<Group>>{};
    if (auto failed = co_await before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    std::vector<Group> found;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        const auto& group = groups_[i];
        if (folded(group.display_name) == folded(name) || folded(group.mail) == folded(name) ||
            folded(nicknames_[i]) == folded(name) || group.id.value == name)
            found.push_back(group);
    }
    outcome = Done<std::vector<Group>>{std::move(found)};
    co_return outcome;
}

}  // namespace uplift::sim
