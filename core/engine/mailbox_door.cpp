#include "core/engine/mailbox_door.hpp"

#include <algorithm>

namespace uplift::engine {
namespace {

namespace asio = boost::asio;

constexpr Duration rules_age = std::chrono::minutes{15};
// So long a look waits for others to share its request.
constexpr Duration company_wait = std::chrono::milliseconds{50};

}  // namespace

asio::awaitable<Outcome<std::optional<Mailbox>>> MailboxDoor::look(ObjectId account) {
    const bool first = gathering_ == nullptr;
    if (first) gathering_ = std::make_shared<Company>();
    const auto company = gathering_;
    company->accounts.insert(account);
    if (!first && company->accounts.size() == most_accounts_a_look) gathering_.reset();
    if (first) {
        co_await clock_.sleep_until(clock_.now() + company_wait);
        if (gathering_ == company) gathering_.reset();
        std::vector<ObjectId> accounts(company->accounts.begin(), company->accounts.end());
        auto find = [this, &accounts](TimePoint deadline) { return mailboxes_.find(accounts, deadline); };
        company->answer = co_await read<std::vector<Mailbox>>(find);
        changed_.notify_all();
    }
    while (!company->answer) co_await changed_.wait();
    const auto* found = done_value(*company->answer);
    if (found == nullptr) {
        auto outcome = without_value<std::optional<Mailbox>>(*company->answer);
        co_return outcome;
    }
    const auto ours = std::find_if(
        found->begin(), found->end(), [&](const Mailbox& mailbox) { return mailbox.account == account; });
    Done<std::optional<Mailbox>> done;
    if (ours != found->end()) done.value = *ours;
    Outcome<std::optional<Mailbox>> outcome = std::move(done);
    co_return outcome;
}

template <class Read>
asio::awaitable<Outcome<std::vector<std::string>>> MailboxDoor::fetch(Shelf& shelf, Read ask) {
    while (shelf.under_way) co_await changed_.wait();
    if (shelf.read_at && clock_.now() < *shelf.read_at + rules_age) {
        Outcome<std::vector<std::string>> known = Done<std::vector<std::string>>{shelf.things};
        co_return known;
    }
    shelf.under_way = true;
    auto outcome = co_await read<std::vector<std::string>>(std::move(ask));
    if (const auto* things = done_value(outcome)) {
        shelf.things = *things;
        shelf.read_at = clock_.now();
    }
    shelf.under_way = false;
    changed_.notify_all();
    co_return outcome;
}

asio::awaitable<Outcome<std::vector<std::string>>> MailboxDoor::accepted_domains() {
    auto ask = [this](TimePoint deadline) { return mailboxes_.get_accepted_domains(deadline); };
    return fetch(domains_, std::move(ask));
}

asio::awaitable<Outcome<std::vector<std::string>>> MailboxDoor::cmdlets() {
    auto ask = [this](TimePoint deadline) { return mailboxes_.get_cmdlets(deadline); };
    return fetch(cmdlets_, std::move(ask));
}

asio::awaitable<MailboxDoor::Turn> MailboxDoor::turn(ObjectId account) {
    while (in_turn_.contains(account)) co_await changed_.wait();
    in_turn_.insert(account);
    Turn turn(*this, std::move(account));
    co_return turn;
}

void MailboxDoor::end_turn(const ObjectId& account) {
    in_turn_.erase(account);
    changed_.notify_all();
}

}  // namespace uplift::engine
