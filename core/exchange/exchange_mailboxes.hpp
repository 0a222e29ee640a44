// The mailboxes of a tenant over Exchange Online's admin API: the engine's Mailboxes.
//
// One executor, one thread. Every call ends by its deadline; a write is one request, sent again only after a
// 401 (not carried out), with a new token. What replies mean is decided in reply.cpp. The API is the one that
// Microsoft's own PowerShell module uses; it is no published contract, so whatever it answers unexpectedly is
// said to be not understood.
#pragma once

#include <string>

#include "core/engine/ports/clock.hpp"
#include "core/engine/ports/entropy.hpp"
#include "core/engine/ports/mailboxes.hpp"
#include "core/exchange/invoker.hpp"
#include "core/http/client.hpp"
#include "core/http/token_source.hpp"

namespace uplift::exchange {

struct ExchangeSettings {
    http::BaseUrl exchange;  // https://outlook.office365.com, or the endpoint in its place
    std::string tenant;      // GUID or verified domain
};

class ExchangeMailboxes final : public engine::Mailboxes {
 public:
    // What is referred to must outlive the mailboxes and their calls. `tokens` are for Exchange's own scope.
    ExchangeMailboxes(const ExchangeSettings& settings,
                      http::Client& client,
                      http::TokenSource& tokens,
                      engine::Clock& clock,
                      engine::Entropy& entropy)
        : invoker_(client, tokens, clock, entropy, settings.exchange, settings.tenant) {}

    boost::asio::awaitable<Outcome<std::vector<Mailbox>>> find(std::vector<ObjectId> accounts,
                                                               TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<Mailbox>>> made_since(TimePoint since,
                                                                     TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Mailbox>> get(ObjectId account, TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::optional<Holder>>> find_recipient(std::string address,
                                                                          TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<std::string>>> get_accepted_domains(
        TimePoint deadline) override;
    boost::asio::awaitable<Outcome<std::vector<std::string>>> get_cmdlets(TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> add_addresses(ObjectId account,
                                                           std::vector<std::string> addresses,
                                                           AttemptId attempt,
                                                           TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> set_hold(ObjectId account,
                                                      LitigationHold hold,
                                                      AttemptId attempt,
                                                      TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> enable_archive(ObjectId account,
                                                            AttemptId attempt,
                                                            TimePoint deadline) override;
    boost::asio::awaitable<Outcome<Nothing>> add_list_member(GroupId list,
                                                             ObjectId account,
                                                             AttemptId attempt,
                                                             TimePoint deadline) override;

 private:
    // A write whose reply, where it shows an object, shows this one.
    boost::asio::awaitable<Outcome<Nothing>> write(Command command,
                                                   ObjectId account,
                                                   AttemptId attempt,
                                                   TimePoint deadline);
    Invoker invoker_;
};

}  // namespace uplift::exchange
