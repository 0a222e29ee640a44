// Slots: the doors as the engine knows them for the whole run, whatever stands behind them.
//
// A reload puts a new adapter (new credentials, certificates, addresses) behind the same port; a call that is
// under way keeps the old one alive until it ends. Network thread only.
#pragma once

#include <memory>
#include <utility>

#include "core/engine/ports/directory.hpp"
#include "core/engine/ports/mailboxes.hpp"
#include "core/engine/ports/tenant.hpp"

namespace uplift::daemon {

class DirectorySlot final : public engine::Directory {
 public:
    void put(std::shared_ptr<engine::Directory> behind) { behind_ = std::move(behind); }
    boost::asio::awaitable<Outcome<std::vector<engine::FoundPerson>>> find(
        Identity identity, std::vector<std::string> attributes, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> list(Selection selection,
                                                  std::vector<std::string> attributes,
                                                  engine::PageTaker taker,
                                                  Duration patience) override;

 private:
    std::shared_ptr<engine::Directory> behind_;
};

class TenantSlot final : public engine::Tenant {
 public:
    void put(std::shared_ptr<engine::Tenant> behind) { behind_ = std::move(behind); }

    [[nodiscard]] std::optional<Unauthorized> write_bar() const override { return behind_->write_bar(); }
    boost::asio::awaitable<Outcome<std::optional<Account>>> find_by_upn(std::string upn,
                                                                        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Account>>> find_by_anchor(Anchor anchor,
                                                                         TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Account>> get_account(ObjectId id, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<AssignedLicense>>> get_licenses(ObjectId id,
                                                                               TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<GroupId>>> get_memberships(ObjectId id,
                                                                          TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Sku>>> get_skus(TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Domain>>> get_domains(TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Group>>> find_groups(std::string name,
                                                                    TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Holder>>> find_holders(std::vector<std::string> values,
                                                                      TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Account>>> find_deleted(Anchor anchor,
                                                                       TimePoint deadline) override;
    boost::asio::awaitable<Outcome<bool>> has_directory_role(ObjectId id, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::optional<ObjectId>>> get_manager(ObjectId id,
                                                                         TimePoint deadline) override;
    boost::asio::awaitable<Outcome<AccountUse>> get_use(ObjectId id, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<ObjectId>> create_user(const PlannedAccount& plan,
                                                          const Secret& password,
                                                          AttemptId attempt,
                                                          TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_usage_location(ObjectId id,
                                                                std::string usage_location,
                                                                AttemptId attempt,
                                                                TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> assign_licenses(ObjectId id,
                                                             std::vector<AssignedLicense> licenses,
                                                             AttemptId attempt,
                                                             TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> add_member(GroupId group,
                                                        ObjectId id,
                                                        AttemptId attempt,
                                                        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_manager(ObjectId id,
                                                         ObjectId manager,
                                                         AttemptId attempt,
                                                         TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_anchor(ObjectId id,
                                                        Anchor anchor,
                                                        AttemptId attempt,
                                                        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_properties(
        ObjectId id,
        std::vector<std::pair<std::string, std::string>> properties,
        AttemptId attempt,
        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> remove_licenses(ObjectId id,
                                                             std::vector<SkuId> skus,
                                                             AttemptId attempt,
                                                             TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> remove_member(GroupId group,
                                                           ObjectId id,
                                                           AttemptId attempt,
                                                           TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> remove_manager(ObjectId id,
                                                            AttemptId attempt,
                                                            TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> delete_user(ObjectId id,
                                                         AttemptId attempt,
                                                         TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> restore_user(ObjectId id,
                                                          AttemptId attempt,
                                                          TimePoint deadline) override;

 private:
    std::shared_ptr<engine::Tenant> behind_;
};

class MailboxesSlot final : public engine::Mailboxes {
 public:
    void put(std::shared_ptr<engine::Mailboxes> behind) { behind_ = std::move(behind); }

    boost::asio::awaitable<Outcome<std::vector<Mailbox>>> find(std::vector<ObjectId> accounts,
                                                               TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Mailbox>>> made_since(TimePoint since,
                                                                     TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Mailbox>> get(ObjectId account, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::optional<Holder>>> find_recipient(std::string address,
                                                                          TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<std::string>>> get_accepted_domains(
        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<std::string>>> get_cmdlets(TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> add_addresses(ObjectId account,
                                                           std::vector<std::string> addresses,
                                                           AttemptId attempt,
                                                           TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_hold(ObjectId account,
                                                      LitigationHold hold,
                                                      AttemptId attempt,
                                                      TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> enable_archive(ObjectId account,
                                                            AttemptId attempt,
                                                            TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> add_list_member(GroupId list,
                                                             ObjectId account,
                                                             AttemptId attempt,
                                                             TimePoint deadline) override;

 private:
    std::shared_ptr<engine::Mailboxes> behind_;
};

}  // namespace uplift::daemon
