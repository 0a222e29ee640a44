// Passing: a tenant that hands everything on to another; an ablation changes a call or two.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <utility>

#include "core/engine/ports/tenant.hpp"

namespace uplift::sim {

class Passing : public engine::Tenant {
 public:
    template <class T>
    using Answer = boost::asio::awaitable<Outcome<T>>;

    explicit Passing(engine::Tenant& tenant) : tenant_(tenant) {}
    Answer<std::optional<Account>> find_by_upn(std::string upn, TimePoint deadline) override {
        return tenant_.find_by_upn(std::move(upn), deadline);
    }
    Answer<std::vector<Account>> find_by_anchor(Anchor anchor, TimePoint deadline) override {
        return tenant_.find_by_anchor(std::move(anchor), deadline);
    }
    Answer<Account> get_account(ObjectId id, TimePoint deadline) override {
        return tenant_.get_account(std::move(id), deadline);
    }
    Answer<std::vector<AssignedLicense>> get_licenses(ObjectId id, TimePoint deadline) override {
        return tenant_.get_licenses(std::move(id), deadline);
    }
    Answer<std::vector<GroupId>> get_memberships(ObjectId id, TimePoint deadline) override {
        return tenant_.get_memberships(std::move(id), deadline);
    }
    Answer<std::vector<Sku>> get_skus(TimePoint deadline) override { return tenant_.get_skus(deadline); }
    Answer<std::vector<Domain>> get_domains(TimePoint deadline) override {
        return tenant_.get_domains(deadline);
    }
    Answer<std::vector<Group>> find_groups(std::string name, TimePoint deadline) override {
        return tenant_.find_groups(std::move(name), deadline);
    }
    Answer<ObjectId> create_user(const PlannedAccount& plan,
                                 const Secret& password,
                                 AttemptId attempt,
                                 TimePoint deadline) override {
        return tenant_.create_user(plan, password, std::move(attempt), deadline);
    }
    Answer<Nothing> set_usage_location(ObjectId id,
                                       std::string usage_location,
                                       AttemptId attempt,
                                       TimePoint deadline) override {
        return tenant_.set_usage_location(
            std::move(id), std::move(usage_location), std::move(attempt), deadline);
    }
    Answer<Nothing> assign_licenses(ObjectId id,
                                    std::vector<AssignedLicense> licenses,
                                    AttemptId attempt,
                                    TimePoint deadline) override {
        return tenant_.assign_licenses(std::move(id), std::move(licenses), std::move(attempt), deadline);
    }
    Answer<Nothing> add_member(GroupId group, ObjectId id, AttemptId attempt, TimePoint deadline) override {
        return tenant_.add_member(std::move(group), std::move(id), std::move(attempt), deadline);
    }
    Answer<std::vector<Holder>> find_holders(std::vector<std::string> values, TimePoint deadline) override {
        return tenant_.find_holders(std::move(values), deadline);
    }
    Answer<std::vector<Account>> find_deleted(Anchor anchor, TimePoint deadline) override {
        return tenant_.find_deleted(std::move(anchor), deadline);
    }
    Answer<bool> has_directory_role(ObjectId id, TimePoint deadline) override {
        return tenant_.has_directory_role(std::move(id), deadline);
    }
    Answer<std::optional<ObjectId>> get_manager(ObjectId id, TimePoint deadline) override {
        return tenant_.get_manager(std::move(id), deadline);
    }
    Answer<AccountUse> get_use(ObjectId id, TimePoint deadline) override {
        return tenant_.get_use(std::move(id), deadline);
    }
    Answer<Nothing> set_manager(ObjectId id,
                                ObjectId manager,
                                AttemptId attempt,
                                TimePoint deadline) override {
        return tenant_.set_manager(std::move(id), std::move(manager), std::move(attempt), deadline);
    }
    Answer<Nothing> set_anchor(ObjectId id, Anchor anchor, AttemptId attempt, TimePoint deadline) override {
        return tenant_.set_anchor(std::move(id), std::move(anchor), std::move(attempt), deadline);
    }
    Answer<Nothing> set_properties(ObjectId id,
                                   std::vector<std::pair<std::string, std::string>> properties,
                                   AttemptId attempt,
                                   TimePoint deadline) override {
        return tenant_.set_properties(std::move(id), std::move(properties), std::move(attempt), deadline);
    }
    Answer<Nothing> remove_licenses(ObjectId id,
                                    std::vector<SkuId> skus,
                                    AttemptId attempt,
                                    TimePoint deadline) override {
        return tenant_.remove_licenses(std::move(id), std::move(skus), std::move(attempt), deadline);
    }
    Answer<Nothing> remove_member(GroupId group,
                                  ObjectId id,
                                  AttemptId attempt,
                                  TimePoint deadline) override {
        return tenant_.remove_member(std::move(group), std::move(id), std::move(attempt), deadline);
    }
    Answer<Nothing> remove_manager(ObjectId id, AttemptId attempt, TimePoint deadline) override {
        return tenant_.remove_manager(std::move(id), std::move(attempt), deadline);
    }
    Answer<Nothing> delete_user(ObjectId id, AttemptId attempt, TimePoint deadline) override {
        return tenant_.delete_user(std::move(id), std::move(attempt), deadline);
    }
    Answer<Nothing> restore_user(ObjectId id, AttemptId attempt, TimePoint deadline) override {
        return tenant_.restore_user(std::move(id), std::move(attempt), deadline);
    }

 protected:
    engine::Tenant& tenant_;
};

}  // namespace uplift::sim
