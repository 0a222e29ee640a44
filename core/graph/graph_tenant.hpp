// A Microsoft 365 tenant over Microsoft Graph: the engine's Tenant.
//
// One executor, one thread. Every call ends by its deadline; a write is one request, sent again only after a
// 401 (not applied), with a new token. What replies mean is decided in reply.cpp.
#pragma once

#include <memory>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/entropy.hpp"
#include "core/engine/ports/tenant.hpp"
#include "core/graph/permissions.hpp"
#include "core/http/client.hpp"
#include "core/http/token_source.hpp"

namespace uplift::graph {

struct GraphSettings {
    http::BaseUrl graph;  // https://graph.microsoft.com, or the endpoint in its place
    PermissionRules permissions = {};
    std::chrono::milliseconds company{2};  // how long a look-up waits for others to share its request
};

class GraphTenant final : public engine::Tenant {
 public:
    // What is referred to must outlive the tenant and its calls.
    GraphTenant(GraphSettings settings,
                http::Client& client,
                http::TokenSource& tokens,
                engine::Clock& clock,
                engine::Entropy& entropy);
    ~GraphTenant() override;

    [[nodiscard]] std::optional<Unauthorized> write_bar() const override;

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

    // An empty anchor takes away the one there is. Conflict: another account has it.
    boost::asio::awaitable<Outcome<Nothing>> set_anchor(ObjectId id,
                                                        Anchor anchor,
                                                        AttemptId attempt,
                                                        TimePoint deadline) override;
    // By Graph's names; an empty value clears. Name, anchor, password and accountEnabled are passed over.
    boost::asio::awaitable<Outcome<Nothing>> set_properties(
        ObjectId id,
        std::vector<std::pair<std::string, std::string>> properties,
        AttemptId attempt,
        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_manager(ObjectId id,
                                                         ObjectId manager,
                                                         AttemptId attempt,
                                                         TimePoint deadline) override;
    // `done` also where what is taken away is not there.
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
    // Into the recycle bin, where it stays 30 days.
    boost::asio::awaitable<Outcome<Nothing>> delete_user(ObjectId id,
                                                         AttemptId attempt,
                                                         TimePoint deadline) override;
    // Out of it, as it was. NotYet: it is not there.
    boost::asio::awaitable<Outcome<Nothing>> restore_user(ObjectId id,
                                                          AttemptId attempt,
                                                          TimePoint deadline) override;

 private:
    struct Inside;
    std::shared_ptr<Inside> inside_;
};

}  // namespace uplift::graph
