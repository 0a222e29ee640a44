// Writes of a GraphTenant.
#include "core/graph/bodies.hpp"
#include "core/graph/tenant_inside.hpp"
#include "core/model/guid.hpp"

namespace uplift::graph {
namespace asio = boost::asio;

http::Request GraphTenant::Inside::request(http::Method method,
                                           http::Target target,
                                           const AttemptId& attempt) const {
    http::Request request(method, sender.base(), std::move(target));
    request.header("client-request-id", attempt.value);
    return request;
}

asio::awaitable<Outcome<Nothing>> GraphTenant::Inside::write(Call call,
                                                             http::Request request,
                                                             ObjectId id,
                                                             TimePoint deadline) {
    auto outcome = co_await sender.send(call, std::move(request), deadline);
    co_return without_body(about_object(call, std::move(outcome), id));
}

asio::awaitable<Outcome<ObjectId>> GraphTenant::create_user(const PlannedAccount& plan,
                                                            const Secret& password,
                                                            AttemptId attempt,
                                                            TimePoint deadline) {
    auto target = inside_->target();
    target.path("/users");
    auto request = inside_->request(http::Method::post, std::move(target), attempt);
    request.body("application/json", create_body(plan, password));
    const auto outcome = co_await inside_->sender.send(Call::create_user, std::move(request), deadline);
    co_return created(outcome, plan);
}

// ---- what the account is --------------------------------------------------------------------------------

asio::awaitable<Outcome<Nothing>> GraphTenant::set_usage_location(ObjectId id,
                                                                  std::string usage_location,
                                                                  AttemptId attempt,
                                                                  TimePoint deadline) {
    auto request = inside_->request(http::Method::patch, inside_->user_target(id), attempt);
    request.body("application/json", usage_location_body(usage_location));
    co_return co_await inside_->write(Call::set_usage_location, std::move(request), std::move(id), deadline);
}

asio::awaitable<Outcome<Nothing>> GraphTenant::set_anchor(ObjectId id,
                                                          Anchor anchor,
                                                          AttemptId attempt,
                                                          TimePoint deadline) {
    auto request = inside_->request(http::Method::patch, inside_->user_target(id), attempt);
    request.body("application/json", anchor_body(anchor));
    co_return co_await inside_->write(Call::set_anchor, std::move(request), std::move(id), deadline);
}

asio::awaitable<Outcome<Nothing>> GraphTenant::set_properties(
    ObjectId id,
    std::vector<std::pair<std::string, std::string>> properties,
    AttemptId attempt,
    TimePoint deadline) {
    auto body = properties_body(properties);
    if (!body) co_return Done<Nothing>{};
    auto request = inside_->request(http::Method::patch, inside_->user_target(id), attempt);
    request.body("application/json", std::move(*body));
    co_return co_await inside_->write(Call::set_properties, std::move(request), std::move(id), deadline);
}

// ---- what it has ----------------------------------------------------------------------------------------

asio::awaitable<Outcome<Nothing>> GraphTenant::assign_licenses(ObjectId id,
                                                               std::vector<AssignedLicense> licenses,
                                                               AttemptId attempt,
                                                               TimePoint deadline) {
    auto target = inside_->user_target(id);
    target.path("/assignLicense");
    auto request = inside_->request(http::Method::post, std::move(target), attempt);
    request.body("application/json", license_body(licenses));
    co_return co_await inside_->write(Call::assign_licenses, std::move(request), std::move(id), deadline);
}

asio::awaitable<Outcome<Nothing>> GraphTenant::remove_licenses(ObjectId id,
                                                               std::vector<SkuId> skus,
                                                               AttemptId attempt,
                                                               TimePoint deadline) {
    auto target = inside_->user_target(id);
    target.path("/assignLicense");
    auto request = inside_->request(http::Method::post, std::move(target), attempt);
    request.body("application/json", license_removal_body(skus));
    co_return co_await inside_->write(Call::remove_licenses, std::move(request), std::move(id), deadline);
}

asio::awaitable<Outcome<Nothing>> GraphTenant::set_manager(ObjectId id,
                                                           ObjectId manager,
                                                           AttemptId attempt,
                                                           TimePoint deadline) {
    auto target = inside_->user_target(id);
    target.path("/manager/$ref");
    // The id goes into the body as a URL: the same rule as in a path.
    if (!is_guid_text(manager.value)) target.id(manager.value);
    auto request = inside_->request(http::Method::put, std::move(target), attempt);
    request.body("application/json", manager_body(inside_->sender.base().text(), manager));
    const auto outcome = co_await inside_->sender.send(Call::set_manager, std::move(request), deadline);
    co_return without_body(outcome);
}

asio::awaitable<Outcome<Nothing>> GraphTenant::remove_manager(ObjectId id,
                                                              AttemptId attempt,
                                                              TimePoint deadline) {
    auto target = inside_->user_target(id);
    target.path("/manager/$ref");
    auto request = inside_->request(http::Method::remove, std::move(target), attempt);
    const auto outcome = co_await inside_->sender.send(Call::remove_manager, std::move(request), deadline);
    co_return without_body(outcome);
}

asio::awaitable<Outcome<Nothing>> GraphTenant::add_member(GroupId group,
                                                          ObjectId id,
                                                          AttemptId attempt,
                                                          TimePoint deadline) {
    auto target = inside_->target();
    target.path("/groups").id(group.value).path("/members/$ref");
    // The id goes into the body as a URL: the same rule as in a path.
    const auto body = is_guid_text(id.value) ? member_body(inside_->sender.base().text(), id) : "";
    if (body.empty()) target.id(id.value);
    auto request = inside_->request(http::Method::post, std::move(target), attempt);
    request.body("application/json", body);
    const auto outcome = co_await inside_->sender.send(Call::add_member, std::move(request), deadline);
    co_return without_body(outcome);
}

asio::awaitable<Outcome<Nothing>> GraphTenant::remove_member(GroupId group,
                                                             ObjectId id,
                                                             AttemptId attempt,
                                                             TimePoint deadline) {
    auto target = inside_->target();
    // Without the last segment it would delete the account itself.
    target.path("/groups").id(group.value).path("/members").id(id.value).path("/$ref");
    auto request = inside_->request(http::Method::remove, std::move(target), attempt);
    const auto outcome = co_await inside_->sender.send(Call::remove_member, std::move(request), deadline);
    co_return without_body(outcome);
}

// ---- the bin --------------------------------------------------------------------------------------------

asio::awaitable<Outcome<Nothing>> GraphTenant::delete_user(ObjectId id,
                                                           AttemptId attempt,
                                                           TimePoint deadline) {
    auto request = inside_->request(http::Method::remove, inside_->user_target(id), attempt);
    const auto outcome = co_await inside_->sender.send(Call::delete_user, std::move(request), deadline);
    co_return without_body(outcome);
}

asio::awaitable<Outcome<Nothing>> GraphTenant::restore_user(ObjectId id,
                                                            AttemptId attempt,
                                                            TimePoint deadline) {
    auto target = inside_->target();
    target.path("/directory/deletedItems").id(id.value).path("/restore");
    auto request = inside_->request(http::Method::post, std::move(target), attempt);
    // Names and addresses come back as they were, or it is a conflict.
    request.body("application/json", "{}");
    co_return co_await inside_->write(Call::restore_user, std::move(request), std::move(id), deadline);
}

}  // namespace uplift::graph
