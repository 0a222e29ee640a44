#include "core/engine/mailbox_watch.hpp"

#include <algorithm>
#include <set>

namespace uplift::engine {
namespace {

namespace asio = boost::asio;

// Mailboxes show out of order, and late: a sweep asks again for what the ones before it may have missed.
constexpr Duration overlap = std::chrono::hours{1};
// Where nothing was seen yet, the first sweep begins so long before the oldest wait.
constexpr Duration first_reach = std::chrono::hours{24};
constexpr Duration probed_every = std::chrono::hours{24};
// Somebody may be new in the line: it is looked at this often while nobody waits.
constexpr Duration idle_look = std::chrono::seconds{30};
// Without a history of the tenant: Microsoft says within 24 h, and it is mostly under 30 minutes.
constexpr Duration likely_unknown = std::chrono::minutes{30};

}  // namespace

Duration look_interval(const MailboxStanding& standing, const TenantSettings& settings, TimePoint now) {
    const auto shortest = settings.mailbox_poll_shortest;
    const auto longest = settings.mailbox_poll_longest;
    if (!standing.youngest_since) return longest;
    const auto likely =
        std::max(standing.usual.arrivals > 0 ? standing.usual.most : likely_unknown, shortest);
    const auto age = now - *standing.youngest_since;
    if (age <= likely) return shortest;
    // After that ever thinner: it doubles with each further span in which the mailbox should have come.
    const auto spans = std::min<std::int64_t>((age - likely) / likely + 1, 20);
    return std::clamp(shortest * (std::int64_t{1} << spans), shortest, longest);
}

std::size_t probes_an_interval(std::int64_t waiting, Duration interval) {
    const auto a_set = probed_every * static_cast<std::int64_t>(most_accounts_a_look);
    const auto sets = (waiting * interval.count() + a_set.count() - 1) / a_set.count();
    return static_cast<std::size_t>(std::max<std::int64_t>(sets, 1));
}

MailboxWatch::MailboxWatch(asio::any_io_executor executor,
                           Ports ports,
                           TenantName tenant,
                           MailboxDoor& door,
                           const TenantSettings& settings)
    : ports_(ports),
      tenant_(std::move(tenant)),
      door_(door),
      settings_(settings),
      bell_(std::move(executor), ports.clock) {}

asio::awaitable<void> MailboxWatch::run() {
    while (mode_ == Mode::running) {
        const auto standing = co_await ports_.queue.mailbox_standing(tenant_);
        const auto now = ports_.clock.now();
        auto next = now + idle_look;
        if (standing.waiting > 0) {
            const auto interval = look_interval(standing, settings_, now);
            const auto last =
                std::max(standing.looked_at.value_or(TimePoint{}), tried_at_.value_or(TimePoint{}));
            // A clock that was set back must not keep us from looking.
            const auto due = last > now ? now : last + interval;
            if (due <= now) {
                tried_at_ = now;
                co_await look(standing, interval);
                next = ports_.clock.now() + std::min(interval, idle_look);
            } else {
                next = std::min(due, next);
            }
        }
        if (mode_ == Mode::running) co_await bell_.wait_until(next);
    }
}

asio::awaitable<void> MailboxWatch::look(const MailboxStanding& standing, Duration interval) {
    MailboxLook look{.tenant = tenant_, .now = {}, .swept_to = {}, .arrived = {}, .not_there = {}};
    if (!co_await sweep(standing, look)) co_return;
    const auto limit = probes_an_interval(standing.waiting, interval) * most_accounts_a_look;
    const auto before = ports_.clock.now() - probed_every + interval;
    const auto waiters = co_await ports_.queue.mailbox_waiters(tenant_, before, limit);
    co_await probe(waiters, look);
    look.now = ports_.clock.now();
    const auto woken = co_await ports_.queue.record_look(std::move(look));
    ports_.journal.write(Level::debug,
                         "looked for mailboxes",
                         {{"tenant", tenant_.value},
                          {"waiting", std::to_string(standing.waiting)},
                          {"probed", std::to_string(waiters.size())},
                          {"woken", std::to_string(woken)},
                          {"sweeps", std::to_string(sweeps_)},
                          {"probes", std::to_string(probes_)}});
    if (woken > 0 && on_woken) on_woken();
}

asio::awaitable<bool> MailboxWatch::sweep(const MailboxStanding& standing, MailboxLook& look) {
    const auto since = standing.watermark ? *standing.watermark - overlap
                                          : standing.oldest_since.value_or(ports_.clock.now()) - first_reach;
    auto ask = [this, since](TimePoint deadline) { return door_.port().made_since(since, deadline); };
    const auto outcome = co_await door_.read<std::vector<Mailbox>>(ask);
    const auto* made = done_value(outcome);
    if (made == nullptr) co_return false;
    ++sweeps_;
    auto newest = standing.watermark.value_or(since);
    for (const auto& mailbox : *made) {
        if (mailbox.created_at) newest = std::max(newest, *mailbox.created_at);
        look.arrived.push_back({.account = mailbox.account, .created_at = mailbox.created_at});
    }
    look.swept_to = newest;
    co_return true;
}

asio::awaitable<void> MailboxWatch::probe(const std::vector<MailboxWaiter>& waiters, MailboxLook& look) {
    for (std::size_t at = 0; at < waiters.size(); at += most_accounts_a_look) {
        const auto end = std::min(at + most_accounts_a_look, waiters.size());
        std::vector<ObjectId> accounts;
        for (auto i = at; i < end; ++i) accounts.push_back(waiters[i].account);
        auto find = [this, &accounts](TimePoint deadline) { return door_.port().find(accounts, deadline); };
        const auto outcome = co_await door_.read<std::vector<Mailbox>>(find);
        const auto* found = done_value(outcome);
        if (found == nullptr) co_return;  // those who were not asked for come next time
        ++probes_;
        std::set<ObjectId> there;
        for (const auto& mailbox : *found) {
            there.insert(mailbox.account);
            look.arrived.push_back({.account = mailbox.account, .created_at = mailbox.created_at});
        }
        for (auto i = at; i < end; ++i)
            if (!there.contains(waiters[i].account)) look.not_there.push_back(waiters[i].enrollment);
    }
}

void MailboxWatch::stop() {
    mode_ = Mode::stopping;
    bell_.ring();
}

}  // namespace uplift::engine
