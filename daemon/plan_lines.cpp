#include "daemon/plan_lines.hpp"

#include <algorithm>
#include <cmath>

#include "core/graph/bodies.hpp"

namespace uplift::daemon {
namespace {

const Sku* find_sku(const std::vector<Sku>& skus, const SkuId& id) {
    const auto found = std::find_if(skus.begin(), skus.end(), [&](const Sku& sku) { return sku.id == id; });
    return found == skus.end() ? nullptr : &*found;
}

// "deleted user" as scripts know it: deleted_user.
std::string key_of(std::string_view words) {
    std::string key(words);
    for (auto& letter : key)
        letter = letter == ' ' || letter == '-'   ? '_'
                 : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32)
                                                  : letter;
    return key;
}

// Of what was seen: the plan, what becomes of it, and whom it met.
std::string seen_text(const engine::PersonPlan& plan) {
    std::string seen(engine::word(plan.action));
    if (plan.plan) seen += "\n" + canonical_text(*plan.plan);
    if (plan.fault) seen += "\n" + to_string(plan.fault->code);
    if (plan.account) seen += "\n" + plan.account->id.value + " " + plan.account->anchor.text();
    if (plan.holder) seen += "\n" + plan.holder->id.value;
    for (const auto& license : plan.licenses_to_give) seen += "\nlicense " + license.sku.value;
    for (const auto& group : plan.groups_to_join) seen += "\ngroup " + group.id.value;
    for (const auto task : plan.tasks_to_do) seen += "\ntask " + std::string(word(task));
    return seen;
}

}  // namespace

protocol::PlanLineView PlanLines::line_of(const IntakeRow& row,
                                          const engine::PersonPlan& plan,
                                          const std::vector<Sku>& skus) {
    protocol::PlanLineView view;
    view.row = row.row;
    view.given = row.given.front().value;
    view.action = engine::word(plan.action);
    if (plan.fault) {
        view.code = to_string(plan.fault->code);
        view.message = plan.fault->what;
        view.cure = plan.fault->cure;
    }
    if (plan.person) view.object_guid = to_string(plan.person->object_guid);
    if (plan.plan) {
        view.user_principal_name = plan.plan->user_principal_name;
        view.display_name = plan.plan->display_name;
        view.manager = plan.plan->manager;
    }
    if (plan.account) view.account = plan.account->id.value;
    if (plan.holder)
        view.holder = protocol::PlanHolderView{
            .kind = key_of(word(plan.holder->kind)), .name = plan.holder->name, .id = plan.holder->id.value};
    for (const auto& license : plan.licenses_to_give) {
        const auto* sku = find_sku(skus, license.sku);
        const auto name = sku == nullptr ? license.sku.value : sku->part_number;
        view.licenses.push_back(name);
        auto& seats = seats_[name];
        seats.sku = name;
        ++seats.needed;
        if (sku != nullptr) seats.free = std::max<std::int64_t>(0, sku->owned - sku->used);
    }
    for (const auto& group : plan.needs.groups)
        view.groups.push_back(protocol::PlanGroupView{
            .id = group.id.value, .name = group.display_name, .kind = key_of(word(group.kind))});
    for (const auto task : plan.tasks_to_do) view.tasks.emplace_back(word(task));
    view.changes = static_cast<std::int64_t>(plan.changes());
    view.fingerprint = vault_.digest(seen_text(plan));
    if (bodies_ == Bodies::shown && plan.action == engine::PlanAction::create) {
        const Secret no_password;
        const auto body = graph::create_body(*plan.plan, no_password);
        view.body = std::string(body.view());
    }
    ++people_;
    changes_ += view.changes;
    ++actions_[view.action];
    return view;
}

protocol::PlanTotalsView PlanLines::totals(const ProfileName& profile,
                                           double writes_per_second,
                                           std::int64_t creates_per_day) const {
    const auto of = [&](engine::PlanAction action) -> std::int64_t {
        const auto found = actions_.find(std::string(engine::word(action)));
        return found == actions_.end() ? 0 : found->second;
    };
    protocol::PlanTotalsView totals;
    totals.profile = profile.value;
    totals.people = people_;
    totals.actions = actions_;
    totals.changes = changes_;
    totals.refused = of(engine::PlanAction::refuse);
    for (const auto& [_, seats] : seats_) totals.seats.push_back(seats);
    constexpr std::int64_t day = 86'400;
    if (writes_per_second > 0)
        totals.duration =
            static_cast<std::int64_t>(std::ceil(static_cast<double>(changes_) / writes_per_second));
    const auto creates = of(engine::PlanAction::create);
    if (creates_per_day > 0 && creates > creates_per_day)
        totals.duration = std::max(totals.duration, (creates - 1) / creates_per_day * day);
    return totals;
}

}  // namespace uplift::daemon
