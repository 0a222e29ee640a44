#include "tests/sandbox/exchange/mailbox_life.hpp"

#include <algorithm>
#include <cmath>

#include "tests/sandbox/exchange/capabilities.hpp"
#include "tests/sandbox/fault_script.hpp"
#include "tests/sandbox/text.hpp"

namespace uplift::sandbox::exchange {
namespace {

struct Arrival {
    TimePoint created;
    TimePoint listed;
    TimePoint usable;
};

constexpr Arrival never{TimePoint::max(), TimePoint::max(), TimePoint::max()};

Clock::duration span(Seconds time) { return std::chrono::duration_cast<Clock::duration>(time); }

const MailboxRule* rule_for(const MailboxTiming& timing, std::string_view upn) {
    const std::string name = lower(upn);
    for (const auto& rule : timing.rules)
        if (glob_matches(lower(rule.users), name)) return &rule;
    return nullptr;
}

MailboxRule::Kind kind_for(const MailboxTiming& timing, const MailboxRule* rule, Random& random) {
    if (rule != nullptr) return rule->kind;
    const double dice = random.fraction();
    if (dice < timing.never_share) return MailboxRule::Kind::never;
    if (dice < timing.never_share + timing.late_share) return MailboxRule::Kind::late;
    return MailboxRule::Kind::drawn;
}

// Arrivals of a burst come together, at the next multiple of its length.
TimePoint gathered(TimePoint at, Seconds burst) {
    if (burst.count() <= 0) return at;
    const double since_epoch = Seconds(at.time_since_epoch()).count();
    return TimePoint(span(Seconds(std::ceil(since_epoch / burst.count()) * burst.count())));
}

Arrival arrival_of(const MailboxTiming& timing, const User& user, Random& random, TimePoint now) {
    const MailboxRule* rule = rule_for(timing, user.value(TextProperty::userPrincipalName));
    const auto kind = kind_for(timing, rule, random);
    const Spread& delay = kind == MailboxRule::Kind::late ? timing.late
                          : rule != nullptr               ? rule->delay
                                                          : timing.delay;
    const Spread& lag = rule != nullptr && rule->lag ? *rule->lag : timing.lag;
    // All dice are thrown every time: what one user gets does not depend on the rule of another.
    const Seconds until_listed = delay.drawn(random) * timing.scale;
    const Seconds until_usable = lag.drawn(random) * timing.scale;
    const Seconds older = timing.list_lag.drawn(random) * timing.scale;
    if (kind == MailboxRule::Kind::never) return never;
    const TimePoint listed = gathered(now + span(until_listed), timing.burst * timing.scale);
    return {std::max(now, listed - span(older)), listed, listed + span(until_usable)};
}

void schedule(Tenant& tenant, UserPosition user, Mailbox& box, const Arrival& arrival) {
    box.state = MailboxState::awaited;
    // One that was there before keeps its date, and so is older than any watermark.
    if (box.guid.empty()) box.created_at = arrival.created;
    box.listed_at = arrival.listed;
    box.usable_at = arrival.usable;
    if (arrival.listed != TimePoint::max()) tenant.mailboxes.expect(user, arrival.listed);
    tenant.directory.facts(user).mailbox_at = arrival.listed;
}

void add_address_if_free(const Tenant& tenant,
                         User& user,
                         const std::string& prefix,
                         const std::string& address) {
    for (const auto& own : user.proxy_addresses)
        if (same_ignoring_case(without_prefix(own), address)) return;
    if (!tenant.address_holder(address, user.id)) user.proxy_addresses.push_back(prefix + address);
}

// Exchange stamps the addresses; Entra shows them soon after.
void stamp_addresses(Tenant& tenant, UserPosition position, TimePoint now) {
    User user = tenant.directory.truth(position);
    const bool has_primary = std::any_of(user.proxy_addresses.begin(),
                                         user.proxy_addresses.end(),
                                         [](auto& own) { return own.starts_with("SMTP:"); });
    if (!has_primary)
        add_address_if_free(tenant, user, "SMTP:", std::string(user.value(TextProperty::userPrincipalName)));
    for (const auto& domain : tenant.domains) {
        if (!domain.initial) continue;
        const std::string alias(user.value(TextProperty::mailNickname));
        add_address_if_free(tenant, user, "smtp:", alias + "@" + domain.name);
    }
    for (const auto& address : user.proxy_addresses)
        if (address.starts_with("SMTP:")) user.set(TextProperty::mail, address.substr(5));
    tenant.directory.replace(position, std::move(user), now);
}

void appear(Tenant& tenant, UserPosition position, Mailbox& box, TimePoint now) {
    box.state = MailboxState::present;
    if (box.guid.empty()) {
        box.guid = tenant.mailboxes.random.guid();
        // What Exchange shows and filters by has whole seconds.
        box.created_at = std::chrono::floor<std::chrono::seconds>(box.created_at);
        tenant.mailboxes.index(box.guid, position);
    }
    stamp_addresses(tenant, position, now);
}

void disappear(Tenant& tenant, UserPosition position, Mailbox& box, TimePoint now) {
    tenant.directory.facts(position).mailbox_at.reset();
    if (box.state == MailboxState::soft_deleted) return;
    if (box.guid.empty()) return tenant.mailboxes.erase(position);
    box.state = MailboxState::soft_deleted;
    box.removed_at = now;
    box.behind.reset();
}

}  // namespace

void refresh_mailbox(Tenant& tenant, UserPosition position, TimePoint now) {
    const User& user = tenant.directory.truth(position);
    Mailbox* box = tenant.mailboxes.find(position);
    const bool entitled = user.presence == Presence::active && capabilities_of(tenant, user).mailbox;
    if (!entitled) {
        if (box != nullptr) disappear(tenant, position, *box, now);
        return;
    }
    if (box != nullptr && box->state != MailboxState::soft_deleted) return;
    const bool elsewhere = tenant.directory.facts(position).mailbox_on_premises;
    const Arrival arrival =
        elsewhere ? never : arrival_of(tenant.settings.mailboxes, user, tenant.mailboxes.random, now);
    schedule(tenant, position, box == nullptr ? tenant.mailboxes.add(position) : *box, arrival);
}

void settle_defined_mailbox(Tenant& tenant, UserPosition position, TimePoint since) {
    const User& user = tenant.directory.truth(position);
    if (user.presence != Presence::active || !capabilities_of(tenant, user).mailbox) return;
    const MailboxRule* rule =
        rule_for(tenant.settings.mailboxes, user.value(TextProperty::userPrincipalName));
    const bool absent = tenant.directory.facts(position).mailbox_on_premises ||
                        (rule != nullptr && rule->kind == MailboxRule::Kind::never);
    Mailbox& box = tenant.mailboxes.add(position);
    schedule(tenant, position, box, absent ? never : Arrival{since, since, since});
    settle_mailboxes(tenant, since);
}

void settle_mailboxes(Tenant& tenant, TimePoint now) {
    while (const auto position = tenant.mailboxes.due(now)) {
        Mailbox* box = tenant.mailboxes.find(*position);
        // Taken away meanwhile, or put off: then another entry of the queue is the right one.
        if (box == nullptr || box->state != MailboxState::awaited || box->listed_at > now) continue;
        appear(tenant, *position, *box, box->listed_at);
    }
}

void reschedule_mailbox(Tenant& tenant, UserPosition position, TimePoint listed, TimePoint usable) {
    Mailbox* box = tenant.mailboxes.find(position);
    if (box == nullptr) return;
    if (box->state == MailboxState::present) {
        box->usable_at = usable;
    } else if (box->state == MailboxState::awaited) {
        schedule(tenant, position, *box, {listed, listed, usable});
    }
}

}  // namespace uplift::sandbox::exchange
