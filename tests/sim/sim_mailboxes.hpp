// SimMailboxes: the Exchange Online of a SimTenant, seen through the same bad network.
//
// A licence with an Exchange plan is followed by a mailbox, some minutes to a day later, in bursts, out of
// order, or never. Its stamp is of Exchange's own clock; lists show it later than the stamp says, and
// commands take it later still. It outlives the engine's crashes. What was written is counted, for the
// checker.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/engine/ports/mailboxes.hpp"
#include "tests/sim/sim_tenant.hpp"

namespace uplift::sim {

// When mailboxes come. Chances are per mille of mailboxes.
struct MailboxWeather {
    Duration soonest = std::chrono::minutes{1};
    Duration usual_most = std::chrono::minutes{30};
    Duration latest = std::chrono::hours{24};
    unsigned slow = 250;   // take up to the latest
    unsigned burst = 300;  // appear together with others, at the full half hour
    unsigned never = 0;
    // Lists show a mailbox only so long after its stamp.
    Duration listed_lag = std::chrono::minutes{2};
    unsigned listed_late = 50;  // those that lists show very much later
    Duration listed_late_lag = std::chrono::minutes{50};
    Duration usable_lag = std::chrono::minutes{3};   // from listed to commands that find it
    Duration clock_ahead = std::chrono::minutes{0};  // Exchange's clock against ours
    Duration stale = std::chrono::seconds{10};       // reads after a write
};

struct SimMailbox {
    Mailbox now, before;
    TimePoint listed_at, usable_at, seen_at;
    std::set<GroupId> lists;
    std::optional<TimePoint> complete_at;  // the last write that changed it
};

class SimMailboxes : public engine::Mailboxes {
 public:
    SimMailboxes(SimTenant& tenant,
                 engine::Clock& clock,
                 Crash& crash,
                 Faults faults,
                 MailboxWeather weather,
                 Seed seed)
        : tenant_(tenant),
          clock_(clock),
          weather_(weather),
          chance_(seed),
          wire_(clock, crash, faults, chance_) {}

    // ---- the world's side --------------------------------------------------------------------------
    // The account's licences have changed: its mailbox is on the way, if they give one.
    void licensed(const SimAccount& account);
    // There since long ago.
    SimMailbox& put_mailbox(const SimAccount& account);
    void put_domain(std::string name) { domains_.push_back(std::move(name)); }
    void put_list(GroupId list) { lists_.insert(std::move(list)); }
    void put_holder(std::string address, Holder holder);
    void take_cmdlet(const std::string& name) { std::erase(cmdlets_, name); }
    [[nodiscard]] const SimMailbox* mailbox(const ObjectId& account) const;
    // There, or on its way.
    [[nodiscard]] bool will_come(const ObjectId& account) const { return mailboxes_.contains(account); }
    // Effects that must not happen twice, or not at all: a hold written over another, a second archive.
    [[nodiscard]] std::int64_t repeated_effects() const { return repeated_effects_; }
    // Writes that found everything as they wanted it.
    [[nodiscard]] std::int64_t needless_writes() const { return needless_writes_; }
    [[nodiscard]] const Wire& wire() const { return wire_; }
    void settle_all() { wire_.settle(); }
    void calm() { wire_.calm(); }

    // ---- the port ----------------------------------------------------------------------------------
    template <class T>
    using Answer = boost::asio::awaitable<Outcome<T>>;

    Answer<std::vector<Mailbox>> find(std::vector<ObjectId> accounts, TimePoint deadline) override;
    Answer<std::vector<Mailbox>> made_since(TimePoint since, TimePoint deadline) override;
    Answer<Mailbox> get(ObjectId account, TimePoint deadline) override;
    Answer<std::optional<Holder>> find_recipient(std::string address, TimePoint deadline) override;
    Answer<std::vector<std::string>> get_accepted_domains(TimePoint deadline) override;
    Answer<std::vector<std::string>> get_cmdlets(TimePoint deadline) override;
    Answer<Nothing> add_addresses(ObjectId account,
                                  std::vector<std::string> addresses,
                                  AttemptId attempt,
                                  TimePoint deadline) override;
    Answer<Nothing> set_hold(ObjectId account,
                             LitigationHold hold,
                             AttemptId attempt,
                             TimePoint deadline) override;
    Answer<Nothing> enable_archive(ObjectId account, AttemptId attempt, TimePoint deadline) override;
    Answer<Nothing> add_list_member(GroupId list,
                                    ObjectId account,
                                    AttemptId attempt,
                                    TimePoint deadline) override;

 private:
    Outcome<Nothing> apply_addresses(const ObjectId& account, const std::vector<std::string>& addresses);
    Outcome<Nothing> apply_hold(const ObjectId& account, const LitigationHold& hold);
    Outcome<Nothing> apply_archive(const ObjectId& account);
    Outcome<Nothing> apply_list_member(const GroupId& list, const ObjectId& account);
    Duration draw_delay();
    SimMailbox fresh(const SimAccount& account) const;
    // What commands find.
    SimMailbox* usable(const ObjectId& account);
    void changes(SimMailbox& mailbox);
    const Mailbox& shown(const SimMailbox& mailbox) const;

    SimTenant& tenant_;
    engine::Clock& clock_;
    MailboxWeather weather_;
    Chance chance_;
    Wire wire_;
    std::map<ObjectId, SimMailbox> mailboxes_;
    std::set<ObjectId> never_;
    std::multimap<TimePoint, ObjectId> by_stamp_;
    std::map<std::string, Holder> holders_;  // of addresses, folded
    std::vector<std::string> domains_;
    std::set<GroupId> lists_;
    std::vector<std::string> cmdlets_{"Add-DistributionGroupMember",
                                      "Enable-Mailbox",
                                      "Get-AcceptedDomain",
                                      "Get-Mailbox",
                                      "Get-Recipient",
                                      "Set-Mailbox"};
    std::int64_t repeated_effects_ = 0, needless_writes_ = 0;
};

}  // namespace uplift::sim
