#include "core/exchange/exchange_mailboxes.hpp"

#include <algorithm>

#include "core/exchange/shapes.hpp"
#include "core/text/utf8.hpp"

namespace uplift::exchange {
namespace asio = boost::asio;

namespace {

using Rows = std::vector<json::Value>;
using Found = std::vector<Mailbox>;
using Words = std::vector<std::string>;

// Never sent: an identity that is none could mean everybody.
Refused no_identity(Call call) {
    return Refused{
        .code = FaultCode::exchange_refused,
        .what = std::string(entry_of(call).doing) + ": the account's id is none, so nothing was sent",
        .cure = "Look at the person's account in Microsoft 365; then `upliftctl task retry`."};
}

bool shows(const json::Value& row, std::string_view account) {
    const auto id = row.get_string("ExternalDirectoryObjectId");
    return id && text::same_ignoring_case(*id, account);
}

// "Get-Mailbox,Set-Mailbox"
Words split(std::string_view list) {
    Words words;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (const auto word = text::trim(list.substr(0, comma)); !word.empty()) words.emplace_back(word);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return words;
}

}  // namespace

// ---- reads ----------------------------------------------------------------------------------------------

asio::awaitable<Outcome<Found>> ExchangeMailboxes::find(std::vector<ObjectId> accounts, TimePoint deadline) {
    constexpr auto call = Call::find_mailboxes;
    if (accounts.empty()) co_return Done<Found>{};
    if (accounts.size() > engine::most_accounts_a_look) co_return not_understood(call, "too many at once");
    std::vector<Identity> identities;
    for (const auto& account : accounts) {
        auto identity = Identity::of(account.value);
        if (!identity) co_return no_identity(call);
        identities.push_back(std::move(*identity));
    }
    const auto outcome = co_await invoker_.read(find_mailboxes(identities), deadline);
    const auto* rows = done_value(outcome);
    if (rows == nullptr) co_return without_value<Found>(outcome);
    Found found;
    for (const auto& row : *rows) {
        const bool asked = std::any_of(accounts.begin(), accounts.end(), [&](const ObjectId& account) {
            return shows(row, account.value);
        });
        if (!asked) co_return alarm(call, "the reply shows a mailbox that was not asked for");
        auto mailbox = mailbox_in(row);
        if (!mailbox) co_return not_understood(call, "the reply is not understood");
        found.push_back(std::move(*mailbox));
    }
    co_return Done<Found>{std::move(found)};
}

asio::awaitable<Outcome<Found>> ExchangeMailboxes::made_since(TimePoint since, TimePoint deadline) {
    constexpr auto call = Call::find_new_mailboxes;
    const auto outcome = co_await invoker_.read(find_new_mailboxes(since), deadline);
    const auto* rows = done_value(outcome);
    if (rows == nullptr) co_return without_value<Found>(outcome);
    Found found;
    for (const auto& row : *rows) {
        if (is_without_account(row)) continue;
        auto mailbox = mailbox_in(row);
        if (!mailbox) co_return not_understood(call, "the reply is not understood");
        found.push_back(std::move(*mailbox));
    }
    co_return Done<Found>{std::move(found)};
}

asio::awaitable<Outcome<Mailbox>> ExchangeMailboxes::get(ObjectId account, TimePoint deadline) {
    constexpr auto call = Call::get_mailbox;
    const auto identity = Identity::of(account.value);
    if (!identity) co_return no_identity(call);
    const auto outcome = co_await invoker_.read(get_mailbox(*identity), deadline);
    const auto* rows = done_value(outcome);
    if (rows == nullptr) co_return without_value<Mailbox>(outcome);
    if (rows->empty()) co_return NotYet{.what = "the mailbox"};
    if (rows->size() > 1 || !shows(rows->front(), account.value))
        co_return alarm(call, "the reply is about another mailbox");
    auto mailbox = mailbox_in(rows->front());
    if (!mailbox) co_return not_understood(call, "the reply is not understood");
    co_return Done<Mailbox>{std::move(*mailbox)};
}

asio::awaitable<Outcome<std::optional<Holder>>> ExchangeMailboxes::find_recipient(std::string address,
                                                                                  TimePoint deadline) {
    using Held = std::optional<Holder>;
    constexpr auto call = Call::find_recipient;
    if (address.empty()) co_return Done<Held>{};
    const auto outcome = co_await invoker_.read(exchange::find_recipient(address), deadline);
    const auto* rows = done_value(outcome);
    if (rows == nullptr) co_return without_value<Held>(outcome);
    if (rows->empty()) co_return Done<Held>{};
    const auto& row = rows->front();
    if (!has_address(row, address)) co_return alarm(call, "the reply shows somebody without the address");
    auto holder = holder_in(row);
    if (!holder) co_return not_understood(call, "the reply is not understood");
    co_return Done<Held>{std::move(holder)};
}

asio::awaitable<Outcome<Words>> ExchangeMailboxes::get_accepted_domains(TimePoint deadline) {
    const auto outcome = co_await invoker_.read(exchange::get_accepted_domains(), deadline);
    const auto* rows = done_value(outcome);
    if (rows == nullptr) co_return without_value<Words>(outcome);
    Words domains;
    for (const auto& row : *rows) {
        const auto name = row.get_string("DomainName");
        if (!name || name->empty())
            co_return not_understood(Call::get_accepted_domains, "the reply is not understood");
        domains.push_back(text::lower(*name));
    }
    co_return Done<Words>{std::move(domains)};
}

asio::awaitable<Outcome<Words>> ExchangeMailboxes::get_cmdlets(TimePoint deadline) {
    const auto outcome = co_await invoker_.read_module(deadline);
    const auto* rows = done_value(outcome);
    if (rows == nullptr) co_return without_value<Words>(outcome);
    const auto list = rows->empty() ? std::nullopt : rows->front().get_string("exportedCmdlets");
    if (!list) co_return not_understood(Call::get_cmdlets, "the reply is not understood");
    co_return Done<Words>{split(*list)};
}

// ---- writes ---------------------------------------------------------------------------------------------

asio::awaitable<Outcome<Nothing>> ExchangeMailboxes::write(Command command,
                                                           ObjectId account,
                                                           AttemptId attempt,
                                                           TimePoint deadline) {
    const auto call = command.call;
    const auto outcome = co_await invoker_.write(std::move(command), std::move(attempt), deadline);
    const auto* rows = done_value(outcome);
    if (rows == nullptr) co_return without_value<Nothing>(outcome);
    // Most commands print nothing.
    for (const auto& row : *rows)
        if (!is_without_account(row) && !shows(row, account.value))
            co_return alarm(call, "the reply is about another object");
    co_return Done<Nothing>{};
}

asio::awaitable<Outcome<Nothing>> ExchangeMailboxes::add_addresses(ObjectId account,
                                                                   std::vector<std::string> addresses,
                                                                   AttemptId attempt,
                                                                   TimePoint deadline) {
    if (addresses.empty()) co_return Done<Nothing>{};
    const auto identity = Identity::of(account.value);
    if (!identity) co_return no_identity(Call::add_addresses);
    auto command = exchange::add_addresses(*identity, addresses);
    co_return co_await write(std::move(command), std::move(account), std::move(attempt), deadline);
}

asio::awaitable<Outcome<Nothing>> ExchangeMailboxes::set_hold(ObjectId account,
                                                              LitigationHold hold,
                                                              AttemptId attempt,
                                                              TimePoint deadline) {
    const auto identity = Identity::of(account.value);
    if (!identity) co_return no_identity(Call::set_hold);
    auto command = exchange::set_hold(*identity, hold);
    co_return co_await write(std::move(command), std::move(account), std::move(attempt), deadline);
}

asio::awaitable<Outcome<Nothing>> ExchangeMailboxes::enable_archive(ObjectId account,
                                                                    AttemptId attempt,
                                                                    TimePoint deadline) {
    const auto identity = Identity::of(account.value);
    if (!identity) co_return no_identity(Call::enable_archive);
    auto command = exchange::enable_archive(*identity);
    co_return co_await write(std::move(command), std::move(account), std::move(attempt), deadline);
}

asio::awaitable<Outcome<Nothing>> ExchangeMailboxes::add_list_member(GroupId list,
                                                                     ObjectId account,
                                                                     AttemptId attempt,
                                                                     TimePoint deadline) {
    const auto group = Identity::of(list.value);
    const auto member = Identity::of(account.value);
    if (!group || !member) co_return no_identity(Call::add_list_member);
    auto command = exchange::add_list_member(*group, *member);
    co_return co_await write(std::move(command), std::move(account), std::move(attempt), deadline);
}

}  // namespace uplift::exchange
