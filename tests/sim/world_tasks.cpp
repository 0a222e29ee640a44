// The world whose people get everything: how it is furnished, and what is held against what each should have.
#include <algorithm>

#include "tests/sim/world.hpp"

namespace uplift::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view domain = "contoso.com";
const SkuId e3{"05e9a617-0261-4cee-bb44-138d3ef5d965"};
const SkuId flow{"f30db892-07e9-47e9-837c-80727f46fd3d"};
const SkuId e1{"18181a46-0d4e-45cd-891e-60aabd171b4e"};
const PlanId yammer{"7547a3fe-08ee-4ccb-b430-5077c5041653"};
const GroupId all_staff{"b7d2a0c4-33a5-4f7e-9c1a-2f0d6e5b4a32"};
const GroupId vpn{"c91f0e77-1c2d-4a5b-8e6f-7a8b9c0d1e2f"};
const GroupId news{"d02a1f88-2d3e-4b6c-9f70-8b9c0d1e2f30"};
const GroupId operators{"e14b3a99-3e4f-4c7d-a081-9c0d1e2f3041"};

const LitigationHold planned_hold{
    .duration_days = 2555, .comment = "kept", .url = "https://contoso.com/hold"};

// A mailbox is to be complete so soon after it takes commands: a look by its id comes at least once a day.
constexpr Duration latest_completion = hours{26};

Profile profile_for_all() {
    Profile profile;
    profile.directory = DirectoryName{"corp"};
    profile.tenant = TenantName{"contoso"};
    profile.domain = std::string(domain);
    profile.manager = true;
    profile.archive = true;
    profile.aliases = {"{sAMAccountName}.alias@contoso.com"};
    return profile;
}

Profile staff_with_everything() {
    auto profile = profile_for_all();
    profile.name = ProfileName{"staff"};
    profile.licenses = {LicenseWish{.sku = "SPE_E3", .disabled_plans = {"YAMMER"}, .enabled_plans = {}},
                        LicenseWish{.sku = "FLOW_FREE", .disabled_plans = {}, .enabled_plans = {}}};
    profile.groups = {"All Staff", "vpn@contoso.com", "news@contoso.com", "Operators"};
    profile.litigation_hold = planned_hold;
    return profile;
}

Profile plain_mailbox() {
    auto profile = profile_for_all();
    profile.name = ProfileName{"plain"};
    profile.licenses = {LicenseWish{.sku = "STANDARDPACK", .disabled_plans = {}, .enabled_plans = {}}};
    profile.groups = {"All Staff"};
    return profile;
}

std::string alias_of(std::string_view upn) {
    return std::string(upn.substr(0, upn.find('@'))) + ".alias@" + std::string(domain);
}

const Step* step_of(const EnrollmentDetail& detail, StepKind kind) {
    const auto found = std::find_if(
        detail.steps.begin(), detail.steps.end(), [&](const Step& step) { return step.kind == kind; });
    return found == detail.steps.end() ? nullptr : &*found;
}

bool ended_with(const EnrollmentDetail& detail, StepKind kind, StepState state, FaultCode code) {
    const auto* step = step_of(detail, kind);
    return step != nullptr && step->state == state && step->fault && step->fault->code == code;
}

bool is_done(const EnrollmentDetail& detail, StepKind kind) {
    const auto* step = step_of(detail, kind);
    return step != nullptr && step->state == StepState::done;
}

}  // namespace

void World::furnish() {
    const auto plan = [](std::string_view id, std::string_view name) {
        return ServicePlan{.id = PlanId{std::string(id)}, .name = std::string(name), .for_users = true};
    };
    tenant_.put_domain(Domain{.name = std::string(domain), .verified = true, .federated = false});
    mailboxes_.put_domain(std::string(domain));
    const auto put = [&](const SkuId& id, std::string_view name, std::vector<ServicePlan> plans) {
        tenant_.put_sku(Sku{.id = id,
                            .part_number = std::string(name),
                            .product_name = {},
                            .owned = 1'000'000,
                            .used = 0,
                            .plans = std::move(plans)});
    };
    put(e3,
        "SPE_E3",
        {plan(yammer.value, "YAMMER"),
         plan("efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE")});
    put(flow, "FLOW_FREE", {plan("50e68c76-46c6-4674-81f9-75456511b170", "FLOW_P2_VIRAL")});
    put(e1, "STANDARDPACK", {plan("9aaf7827-d63c-4b61-89c3-182f06f82e5c", "EXCHANGE_S_STANDARD")});
    const auto group = [&](const GroupId& id, std::string_view name, std::string_view mail, GroupKind kind) {
        tenant_.put_group(
            Group{.id = id, .display_name = std::string(name), .mail = std::string(mail), .kind = kind});
    };
    group(all_staff, "All Staff", "", GroupKind::security);
    group(vpn, "VPN", "vpn@contoso.com", GroupKind::microsoft_365);
    group(news, "News", "news@contoso.com", GroupKind::distribution_list);
    group(operators, "Operators", "operators@contoso.com", GroupKind::mail_enabled_security);
    mailboxes_.put_list(news);
    mailboxes_.put_list(operators);
    tenant_.on_licensed = [this](const SimAccount& account) { mailboxes_.licensed(account); };
}

World::Row World::draw_person(std::int64_t number) {
    const auto name = "user" + std::to_string(number);
    Row row;
    for (std::size_t at = 0; at < 16; at += 8) {
        const auto half = chance_.next();
        std::memcpy(row.person.octets.data() + at, &half, 8);
    }
    row.anchor = Anchor{row.person};
    row.upn = name + "@" + std::string(domain);
    row.expect = Expect::account;
    row.kind = chance_.happens(300) ? Kind::plain : Kind::staff;
    planned_[row.upn] = row.anchor;
    Person person;
    person.object_guid = row.person;
    person.distinguished_name = "CN=" + name + ",OU=IT,DC=corp,DC=example,DC=com";
    person.attributes = {{"userPrincipalName", {name + "@corp.example.com"}},
                         {"sAMAccountName", {name}},
                         {"displayName", {"User " + std::to_string(number)}},
                         {"cn", {name}},
                         {"c", {"DE"}},
                         {"objectClass", {"top", "person", "user"}},
                         {"userAccountControl", {"512"}}};
    people_.push_back(std::move(person));
    if (chance_.happens(settings_.unknown_per_mille)) {
        row.expect = Expect::nobody;
    } else if (chance_.happens(settings_.strangers_per_mille)) {
        row.expect = Expect::conflict;
        tenant_.put_account(row.upn, chance_.happens(500) ? Anchor{} : Anchor::from_text("somebody-elses"));
    } else if (chance_.happens(settings_.alias_taken_per_mille)) {
        // Half of them by somebody whom only Exchange shows.
        const Holder holder{.id = ObjectId{"00000000-0000-4000-8000-000000000001"},
                            .kind = HolderKind::contact,
                            .name = "somebody"};
        mailboxes_.put_holder(alias_of(row.upn), holder);
        row.alias_held = chance_.happens(500);
        if (!row.alias_held) {
            tenant_.put_contact(SimContact{.id = holder.id, .mail = alias_of(row.upn)});
            row.expect = Expect::alias_taken;
        }
    } else if (chance_.happens(settings_.existing_per_mille)) {
        const auto id = tenant_.put_account(row.upn, row.anchor);
        if (row.kind == Kind::staff && chance_.happens(settings_.mailbox_before_per_mille)) {
            tenant_.on_licensed = nullptr;
            tenant_.put_licence(id, AssignedLicense{.sku = e3, .disabled_plans = {yammer}});
            tenant_.on_licensed = [this](const SimAccount& account) { mailboxes_.licensed(account); };
            auto& mailbox = mailboxes_.put_mailbox(*tenant_.account(id));
            row.other_hold = LitigationHold{.duration_days = 30, .comment = {}, .url = {}};
            mailbox.now.hold = mailbox.before.hold = row.other_hold;
        }
    }
    return row;
}

// Some lead each other, some are led by nobody that the directory shows, or by somebody who is in no job.
void World::draw_managers() {
    const auto n = people_.size();
    for (std::size_t i = 0; i < n; ++i) {
        auto& row = rows_[i];
        const auto draw = chance_.next() % 1000;
        auto led_by = n;
        if (draw < 600)
            led_by = chance_.next() % n;
        else if (draw < 800)
            led_by = i % 2 == 0 ? std::min(i + 1, n - 1) : i - 1;
        else if (draw < 850)
            people_[i].attributes["manager"] = {"CN=gone,OU=IT,DC=corp,DC=example,DC=com"};
        if (led_by == n) continue;
        people_[i].attributes["manager"] = {people_[led_by].distinguished_name};
        if (led_by != i && rows_[led_by].expect != Expect::nobody) row.manager = rows_[led_by].anchor;
    }
    for (std::size_t i = 0; i < n; ++i)
        if (rows_[i].expect != Expect::nobody) directory_.put(std::move(people_[i]));
    people_.clear();
}

void World::plan_seats() {
    std::int64_t needed = 0;
    for (const auto& row : rows_)
        if (row.kind == Kind::staff && row.expect == Expect::account) ++needed;
    const auto used = tenant_.skus().front().used;
    const auto there = needed * (1000 - settings_.seats_short_per_mille) / 1000;
    tenant_.buy_seats(e3, used + there - 1'000'000);
    const auto theirs = there * settings_.strangers_seats_per_mille / 1000;
    const auto start = clock_.now();
    if (theirs > 0)
        events_.push_back(
            Event{start + minutes{1}, [this, theirs] { tenant_.stranger_takes_seats(e3, theirs); }});
    events_.push_back(Event{start + settings_.seats_bought_after,
                            [this, needed, theirs] { tenant_.buy_seats(e3, needed + theirs); }});
}

void World::populate_everything() {
    furnish();
    for (std::int64_t i = 0; i < settings_.people; ++i) rows_.push_back(draw_person(i));
    draw_managers();
    std::vector<std::size_t> staff, plain, again;
    for (std::size_t i = 0; i < static_cast<std::size_t>(settings_.people); ++i) {
        (rows_[i].kind == Kind::staff ? staff : plain).push_back(i);
        if (rows_[i].kind != Kind::staff || !chance_.happens(settings_.twice_per_mille)) continue;
        again.push_back(rows_.size());
        const auto twin = rows_[i];
        rows_.push_back(twin);
    }
    plan_seats();
    submit(staff, "staff", staff_with_everything());
    if (!plain.empty()) submit(plain, "plain", plain_mailbox());
    if (!again.empty()) submit(again, "again", staff_with_everything());
}

// What is not as it should be at somebody who has an account; empty: nothing.
std::string World::wrong_at(const Row& row, const EnrollmentDetail& detail, const SimAccount& account) const {
    const bool staff = row.kind == Kind::staff;
    std::map<SkuId, AssignedLicense> licenses;
    const auto give = [&](const SkuId& sku, std::vector<PlanId> off) {
        licenses[sku] = AssignedLicense{.sku = sku, .disabled_plans = std::move(off)};
    };
    if (staff) {
        give(e3, {yammer});
        give(flow, {});
    } else {
        give(e1, {});
    }
    if (account.licenses != licenses) return "licences";
    const auto groups = staff ? std::set{all_staff, vpn} : std::set{all_staff};
    if (account.groups != groups) return "groups";

    const auto leaders = row.manager ? tenant_.accounts_with(*row.manager) : std::vector<const SimAccount*>{};
    if (leaders.empty()) {
        const auto* step = step_of(detail, StepKind::manager);
        if (account.manager || step == nullptr || step->state != StepState::skipped)
            return "manager of nobody";
    } else if (account.manager != leaders.front()->account.id || !is_done(detail, StepKind::manager)) {
        return "manager";
    }

    const auto* mailbox = mailboxes_.mailbox(account.account.id);
    if (mailbox == nullptr) {
        for (const auto kind : {StepKind::alias, StepKind::archive})
            if (!ended_with(detail, kind, StepState::failed, FaultCode::mailbox_timeout)) return "no mailbox";
        return {};
    }
    auto addresses = mailbox->now.addresses;
    const bool has_alias =
        std::find(addresses.begin(), addresses.end(), alias_of(row.upn)) != addresses.end();
    if (row.alias_held) {
        if (has_alias || !ended_with(detail, StepKind::alias, StepState::failed, FaultCode::address_taken))
            return "alias of somebody else";
    } else if (!has_alias || addresses.size() != 2 || !is_done(detail, StepKind::alias)) {
        return "alias";
    }
    if (!mailbox->now.has_archive || !is_done(detail, StepKind::archive)) return "archive";
    if (!staff) return mailbox->now.hold || !mailbox->lists.empty() ? "hold or list of a plain mailbox" : "";
    if (row.other_hold) {
        if (mailbox->now.hold != row.other_hold ||
            !ended_with(detail, StepKind::litigation_hold, StepState::failed, FaultCode::hold_differs))
            return "hold of before";
    } else if (mailbox->now.hold != planned_hold || !is_done(detail, StepKind::litigation_hold)) {
        return "hold";
    }
    if (mailbox->lists != std::set{news, operators} || !is_done(detail, StepKind::distribution_groups))
        return "lists";
    return {};
}

void World::check_tasks(const Row& row, const EnrollmentDetail& detail, Verdicts& verdicts) {
    const auto complain = [&](std::int64_t& count, std::string_view what) {
        ++count;
        if (verdicts.examples.size() < 5) verdicts.examples.push_back(example(detail, what));
    };
    const auto* account = tenant_.account(detail.enrollment.made->id);
    if (account == nullptr || account->account.anchor != row.anchor)
        return complain(verdicts.wrong_person, "wrong person");
    if (row.expect != Expect::account) return complain(verdicts.wrong_person, "an account that must not be");
    ++verdicts.accounts;
    const auto wrong = wrong_at(row, detail, *account);
    if (!wrong.empty()) return complain(verdicts.wrong_settings, wrong);
    const auto* mailbox = mailboxes_.mailbox(account->account.id);
    if (mailbox == nullptr) {
        ++verdicts.sent_to_a_person;
        return;
    }
    ++verdicts.mailboxes;
    const auto* first = step_of(detail, StepKind::alias);
    if (!mailbox->complete_at || first == nullptr) return;
    const auto possible_at = std::max(mailbox->usable_at, first->since);
    const auto delay = std::max(*mailbox->complete_at - possible_at, Duration{});
    verdicts.delays.push_back(delay);
    if (delay > latest_completion) complain(verdicts.too_late, "too late");
}

}  // namespace uplift::sim
