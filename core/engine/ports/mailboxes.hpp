// Mailboxes: Exchange Online of one tenant, as far as the delayed management tasks need it.
//
// Implemented by exchange/ and tests/sim. What an adapter promises: a write is one request, never resent
// here; every call ends by its deadline; no command leaves without an identity; what comes back is of the
// account that was asked for, or the outcome is Unknown; reads are whole (all pages) or not given at all.
// NotYet is said where Exchange does not know the account: listed is not usable, and a replica may lag.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/model/mailbox.hpp"
#include "core/model/outcome.hpp"

namespace uplift::engine {

// Accounts that one look may ask for (exchange.md: how many -or terms fit is not documented; 20 does).
inline constexpr std::size_t most_accounts_a_look = 20;

class Mailboxes {
 public:
    virtual ~Mailboxes() = default;

    // ---- reads -------------------------------------------------------------------------------------
    // The mailboxes that exist among `accounts` (at most most_accounts_a_look), in any order.
    virtual boost::asio::awaitable<Outcome<std::vector<Mailbox>>> find(std::vector<ObjectId> accounts,
                                                                       TimePoint deadline) = 0;
    // Those made at `since` or later by Exchange's own clock, all of them.
    virtual boost::asio::awaitable<Outcome<std::vector<Mailbox>>> made_since(TimePoint since,
                                                                             TimePoint deadline) = 0;
    // One mailbox by itself, the freshest read there is. NotYet where commands do not find it.
    virtual boost::asio::awaitable<Outcome<Mailbox>> get(ObjectId account, TimePoint deadline) = 0;
    // Who holds an address; nothing: it is free.
    virtual boost::asio::awaitable<Outcome<std::optional<Holder>>> find_recipient(std::string address,
                                                                                  TimePoint deadline) = 0;
    // Domains that addresses may have, lower case.
    virtual boost::asio::awaitable<Outcome<std::vector<std::string>>> get_accepted_domains(
        TimePoint deadline) = 0;
    // The cmdlets that our app may run.
    virtual boost::asio::awaitable<Outcome<std::vector<std::string>>> get_cmdlets(TimePoint deadline) = 0;

    // ---- writes: set-like, repeating one is safe ----------------------------------------------------
    // Adds addresses; never replaces, never touches the primary. Conflict: somebody holds one of them.
    virtual boost::asio::awaitable<Outcome<Nothing>> add_addresses(ObjectId account,
                                                                   std::vector<std::string> addresses,
                                                                   AttemptId attempt,
                                                                   TimePoint deadline) = 0;
    virtual boost::asio::awaitable<Outcome<Nothing>> set_hold(ObjectId account,
                                                              LitigationHold hold,
                                                              AttemptId attempt,
                                                              TimePoint deadline) = 0;
    // `done` also where there is one already.
    virtual boost::asio::awaitable<Outcome<Nothing>> enable_archive(ObjectId account,
                                                                    AttemptId attempt,
                                                                    TimePoint deadline) = 0;
    // `done` also when the account is a member already.
    virtual boost::asio::awaitable<Outcome<Nothing>> add_list_member(GroupId list,
                                                                     ObjectId account,
                                                                     AttemptId attempt,
                                                                     TimePoint deadline) = 0;
};

}  // namespace uplift::engine
