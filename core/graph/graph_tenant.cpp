#include "core/graph/graph_tenant.hpp"

#include "core/graph/tenant_inside.hpp"
#include "core/model/guid.hpp"
#include "core/text/utf8.hpp"

namespace uplift::graph {
namespace asio = boost::asio;

namespace {

bool has_upn(const Account& account, std::string_view upn) {
    return text::same_ignoring_case(account.user_principal_name, upn);
}
// Base64: letter case matters.
bool has_anchor(const Account& account, std::string_view anchor) { return account.anchor.text() == anchor; }

http::BaseUrl with_version(const http::BaseUrl& graph) {
    return http::BaseUrl::parse(graph.text() + "/v1.0", "endpoints.graph").value();
}

}  // namespace

GraphTenant::Inside::Inside(http::Client& client,
                            http::TokenSource& tokens,
                            engine::Clock& the_clock,
                            engine::Entropy& entropy,
                            GraphSettings settings)
    : clock(the_clock),
      sender(
          client, tokens, the_clock, entropy, with_version(settings.graph), std::move(settings.permissions)) {
}

void GraphTenant::Inside::start(const asio::any_io_executor& executor, std::chrono::milliseconds company) {
    const SharedLookupSettings settings{.company = company};
    const auto weak = weak_from_this();
    const auto upns = [weak](Values values, TimePoint deadline) {
        return fetch_by_upn(weak.lock(), std::move(values), deadline);
    };
    const auto anchors = [weak](Values values, TimePoint deadline) {
        return fetch_by_anchor(weak.lock(), std::move(values), deadline);
    };
    by_upn = std::make_unique<SharedLookup>(executor, upns, has_upn, settings);
    by_anchor = std::make_unique<SharedLookup>(executor, anchors, has_anchor, settings);
}

asio::awaitable<Outcome<Accounts>> GraphTenant::Inside::fetch_by_upn(std::shared_ptr<Inside> inside,
                                                                     Values upns,
                                                                     TimePoint deadline) {
    constexpr auto call = Call::find_by_upn;
    if (!inside) co_return NotSent{.why = "the tenant was closed"};
    auto& sender = inside->sender;
    const auto list = co_await sender.read_list(call, users_by_upn(sender.base(), upns), deadline);
    co_return all_of<Account>(call, list, account_in);
}

asio::awaitable<Outcome<Accounts>> GraphTenant::Inside::fetch_by_anchor(std::shared_ptr<Inside> inside,
                                                                        Values anchors,
                                                                        TimePoint deadline) {
    constexpr auto call = Call::find_by_anchor;
    if (!inside) co_return NotSent{.why = "the tenant was closed"};
    auto& sender = inside->sender;
    const auto list = co_await sender.read_list(
        call, users_by_anchor(sender.base(), anchors), deadline, Consistency::eventual);
    co_return all_of<Account>(call, list, account_in);
}

GraphTenant::GraphTenant(GraphSettings settings,
                         http::Client& client,
                         http::TokenSource& tokens,
                         engine::Clock& clock,
                         engine::Entropy& entropy)
    : inside_(std::make_shared<Inside>(client, tokens, clock, entropy, settings)) {
    inside_->start(client.executor(), settings.company);
}

GraphTenant::~GraphTenant() = default;

std::optional<Unauthorized> GraphTenant::write_bar() const { return inside_->sender.write_bar(); }

// ---- reads ----------------------------------------------------------------------------------------------

asio::awaitable<Outcome<std::optional<Account>>> GraphTenant::find_by_upn(std::string upn,
                                                                          TimePoint deadline) {
    using Found = std::optional<Account>;
    // By a filter: GET /users/{upn} goes through a cache that can still show a deleted account's id.
    const auto outcome =
        co_await inside_->by_upn->find(std::move(upn), deadline, inside_->left_until(deadline));
    const auto* accounts = done_value(outcome);
    if (accounts == nullptr) co_return without_value<Found>(outcome);
    if (accounts->empty()) co_return Done<Found>{};
    co_return Done<Found>{accounts->front()};
}

asio::awaitable<Outcome<std::vector<Account>>> GraphTenant::find_by_anchor(Anchor anchor,
                                                                           TimePoint deadline) {
    if (anchor.empty()) co_return Done<std::vector<Account>>{};
    co_return co_await inside_->by_anchor->find(anchor.text(), deadline, inside_->left_until(deadline));
}

asio::awaitable<Outcome<Account>> GraphTenant::get_account(ObjectId id, TimePoint deadline) {
    constexpr auto call = Call::get_account;
    auto outcome =
        co_await inside_->sender.read(call, user(inside_->sender.base(), id, account_properties), deadline);
    outcome = about_object(call, std::move(outcome), id);
    const auto* body = done_value(outcome);
    if (body == nullptr) co_return without_value<Account>(outcome);
    auto account = account_in(*body);
    if (!account) co_return not_understood(call);
    co_return Done<Account>{std::move(*account)};
}

asio::awaitable<Outcome<std::vector<AssignedLicense>>> GraphTenant::get_licenses(ObjectId id,
                                                                                 TimePoint deadline) {
    constexpr auto call = Call::get_licenses;
    auto outcome =
        co_await inside_->sender.read(call, user(inside_->sender.base(), id, license_properties), deadline);
    outcome = about_object(call, std::move(outcome), id);
    const auto* body = done_value(outcome);
    if (body == nullptr) co_return without_value<std::vector<AssignedLicense>>(outcome);
    auto licenses = licenses_in(*body);
    if (!licenses) co_return not_understood(call);
    co_return Done<std::vector<AssignedLicense>>{std::move(*licenses)};
}

asio::awaitable<Outcome<std::vector<GroupId>>> GraphTenant::get_memberships(ObjectId id, TimePoint deadline) {
    constexpr auto call = Call::get_memberships;
    const auto outcome =
        co_await inside_->sender.read_list(call, memberships(inside_->sender.base(), id), deadline);
    const auto* items = done_value(outcome);
    if (items == nullptr) co_return without_value<std::vector<GroupId>>(outcome);
    std::vector<GroupId> groups;
    for (const auto& item : *items) {
        // Directory roles and administrative units are among them.
        const auto type = item.get_string("@odata.type");
        if (type && *type != "#microsoft.graph.group") continue;
        auto group = group_in(item);
        if (!group) co_return not_understood(call);
        groups.push_back(std::move(group->id));
    }
    co_return Done<std::vector<GroupId>>{std::move(groups)};
}

asio::awaitable<Outcome<std::vector<Sku>>> GraphTenant::get_skus(TimePoint deadline) {
    constexpr auto call = Call::get_skus;
    auto target = inside_->target();
    target.path("/subscribedSkus");
    const auto list = co_await inside_->sender.read_list(call, std::move(target), deadline);
    co_return all_of<Sku>(call, list, sku_in);
}

asio::awaitable<Outcome<std::vector<Domain>>> GraphTenant::get_domains(TimePoint deadline) {
    constexpr auto call = Call::get_domains;
    auto target = inside_->target();
    target.path("/domains");
    const auto list = co_await inside_->sender.read_list(call, std::move(target), deadline);
    co_return all_of<Domain>(call, list, domain_in);
}

asio::awaitable<Outcome<std::vector<Group>>> GraphTenant::find_groups(std::string name, TimePoint deadline) {
    if (!is_guid_text(name)) {
        constexpr auto call = Call::find_groups;
        const auto list =
            co_await inside_->sender.read_list(call, groups_named(inside_->sender.base(), name), deadline);
        co_return all_of<Group>(call, list, group_in);
    }
    constexpr auto call = Call::get_group;
    const ObjectId id{name};
    auto outcome = co_await inside_->sender.read(call, group(inside_->sender.base(), name), deadline);
    outcome = about_object(call, std::move(outcome), id);
    std::vector<Group> groups;
    if (std::holds_alternative<NotYet>(outcome)) co_return Done<std::vector<Group>>{};
    const auto* body = done_value(outcome);
    if (body == nullptr) co_return without_value<std::vector<Group>>(outcome);
    auto found = group_in(*body);
    if (!found) co_return not_understood(call);
    groups.push_back(std::move(*found));
    co_return Done<std::vector<Group>>{std::move(groups)};
}

}  // namespace uplift::graph
