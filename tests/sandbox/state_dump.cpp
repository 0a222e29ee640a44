#include "tests/sandbox/state_dump.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "tests/sandbox/exchange/mailbox_dump.hpp"
#include "tests/sandbox/group_view.hpp"
#include "tests/sandbox/sandbox.hpp"
#include "tests/sandbox/user_view.hpp"

namespace uplift::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t users_at_once = 100;
constexpr std::size_t members_at_once = 1000;

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string_view word(Presence presence) {
    switch (presence) {
        case Presence::active:
            return "active";
        case Presence::in_bin:
            return "deleted";
        case Presence::purged:
            break;
    }
    return "purged";
}

json licences_of(const Tenant& tenant, const User& user) {
    json list = json::array();
    for (const auto& licence : user.licences) {
        const auto& subscription = tenant.subscriptions.all[licence.sku];
        json disabled = json::array();
        for (const auto plan : licence.disabled_plans) disabled.push_back(subscription.plans[plan].name);
        json entry = {{"sku", subscription.part_number}, {"disabled", std::move(disabled)}};
        if (!licence.by_group.empty()) entry["byGroup"] = licence.by_group;
        if (!licence.counts()) entry["error"] = licence.error;
        list.push_back(std::move(entry));
    }
    return list;
}

json user_state(const Sandbox& sandbox, UserPosition position) {
    const Tenant& tenant = sandbox.tenant();
    const User& user = tenant.directory.truth(position);
    const UserFacts& facts = tenant.directory.facts(position);
    json state = whole_user(tenant, user);
    state["presence"] = word(user.presence);
    state["passwordGiven"] = facts.password_given;
    state["forceChangePasswordNextSignIn"] = facts.force_change;
    state["manager"] = user.manager.empty() ? json(nullptr) : json(user.manager);
    state["licenses"] = licences_of(tenant, user);
    state["mailbox"] = exchange::mailbox_state(tenant, position, sandbox.caught_up());
    json groups = json::array();
    json added = json::object();
    for (const auto group : facts.groups) {
        groups.push_back(tenant.groups.at(group).id);
        added[tenant.groups.at(group).id] = tenant.groups.at(group).member(position)->adds;
    }
    state["memberOf"] = std::move(groups);
    json licensed = json::object();
    for (const auto& [sku, times] : facts.times_licensed)
        licensed[tenant.subscriptions.all[sku].part_number] = times;
    const auto anchor = user.value(TextProperty::onPremisesImmutableId);
    state["writes"] = {{"create", facts.writes.create},
                       {"createsOfAnchor", tenant.directory.creates_of_anchor(anchor)},
                       {"patch", facts.writes.patch},
                       {"assignLicense", facts.writes.assign_license},
                       {"licensed", std::move(licensed)},
                       {"manager", facts.writes.manager},
                       {"delete", facts.writes.removal},
                       {"restore", facts.writes.restore},
                       {"memberAdds", std::move(added)}};
    return state;
}

// Where the dump stands; it goes through the parts in order.
struct Progress {
    enum class Part { head, users, groups, tail, end } part = Part::head;
    std::size_t position = 0;  // of the user or group
    std::size_t member = 0;    // within the group
    bool first = true;
};

void append_users(const Sandbox& sandbox, Progress& progress, std::string& piece) {
    const Tenant& tenant = sandbox.tenant();
    std::size_t count = 0;
    for (; progress.position < tenant.directory.size() && count < users_at_once;
         ++progress.position, ++count) {
        piece += progress.first ? "\n" : ",\n";
        progress.first = false;
        piece += dumped(user_state(sandbox, static_cast<UserPosition>(progress.position)));
    }
    if (progress.position < tenant.directory.size()) return;
    piece += "],\n\"groups\":[";
    progress = {Progress::Part::groups, 0, 0, true};
}

void append_groups(const Tenant& tenant, Progress& progress, std::string& piece) {
    if (progress.position >= tenant.groups.size()) {
        piece += "],\n";
        progress.part = Progress::Part::tail;
        return;
    }
    const Group& group = tenant.groups.at(static_cast<GroupPosition>(progress.position));
    if (progress.member == 0) {
        json head = group_view(group, {});
        head["kind"] = word(group.kind);
        head["memberCount"] = group.present;
        std::string text = dumped(head);
        text.pop_back();
        piece += (progress.position == 0 ? "\n" : ",\n") + text + ",\"members\":[";
        progress.first = true;
    }
    std::size_t count = 0;
    for (; progress.member < group.members.size() && count < members_at_once; ++progress.member, ++count) {
        const Member& member = group.members[progress.member];
        piece += progress.first ? "" : ",";
        progress.first = false;
        piece += dumped({{"id", tenant.directory.truth(member.user).id},
                         {"present", member.present},
                         {"adds", member.adds},
                         {"removals", member.removals}});
    }
    if (progress.member < group.members.size()) return;
    piece += "]}";
    ++progress.position;
    progress.member = 0;
}

json skus_of(const Tenant& tenant) {
    json list = json::array();
    for (const auto& subscription : tenant.subscriptions.all)
        list.push_back({{"sku", subscription.part_number},
                        {"skuId", subscription.sku_id},
                        {"seats", subscription.enabled},
                        {"consumed", subscription.consumed}});
    return list;
}

bool next_piece(const Sandbox& sandbox, Progress& progress, std::string& piece) {
    const Tenant& tenant = sandbox.tenant();
    piece.clear();
    switch (progress.part) {
        case Progress::Part::head:
            piece = "{\"tenant\":" + dumped(tenant.id) + ",\n\"users\":[";
            progress.part = Progress::Part::users;
            return true;
        case Progress::Part::users:
            append_users(sandbox, progress, piece);
            return true;
        case Progress::Part::groups:
            append_groups(tenant, progress, piece);
            return true;
        case Progress::Part::tail:
            piece =
                "\"skus\":" + dumped(skus_of(tenant)) + ",\n\"summary\":" + dumped(summary(sandbox)) + "}\n";
            progress.part = Progress::Part::end;
            return true;
        case Progress::Part::end:
            break;
    }
    return false;
}

}  // namespace

json summary(const Sandbox& sandbox) {
    const Tenant& tenant = sandbox.tenant();
    const auto& counters = sandbox.counters();
    std::size_t licensed = 0;
    std::size_t in_bin = 0;
    std::size_t creates = 0;
    for (UserPosition i = 0; i < tenant.directory.size(); ++i) {
        const User& user = tenant.directory.truth(i);
        if (user.presence == Presence::in_bin) ++in_bin;
        if (user.presence == Presence::active && !user.licences.empty()) ++licensed;
        if (!tenant.directory.facts(i).password_given.empty()) ++creates;
    }
    std::size_t memberships = 0;
    for (GroupPosition i = 0; i < tenant.groups.size(); ++i) memberships += tenant.groups.at(i).present;
    const auto mailboxes = exchange::count_mailboxes(tenant);
    return {{"users", tenant.directory.active()},
            {"deleted", in_bin},
            {"licensed", licensed},
            {"memberships", memberships},
            {"created", creates},
            {"creates_per_anchor_max", tenant.directory.most_creates_of_one_anchor()},
            {"requests", counters.requests},
            {"graph_calls", counters.graph_calls},
            {"token_requests", counters.token_requests},
            {"tokens_issued", counters.tokens_issued},
            {"throttled", counters.throttled},
            {"faults", counters.faults},
            {"resource_units", counters.resource_units},
            {"write_cost", counters.writes},
            {"mailboxes", mailboxes.present},
            {"mailboxes_awaited", mailboxes.awaited},
            {"mailboxes_deleted", mailboxes.soft_deleted},
            {"mailboxes_on_hold", mailboxes.on_hold},
            {"archives", mailboxes.archives},
            {"holds_per_mailbox_max", mailboxes.most_holds_of_one},
            {"exchange_calls", counters.exchange_calls},
            {"exchange_writes", counters.exchange_writes}};
}

Reply state_reply(const Sandbox& sandbox) {
    Reply reply;
    reply.headers.emplace_back("Content-Type", "application/json");
    auto progress = std::make_shared<Progress>();
    reply.next_piece = [&sandbox, progress](std::string& piece) {
        return next_piece(sandbox, *progress, piece);
    };
    return reply;
}

}  // namespace uplift::sandbox
