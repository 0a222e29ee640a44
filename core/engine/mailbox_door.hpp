// MailboxDoor: Exchange Online of one tenant as the delayed tasks use it: the port, its pace, its rest when
// it does not answer or refuses our sign-in, shared looks for many accounts, and what was read of its rules.
//
// Engine thread only. Exchange throttles apart from Graph, so it has a pace of its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/engine/door.hpp"
#include "core/engine/ports/mailboxes.hpp"
#include "core/engine/signal.hpp"
#include "core/engine/tenant_door.hpp"

namespace uplift::engine {

class MailboxDoor : public Door {
 public:
    MailboxDoor(Mailboxes& mailboxes, Clock& clock, const TenantSettings& settings)
        : Door(clock, settings.writes_per_second), mailboxes_(mailboxes) {}

    // Whether the account has a mailbox. Who asks at the same time shares a request.
    boost::asio::awaitable<Outcome<std::optional<Mailbox>>> look(ObjectId account);
    // The domains that addresses may have, and the commands that our app may run, some minutes old at most.
    boost::asio::awaitable<Outcome<std::vector<std::string>>> accepted_domains();
    boost::asio::awaitable<Outcome<std::vector<std::string>>> cmdlets();

    // One change of a mailbox at a time: Exchange refuses two that meet. Coroutines that never end are
    // destroyed with the executor, after the door: a turn may outlive what it gives back to.
    class Turn {
     public:
        Turn(MailboxDoor& door, ObjectId account)
            : door_(&door), lives_(door.lives_), account_(std::move(account)) {}
        Turn(Turn&& other) noexcept
            : door_(std::exchange(other.door_, nullptr)),
              lives_(std::move(other.lives_)),
              account_(std::move(other.account_)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (door_ != nullptr && !lives_.expired()) door_->end_turn(account_);
        }

     private:
        MailboxDoor* door_;
        std::weak_ptr<const bool> lives_;
        ObjectId account_;
    };
    boost::asio::awaitable<Turn> turn(ObjectId account);

    Mailboxes& port() { return mailboxes_; }

 private:
    struct Shelf {
        std::optional<TimePoint> read_at;
        std::vector<std::string> things;
        bool under_way = false;
    };
    // Those who look together: one request, one answer for all.
    struct Company {
        std::set<ObjectId> accounts;
        std::optional<Outcome<std::vector<Mailbox>>> answer;
    };
    template <class Read>
    boost::asio::awaitable<Outcome<std::vector<std::string>>> fetch(Shelf& shelf, Read read);
    void end_turn(const ObjectId& account);

    Mailboxes& mailboxes_;
    Shelf domains_;
    Shelf cmdlets_;
    std::shared_ptr<Company> gathering_;
    std::set<ObjectId> in_turn_;
    Signal changed_;
    std::shared_ptr<const bool> lives_ = std::make_shared<const bool>(true);
};

}  // namespace uplift::engine
