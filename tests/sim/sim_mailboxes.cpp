#include "tests/sim/sim_mailboxes.hpp"

#include <algorithm>

#include "core/model/invariant.hpp"

namespace uplift::sim {

namespace asio = boost::asio;
using std::chrono::minutes;

namespace {

constexpr Duration half_hour = minutes{30};

// What the licences of an account give it of Exchange: the names of the plans that are not disabled.
std::vector<std::string> exchange_plans(const SimAccount& account, const std::vector<Sku>& skus) {
    std::vector<std::string> names;
    for (const auto& [id, license] : account.licenses) {
        const auto sku =
            std::find_if(skus.begin(), skus.end(), [&, id = id](const Sku& one) { return one.id == id; });
        if (sku == skus.end()) continue;
        for (const auto& plan : sku->plans) {
            const auto& off = license.disabled_plans;
            if (plan.name.starts_with("EXCHANGE_S_") &&
                std::find(off.begin(), off.end(), plan.id) == off.end())
                names.push_back(plan.name);
        }
    }
    return names;
}

bool has_mailbox_plan(const std::vector<std::string>& plans) {
    return std::any_of(plans.begin(), plans.end(), [](const std::string& plan) {
        return plan.starts_with("EXCHANGE_S_ENTERPRISE") || plan.starts_with("EXCHANGE_S_STANDARD");
    });
}

bool allows_hold(const std::vector<std::string>& capabilities) {
    return std::any_of(capabilities.begin(), capabilities.end(), [](const std::string& plan) {
        return plan == "BPOS_S_Enterprise" || plan == "EXCHANGE_S_ENTERPRISE" ||
               plan == "EXCHANGE_S_ARCHIVE_ADDON";
    });
}

}  // namespace

Duration SimMailboxes::draw_delay() {
    if (chance_.happens(weather_.slow)) return chance_.between(weather_.soonest, weather_.latest);
    return chance_.between(weather_.soonest, weather_.usual_most);
}

SimMailbox SimMailboxes::fresh(const SimAccount& account) const {
    SimMailbox made;
    made.now.account = account.account.id;
    made.now.primary_address = account.account.user_principal_name;
    made.now.addresses = {account.account.user_principal_name};
    made.now.capabilities = exchange_plans(account, tenant_.skus());
    return made;
}

void SimMailboxes::licensed(const SimAccount& account) {
    const auto& id = account.account.id;
    const auto plans = exchange_plans(account, tenant_.skus());
    if (!has_mailbox_plan(plans) || never_.contains(id)) return;
    if (const auto known = mailboxes_.find(id); known != mailboxes_.end()) {
        known->second.now.capabilities = known->second.before.capabilities = plans;
        return;
    }
    if (chance_.happens(weather_.never)) {
        never_.insert(id);
        return;
    }
    auto made = fresh(account);
    auto at = clock_.now() + draw_delay();
    if (chance_.happens(weather_.burst)) {
        const auto over = at.time_since_epoch() % half_hour;
        at += half_hour - over;
    }
    made.now.created_at = std::chrono::floor<std::chrono::seconds>(at + weather_.clock_ahead);
    const auto lag = chance_.happens(weather_.listed_late) ? weather_.listed_late_lag : weather_.listed_lag;
    made.listed_at = at + chance_.between({}, lag);
    made.usable_at = made.listed_at + chance_.between({}, weather_.usable_lag);
    made.before = made.now;
    by_stamp_.emplace(*made.now.created_at, id);
    holders_.emplace(folded(made.now.primary_address),
                     Holder{.id = id, .kind = HolderKind::user, .name = made.now.primary_address});
    mailboxes_.emplace(id, std::move(made));
}

SimMailbox& SimMailboxes::put_mailbox(const SimAccount& account) {
    auto made = fresh(account);
    const auto long_ago = clock_.now() - std::chrono::days{20};
    made.now.created_at = made.listed_at = made.usable_at = long_ago;
    made.before = made.now;
    by_stamp_.emplace(long_ago, account.account.id);
    return mailboxes_.insert_or_assign(account.account.id, std::move(made)).first->second;
}

void SimMailboxes::put_holder(std::string address, Holder holder) {
    holders_.insert_or_assign(folded(address), std::move(holder));
}

const SimMailbox* SimMailboxes::mailbox(const ObjectId& account) const {
    const auto found = mailboxes_.find(account);
    return found == mailboxes_.end() ? nullptr : &found->second;
}

SimMailbox* SimMailboxes::usable(const ObjectId& account) {
    const auto found = mailboxes_.find(account);
    if (found == mailboxes_.end() || clock_.now() < found->second.usable_at) return nullptr;
    return &found->second;
}

void SimMailboxes::changes(SimMailbox& mailbox) {
    mailbox.before = mailbox.now;
    mailbox.seen_at = clock_.now() + chance_.between({}, weather_.stale);
    mailbox.complete_at = clock_.now();
}

const Mailbox& SimMailboxes::shown(const SimMailbox& mailbox) const {
    return clock_.now() < mailbox.seen_at ? mailbox.before : mailbox.now;
}

SimMailboxes::Answer<std::vector<Mailbox>> SimMailboxes::find(std::vector<ObjectId> accounts, TimePoint) {
    hold_invariant(accounts.size() <= engine::most_accounts_a_look, "a look asks for too many accounts");
    Outcome<std::vector<Mailbox>> outcome = Done<std::vector<Mailbox>>{};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    std::vector<Mailbox> found;
    for (const auto& account : accounts)
        if (const auto* one = mailbox(account); one != nullptr && clock_.now() >= one->listed_at)
            found.push_back(shown(*one));
    outcome = Done<std::vector<Mailbox>>{std::move(found)};
    co_return outcome;
}

SimMailboxes::Answer<std::vector<Mailbox>> SimMailboxes::made_since(TimePoint since, TimePoint) {
    Outcome<std::vector<Mailbox>> outcome = Done<std::vector<Mailbox>>{};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    std::vector<Mailbox> found;
    for (auto at = by_stamp_.lower_bound(since); at != by_stamp_.end(); ++at)
        if (const auto& one = mailboxes_.at(at->second); clock_.now() >= one.listed_at)
            found.push_back(shown(one));
    outcome = Done<std::vector<Mailbox>>{std::move(found)};
    co_return outcome;
}

SimMailboxes::Answer<Mailbox> SimMailboxes::get(ObjectId account, TimePoint) {
    Outcome<Mailbox> outcome = NotYet{"mailbox of " + account.value};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    if (const auto* one = usable(account)) outcome = Done<Mailbox>{shown(*one)};
    co_return outcome;
}

SimMailboxes::Answer<std::optional<Holder>> SimMailboxes::find_recipient(std::string address, TimePoint) {
    Outcome<std::optional<Holder>> outcome = Done<std::optional<Holder>>{};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    const auto holder = holders_.find(folded(address));
    if (holder == holders_.end()) co_return outcome;
    outcome = Done<std::optional<Holder>>{holder->second};
    co_return outcome;
}

SimMailboxes::Answer<std::vector<std::string>> SimMailboxes::get_accepted_domains(TimePoint) {
    Outcome<std::vector<std::string>> outcome = Done<std::vector<std::string>>{domains_};
    if (auto failed = co_await wire_.before_read()) outcome = std::move(*failed);
    co_return outcome;
}

SimMailboxes::Answer<std::vector<std::string>> SimMailboxes::get_cmdlets(TimePoint) {
    Outcome<std::vector<std::string>> outcome = Done<std::vector<std::string>>{cmdlets_};
    if (auto failed = co_await wire_.before_read()) outcome = std::move(*failed);
    co_return outcome;
}

Outcome<Nothing> SimMailboxes::apply_addresses(const ObjectId& account,
                                               const std::vector<std::string>& addresses) {
    auto* mailbox = usable(account);
    if (mailbox == nullptr) return NotYet{"mailbox of " + account.value};
    // All of them or none.
    bool changed = false;
    for (const auto& address : addresses) {
        const auto domain = folded(address.substr(address.find('@') + 1));
        if (std::find(domains_.begin(), domains_.end(), domain) == domains_.end())
            return refusal(FaultCode::alias_domain);
        const auto holder = holders_.find(folded(address));
        if (holder == holders_.end()) {
            changed = true;
        } else if (holder->second.id != account) {
            return Conflict{.holder = holder->second.id, .property = "proxyAddresses"};
        }
    }
    if (!changed) {
        ++needless_writes_;
        return Done<Nothing>{};
    }
    changes(*mailbox);
    for (const auto& address : addresses) {
        const Holder self{.id = account, .kind = HolderKind::user, .name = mailbox->now.primary_address};
        if (!holders_.emplace(folded(address), self).second) continue;
        mailbox->now.addresses.push_back(address);
        tenant_.put_address(address, account);
    }
    return Done<Nothing>{};
}

Outcome<Nothing> SimMailboxes::apply_hold(const ObjectId& account, const LitigationHold& hold) {
    auto* mailbox = usable(account);
    if (mailbox == nullptr) return NotYet{"mailbox of " + account.value};
    if (!allows_hold(mailbox->now.capabilities)) return refusal(FaultCode::hold_not_licensed);
    if (mailbox->now.hold == hold) {
        ++needless_writes_;
        return Done<Nothing>{};
    }
    if (mailbox->now.hold) ++repeated_effects_;
    changes(*mailbox);
    mailbox->now.hold = hold;
    return Done<Nothing>{};
}

Outcome<Nothing> SimMailboxes::apply_archive(const ObjectId& account) {
    auto* mailbox = usable(account);
    if (mailbox == nullptr) return NotYet{"mailbox of " + account.value};
    if (mailbox->now.has_archive) {
        ++repeated_effects_;
        return Done<Nothing>{};
    }
    changes(*mailbox);
    mailbox->now.has_archive = true;
    return Done<Nothing>{};
}

Outcome<Nothing> SimMailboxes::apply_list_member(const GroupId& list, const ObjectId& account) {
    auto* mailbox = usable(account);
    if (mailbox == nullptr || !lists_.contains(list)) return NotYet{"list " + list.value};
    if (!mailbox->lists.insert(list).second) {
        ++needless_writes_;
        return Done<Nothing>{};
    }
    mailbox->complete_at = clock_.now();
    return Done<Nothing>{};
}

SimMailboxes::Answer<Nothing> SimMailboxes::add_addresses(ObjectId account,
                                                          std::vector<std::string> addresses,
                                                          AttemptId,
                                                          TimePoint deadline) {
    Wire::Effect effect = [this, account, addresses] { return apply_addresses(account, addresses); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

SimMailboxes::Answer<Nothing> SimMailboxes::set_hold(ObjectId account,
                                                     LitigationHold hold,
                                                     AttemptId,
                                                     TimePoint deadline) {
    Wire::Effect effect = [this, account, hold] { return apply_hold(account, hold); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

SimMailboxes::Answer<Nothing> SimMailboxes::enable_archive(ObjectId account, AttemptId, TimePoint deadline) {
    Wire::Effect effect = [this, account] { return apply_archive(account); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

SimMailboxes::Answer<Nothing> SimMailboxes::add_list_member(GroupId list,
                                                            ObjectId account,
                                                            AttemptId,
                                                            TimePoint deadline) {
    Wire::Effect effect = [this, list, account] { return apply_list_member(list, account); };
    co_return co_await wire_.write(std::move(effect), deadline);
}

}  // namespace uplift::sim
