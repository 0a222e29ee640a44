#include "daemon/account_look.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>

#include "core/engine/matcher.hpp"
#include "core/engine/signal.hpp"
#include "core/profile/plan_account.hpp"
#include "core/profile/user_account_control.hpp"
#include "core/profile/verdict.hpp"

namespace uplift::daemon {
namespace {

namespace asio = boost::asio;

// So many people are looked up at the same time: look-ups that wait together share requests.
constexpr std::size_t look_ups_at_once = 60;

// What a profile says of the person, without asking the tenant; the plan where there is one.
std::optional<PlannedAccount> judge(const Profile& profile,
                                    const engine::FoundPerson& found,
                                    protocol::UserView& view) {
    const auto& person = found.person;
    view.object_guid = to_string(person.object_guid);
    view.user_principal_name = person.first("userPrincipalName");
    view.sam_account_name = person.first("sAMAccountName");
    view.display_name = person.first("displayName");
    view.distinguished_name = person.distinguished_name;
    const auto control = profile::user_account_control(person);
    view.enabled = !control || (*control & account_disabled_bit) == 0;
    view.account = "unknown";
    if (found.scope == engine::Scope::excluded) {
        view.verdict = entry_of(FaultCode::person_excluded).word;
        return std::nullopt;
    }
    if (const auto verdict = profile::verdict(profile, person)) {
        view.verdict = entry_of(verdict->fault.code).word;
        return std::nullopt;
    }
    if (!found.anchor) {
        view.verdict = entry_of(FaultCode::person_without_anchor).word;
        return std::nullopt;
    }
    auto plan = profile::plan_account(profile, {}, person, *found.anchor);
    if (!plan) {
        view.verdict = entry_of(plan.error().code).word;
        return std::nullopt;
    }
    view.verdict = "take";
    view.planned_upn = plan->user_principal_name;
    return std::move(*plan);
}

void show_account(const Account& account, std::string_view standing, protocol::UserView& view) {
    view.account = standing;
    view.account_upn = account.user_principal_name;
    view.account_id = account.id.value;
}

asio::awaitable<void> look_up(engine::TenantDoor& door,
                              const PlannedAccount& plan,
                              protocol::UserView& view) {
    if (co_await door.admit(engine::Traffic::read)) co_return;
    auto by_anchor = co_await door.port().find_by_anchor(plan.anchor, door.deadline());
    door.saw(by_anchor);
    const auto* anchored = done_value(by_anchor);
    if (anchored == nullptr) co_return;
    if (!anchored->empty()) {
        show_account(anchored->front(), "has", view);
        co_return;
    }
    if (co_await door.admit(engine::Traffic::read)) co_return;
    auto by_upn = co_await door.port().find_by_upn(plan.user_principal_name, door.deadline());
    door.saw(by_upn);
    const auto* named = done_value(by_upn);
    if (named == nullptr) co_return;
    if (!*named)
        view.account = "none";
    else
        show_account(**named, (*named)->anchor == plan.anchor ? "has" : "taken", view);
}

// What several look-ups work off together. Kept alive by each of them.
struct Work {
    Work(engine::TenantDoor& of,
         std::vector<std::optional<PlannedAccount>> planned,
         std::vector<protocol::UserView> shown)
        : door(of),
          plans(std::move(planned)),
          views(std::move(shown)),
          workers(std::min(look_ups_at_once, plans.size())) {}
    engine::TenantDoor& door;
    std::vector<std::optional<PlannedAccount>> plans;
    std::vector<protocol::UserView> views;
    std::size_t next = 0;
    std::size_t workers;
    engine::Signal ended;
};

asio::awaitable<void> work_off(std::shared_ptr<Work> work) {
    while (work->next < work->plans.size()) {
        const auto at = work->next++;
        if (work->plans[at]) co_await look_up(work->door, *work->plans[at], work->views[at]);
    }
    --work->workers;
    work->ended.notify_all();
}

}  // namespace

asio::awaitable<std::vector<protocol::UserView>> look_at_accounts(const Profile& profile,
                                                                  std::vector<engine::FoundPerson> people,
                                                                  engine::TenantDoor* door) {
    std::vector<protocol::UserView> views(people.size());
    std::vector<std::optional<PlannedAccount>> plans(people.size());
    for (std::size_t at = 0; at < people.size(); ++at) plans[at] = judge(profile, people[at], views[at]);
    if (door == nullptr) co_return views;
    const auto work = std::make_shared<Work>(*door, std::move(plans), std::move(views));
    const auto executor = co_await asio::this_coro::executor;
    for (auto left = work->workers; left > 0; --left)
        asio::co_spawn(executor, work_off(work), asio::detached);
    while (work->workers > 0) co_await work->ended.wait();
    co_return std::move(work->views);
}

}  // namespace uplift::daemon
