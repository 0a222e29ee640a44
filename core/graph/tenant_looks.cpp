// Reads of a GraphTenant that look beyond one account: who holds an address, the recycle bin, roles, managers
// and signs of use.
#include <algorithm>

#include "core/graph/tenant_inside.hpp"

namespace uplift::graph {
namespace asio = boost::asio;

namespace {

using Items = std::vector<json::Value>;

// The app was not given the permission, or the tenant does not sell what is asked for.
template <class T>
bool is_not_permitted(const Outcome<T>& outcome) {
    if (const auto* refused = std::get_if<Refused>(&outcome))
        return refused->code == FaultCode::tenant_permission;
    const auto* barred = std::get_if<Unauthorized>(&outcome);
    return barred != nullptr && barred->code == FaultCode::tenant_permission;
}

struct Place {
    Call call;
    HolderKind kind;
    http::Target (*query)(const http::BaseUrl&, std::span<const std::string>);
    // An app that may not look there goes on without: then a holder there is met when the write conflicts.
    bool optional;
};
const Place places[] = {
    {Call::find_user_holders, HolderKind::user, users_holding, false},
    {Call::find_group_holders, HolderKind::group, groups_holding, true},
    {Call::find_contact_holders, HolderKind::contact, contacts_holding, true},
};

// False where an item is not understood.
bool take(std::vector<Holder>& holders, const Items& items, HolderKind kind) {
    for (const auto& item : items) {
        auto holder = holder_in(item, kind);
        if (!holder) return false;
        const bool known = std::any_of(
            holders.begin(), holders.end(), [&](const Holder& one) { return one.id == holder->id; });
        if (!known) holders.push_back(std::move(*holder));
    }
    return true;
}

}  // namespace

asio::awaitable<Outcome<std::vector<Holder>>> GraphTenant::find_holders(std::vector<std::string> values,
                                                                        TimePoint deadline) {
    using Holders = std::vector<Holder>;
    auto& sender = inside_->sender;
    Holders holders;
    for (const auto& place : places) {
        for (std::size_t at = 0; at < values.size(); at += most_holder_values) {
            const auto count = std::min(most_holder_values, values.size() - at);
            auto target = place.query(sender.base(), std::span{values}.subspan(at, count));
            const auto list = co_await sender.read_list(place.call, std::move(target), deadline);
            if (place.optional && is_not_permitted(list)) break;
            const auto* items = done_value(list);
            if (items == nullptr) co_return without_value<Holders>(list);
            if (!take(holders, *items, place.kind)) co_return not_understood(place.call);
        }
    }
    for (const auto& value : values) {
        constexpr auto call = Call::find_deleted;
        const auto list = co_await sender.read_list(
            call, deleted_users_holding(sender.base(), value), deadline, Consistency::eventual);
        const auto* items = done_value(list);
        if (items == nullptr) co_return without_value<Holders>(list);
        if (!take(holders, *items, HolderKind::deleted_user)) co_return not_understood(call);
    }
    co_return Done<Holders>{std::move(holders)};
}

asio::awaitable<Outcome<std::vector<Account>>> GraphTenant::find_deleted(Anchor anchor, TimePoint deadline) {
    constexpr auto call = Call::find_deleted;
    if (anchor.empty()) co_return Done<std::vector<Account>>{};
    auto& sender = inside_->sender;
    const auto list = co_await sender.read_list(
        call, deleted_users_by_anchor(sender.base(), anchor.text()), deadline, Consistency::eventual);
    co_return all_of<Account>(call, list, account_in);
}

asio::awaitable<Outcome<bool>> GraphTenant::has_directory_role(ObjectId id, TimePoint deadline) {
    constexpr auto call = Call::get_roles;
    auto& sender = inside_->sender;
    const auto list = co_await sender.read_list(call, all_memberships(sender.base(), id), deadline);
    const auto* items = done_value(list);
    if (items == nullptr) co_return without_value<bool>(list);
    bool holds = false;
    for (const auto& item : *items) {
        const auto type = item.get_string("@odata.type");
        // What is not named might be a role.
        if (!type) co_return not_understood(call);
        holds = holds || *type == "#microsoft.graph.directoryRole";
    }
    co_return Done<bool>{holds};
}

asio::awaitable<Outcome<std::optional<ObjectId>>> GraphTenant::get_manager(ObjectId id, TimePoint deadline) {
    using Manager = std::optional<ObjectId>;
    constexpr auto call = Call::get_manager;
    auto& sender = inside_->sender;
    const auto outcome = co_await sender.read(call, manager(sender.base(), id), deadline);
    if (std::holds_alternative<NotYet>(outcome)) {
        // Said of an account without a manager, and of one that is not there.
        const auto look = co_await sender.read(call, user(sender.base(), id, "id"), deadline);
        if (done_value(look) == nullptr) co_return without_value<Manager>(look);
        co_return Done<Manager>{};
    }
    const auto* body = done_value(outcome);
    if (body == nullptr) co_return without_value<Manager>(outcome);
    auto found = id_in(*body);
    if (!found) co_return not_understood(call);
    co_return Done<Manager>{std::move(found)};
}

asio::awaitable<Outcome<AccountUse>> GraphTenant::get_use(ObjectId id, TimePoint deadline) {
    auto& sender = inside_->sender;
    AccountUse use;
    constexpr auto change = Call::get_password_change;
    auto outcome =
        co_await sender.read(change, user(sender.base(), id, "id,lastPasswordChangeDateTime"), deadline);
    outcome = about_object(change, std::move(outcome), id);
    const auto* body = done_value(outcome);
    if (body == nullptr) co_return without_value<AccountUse>(outcome);
    use.password_changed_at = parse_rfc3339(body->get_string("lastPasswordChangeDateTime").value_or(""));

    constexpr auto sign_ins = Call::get_sign_ins;
    auto activity = co_await sender.read(sign_ins, user(sender.base(), id, "id,signInActivity"), deadline);
    // Without Entra ID P1, or without the permission, nobody knows.
    if (is_not_permitted(activity)) co_return Done<AccountUse>{use};
    activity = about_object(sign_ins, std::move(activity), id);
    const auto* shown = done_value(activity);
    if (shown == nullptr) co_return without_value<AccountUse>(activity);
    use.shows_sign_ins = true;
    use.signed_in_at = sign_in_in(*shown);
    co_return Done<AccountUse>{use};
}

}  // namespace uplift::graph
