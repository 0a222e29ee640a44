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

 private:
    struct Inside;
    std::shared_ptr<Inside> inside_;
};

}  // namespace uplift::graph
