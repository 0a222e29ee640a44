#include "daemon/door_slots.hpp"

namespace uplift::daemon {

using boost::asio::awaitable;

// `behind` in each frame keeps the adapter until the call has ended.

awaitable<Outcome<std::vector<engine::FoundPerson>>> DirectorySlot::find(Identity identity,
                                                                         std::vector<std::string> attributes,
                                                                         TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->find(std::move(identity), std::move(attributes), deadline);
}

awaitable<Outcome<Nothing>> DirectorySlot::list(Selection selection,
                                                std::vector<std::string> attributes,
                                                engine::PageTaker taker,
                                                Duration patience) {
    const auto behind = behind_;
    co_return co_await behind->list(std::move(selection), std::move(attributes), std::move(taker), patience);
}

awaitable<Outcome<std::optional<Account>>> TenantSlot::find_by_upn(std::string upn, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->find_by_upn(std::move(upn), deadline);
}

awaitable<Outcome<std::vector<Account>>> TenantSlot::find_by_anchor(Anchor anchor, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->find_by_anchor(std::move(anchor), deadline);
}

awaitable<Outcome<Account>> TenantSlot::get_account(ObjectId id, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_account(std::move(id), deadline);
}

awaitable<Outcome<std::vector<AssignedLicense>>> TenantSlot::get_licenses(ObjectId id, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_licenses(std::move(id), deadline);
}

awaitable<Outcome<std::vector<GroupId>>> TenantSlot::get_memberships(ObjectId id, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_memberships(std::move(id), deadline);
}

awaitable<Outcome<std::vector<Sku>>> TenantSlot::get_skus(TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_skus(deadline);
}

awaitable<Outcome<std::vector<Domain>>> TenantSlot::get_domains(TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_domains(deadline);
}

awaitable<Outcome<std::vector<Group>>> TenantSlot::find_groups(std::string name, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->find_groups(std::move(name), deadline);
}

awaitable<Outcome<std::vector<Holder>>> TenantSlot::find_holders(std::vector<std::string> values,
                                                                 TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->find_holders(std::move(values), deadline);
}

awaitable<Outcome<std::vector<Account>>> TenantSlot::find_deleted(Anchor anchor, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->find_deleted(std::move(anchor), deadline);
}

awaitable<Outcome<bool>> TenantSlot::has_directory_role(ObjectId id, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->has_directory_role(std::move(id), deadline);
}

awaitable<Outcome<std::optional<ObjectId>>> TenantSlot::get_manager(ObjectId id, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_manager(std::move(id), deadline);
}

awaitable<Outcome<AccountUse>> TenantSlot::get_use(ObjectId id, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_use(std::move(id), deadline);
}

awaitable<Outcome<ObjectId>> TenantSlot::create_user(const PlannedAccount& plan,
                                                     const Secret& password,
                                                     AttemptId attempt,
                                                     TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->create_user(plan, password, std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::set_usage_location(ObjectId id,
                                                           std::string usage_location,
                                                           AttemptId attempt,
                                                           TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->set_usage_location(
        std::move(id), std::move(usage_location), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::assign_licenses(ObjectId id,
                                                        std::vector<AssignedLicense> licenses,
                                                        AttemptId attempt,
                                                        TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->assign_licenses(
        std::move(id), std::move(licenses), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::add_member(GroupId group,
                                                   ObjectId id,
                                                   AttemptId attempt,
                                                   TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->add_member(std::move(group), std::move(id), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::set_manager(ObjectId id,
                                                    ObjectId manager,
                                                    AttemptId attempt,
                                                    TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->set_manager(std::move(id), std::move(manager), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::set_anchor(ObjectId id,
                                                   Anchor anchor,
                                                   AttemptId attempt,
                                                   TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->set_anchor(std::move(id), std::move(anchor), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::set_properties(
    ObjectId id,
    std::vector<std::pair<std::string, std::string>> properties,
    AttemptId attempt,
    TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->set_properties(
        std::move(id), std::move(properties), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::remove_licenses(ObjectId id,
                                                        std::vector<SkuId> skus,
                                                        AttemptId attempt,
                                                        TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->remove_licenses(std::move(id), std::move(skus), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::remove_member(GroupId group,
                                                      ObjectId id,
                                                      AttemptId attempt,
                                                      TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->remove_member(std::move(group), std::move(id), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::remove_manager(ObjectId id, AttemptId attempt, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->remove_manager(std::move(id), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::delete_user(ObjectId id, AttemptId attempt, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->delete_user(std::move(id), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> TenantSlot::restore_user(ObjectId id, AttemptId attempt, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->restore_user(std::move(id), std::move(attempt), deadline);
}

awaitable<Outcome<std::vector<Mailbox>>> MailboxesSlot::find(std::vector<ObjectId> accounts,
                                                             TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->find(std::move(accounts), deadline);
}

awaitable<Outcome<std::vector<Mailbox>>> MailboxesSlot::made_since(TimePoint since, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->made_since(since, deadline);
}

awaitable<Outcome<Mailbox>> MailboxesSlot::get(ObjectId account, TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get(std::move(account), deadline);
}

awaitable<Outcome<std::optional<Holder>>> MailboxesSlot::find_recipient(std::string address,
                                                                        TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->find_recipient(std::move(address), deadline);
}

awaitable<Outcome<std::vector<std::string>>> MailboxesSlot::get_accepted_domains(TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_accepted_domains(deadline);
}

awaitable<Outcome<std::vector<std::string>>> MailboxesSlot::get_cmdlets(TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->get_cmdlets(deadline);
}

awaitable<Outcome<Nothing>> MailboxesSlot::add_addresses(ObjectId account,
                                                         std::vector<std::string> addresses,
                                                         AttemptId attempt,
                                                         TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->add_addresses(
        std::move(account), std::move(addresses), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> MailboxesSlot::set_hold(ObjectId account,
                                                    LitigationHold hold,
                                                    AttemptId attempt,
                                                    TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->set_hold(std::move(account), std::move(hold), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> MailboxesSlot::enable_archive(ObjectId account,
                                                          AttemptId attempt,
                                                          TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->enable_archive(std::move(account), std::move(attempt), deadline);
}

awaitable<Outcome<Nothing>> MailboxesSlot::add_list_member(GroupId list,
                                                           ObjectId account,
                                                           AttemptId attempt,
                                                           TimePoint deadline) {
    const auto behind = behind_;
    co_return co_await behind->add_list_member(
        std::move(list), std::move(account), std::move(attempt), deadline);
}

}  // namespace uplift::daemon
