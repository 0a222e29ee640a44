// The reads of SimTenant: each shows what its index or replica has seen by now.
#include <algorithm>

#include "tests/sim/sim_tenant.hpp"

namespace uplift::sim {

namespace asio = boost::asio;

asio::awaitable<Outcome<std::optional<Account>>> SimTenant::find_by_upn(std::string upn, TimePoint) {
    Outcome<std::optional<Account>> outcome = Done<std::optional<Account>>{};
    if (auto failed = co_await wire_.before_read()) {
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
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    std::vector<Account> found;
    for (const auto* account : accounts_with(anchor))
        if (clock_.now() >= account->seen_by_anchor) found.push_back(shown(*account));
    outcome = Done<std::vector<Account>>{std::move(found)};
    co_return outcome;
}

asio::awaitable<Outcome<Account>> SimTenant::get_account(ObjectId id, TimePoint) {
    Outcome<Account> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    if (const auto* account = visible(id)) outcome = Done<Account>{shown(*account)};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<AssignedLicense>>> SimTenant::get_licenses(ObjectId id, TimePoint) {
    Outcome<std::vector<AssignedLicense>> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    const auto* account = visible(id);
    if (account == nullptr) co_return outcome;
    const auto& seen = clock_.now() < account->licenses_seen ? account->licenses_before : account->licenses;
    std::vector<AssignedLicense> licenses;
    for (const auto& [sku, license] : seen) licenses.push_back(license);
    outcome = Done<std::vector<AssignedLicense>>{std::move(licenses)};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<GroupId>>> SimTenant::get_memberships(ObjectId id, TimePoint) {
    Outcome<std::vector<GroupId>> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    const auto* account = visible(id);
    if (account == nullptr) co_return outcome;
    const auto& seen = clock_.now() < account->groups_seen ? account->groups_before : account->groups;
    std::vector<GroupId> groups(seen.begin(), seen.end());
    outcome = Done<std::vector<GroupId>>{std::move(groups)};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<Sku>>> SimTenant::get_skus(TimePoint) {
    Outcome<std::vector<Sku>> outcome = Done<std::vector<Sku>>{};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    std::erase_if(unseen_, [&](const UnseenSeats& seats) { return seats.shown_at <= clock_.now(); });
    auto skus = skus_;
    for (const auto& seats : unseen_)
        for (auto& sku : skus)
            if (sku.id == seats.sku) sku.used -= seats.more;
    outcome = Done<std::vector<Sku>>{std::move(skus)};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<Domain>>> SimTenant::get_domains(TimePoint) {
    Outcome<std::vector<Domain>> outcome = Done<std::vector<Domain>>{domains_};
    if (auto failed = co_await wire_.before_read()) outcome = std::move(*failed);
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<Group>>> SimTenant::find_groups(std::string name, TimePoint) {
    Outcome<std::vector<Group>> outcome = Done<std::vector<Group>>{};
    if (auto failed = co_await wire_.before_read()) {
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

asio::awaitable<Outcome<std::vector<Holder>>> SimTenant::find_holders(std::vector<std::string> values,
                                                                      TimePoint) {
    Outcome<std::vector<Holder>> outcome = Done<std::vector<Holder>>{};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    std::vector<Holder> holders;
    for (const auto& value : values) {
        const auto key = folded(value);
        if (const auto named = by_upn_.find(key); named != by_upn_.end()) {
            const auto& account = accounts_[named->second];
            if (clock_.now() >= account.seen_by_anchor && folded(upn_now(account)) == key)
                holders.push_back(
                    Holder{.id = account.account.id, .kind = HolderKind::user, .name = upn_now(account)});
        }
        if (const auto held = addresses_.find(key); held != addresses_.end()) {
            const auto* account = find(held->second);
            if (account != nullptr)
                holders.push_back(
                    Holder{.id = held->second, .kind = HolderKind::user, .name = upn_now(*account)});
        }
        for (const auto& group : groups_)
            if (!group.mail.empty() && folded(group.mail) == key)
                holders.push_back(
                    Holder{.id = ObjectId{group.id.value}, .kind = HolderKind::group, .name = group.mail});
        for (const auto& contact : contacts_)
            if (folded(contact.mail) == key)
                holders.push_back(
                    Holder{.id = contact.id, .kind = HolderKind::contact, .name = contact.mail});
    }
    outcome = Done<std::vector<Holder>>{std::move(holders)};
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<Account>>> SimTenant::find_deleted(Anchor anchor, TimePoint) {
    Outcome<std::vector<Account>> outcome = Done<std::vector<Account>>{};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    std::vector<Account> found;
    const auto [from, to] = by_anchor_.equal_range(anchor.text());
    for (auto at = from; at != to; ++at)
        if (accounts_[at->second].deleted_at) found.push_back(accounts_[at->second].account);
    outcome = Done<std::vector<Account>>{std::move(found)};
    co_return outcome;
}

asio::awaitable<Outcome<bool>> SimTenant::has_directory_role(ObjectId id, TimePoint) {
    Outcome<bool> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    if (const auto* account = visible(id)) outcome = Done<bool>{account->has_role};
    co_return outcome;
}

asio::awaitable<Outcome<std::optional<ObjectId>>> SimTenant::get_manager(ObjectId id, TimePoint) {
    Outcome<std::optional<ObjectId>> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    if (const auto* account = visible(id))
        outcome = Done<std::optional<ObjectId>>{clock_.now() < account->manager_seen ? account->manager_before
                                                                                     : account->manager};
    co_return outcome;
}

asio::awaitable<Outcome<AccountUse>> SimTenant::get_use(ObjectId id, TimePoint) {
    Outcome<AccountUse> outcome = NotYet{"account " + id.value};
    if (auto failed = co_await wire_.before_read()) {
        outcome = std::move(*failed);
        co_return outcome;
    }
    if (const auto* account = visible(id)) outcome = Done<AccountUse>{account->use};
    co_return outcome;
}

}  // namespace uplift::sim
