// Ablations: the protocol with one load-bearing part taken out, as the simulation's switches. Each is a known
// bug; the checker must catch it.
//
// They stand between the engine and its ports, so the product has no switch of the kind.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/engine/ports/mailboxes.hpp"
#include "core/engine/ports/queue.hpp"
#include "core/engine/ports/tenant.hpp"
#include "core/engine/ports/vault.hpp"
#include "tests/sim/crashing_queue.hpp"

namespace uplift::sim {

enum class Ablation : std::uint8_t {
    none,
    post_and_retry,        // no look-up, a lost reply is sent again, a conflict means "already there"
    suffix_on_conflict,    // the same, and where jdoe is taken: jdoe2
    no_intent_record,      // nothing of an attempt or a password survives a crash
    password_not_durable,  // the password is kept in memory only
    new_password_per_try,  // each attempt draws its own
    adopts_by_upn,         // an account with the planned name is taken for ours
    filter_unencoded,      // '+' in an anchor is not percent-encoded: the look-up finds nobody
    // Of the work `everything`
    seats_promised_twice,  // nobody stands in line: a seat is asked for whoever was promised it
    hold_written_blind,    // the hold that is there is not read
    wake_lost,             // a sweep that fails half-way moves the watermark all the same
    manager_waits_for_end  // a manager counts only when all their own steps have ended
};
inline constexpr Ablation all_ablations[] = {Ablation::post_and_retry,
                                             Ablation::suffix_on_conflict,
                                             Ablation::no_intent_record,
                                             Ablation::password_not_durable,
                                             Ablation::new_password_per_try,
                                             Ablation::adopts_by_upn,
                                             Ablation::filter_unencoded};
inline constexpr Ablation task_ablations[] = {Ablation::seats_promised_twice,
                                              Ablation::hold_written_blind,
                                              Ablation::wake_lost,
                                              Ablation::manager_waits_for_end};
bool of_tasks(Ablation ablation);
std::string_view word(Ablation ablation);
std::optional<Ablation> parse_ablation(std::string_view text);

using AnchorOf = std::function<Anchor(std::string_view upn)>;

// The tenant as the ablated engine sees it.
std::unique_ptr<engine::Tenant> ablate_tenant(Ablation ablation,
                                              engine::Tenant& tenant,
                                              engine::Vault& vault,
                                              AnchorOf anchor_of);

// The mailboxes as it sees them.
std::unique_ptr<engine::Mailboxes> ablate_mailboxes(Ablation ablation, engine::Mailboxes& mailboxes);

// A queue that forgets with its process what the ablation does not make durable. One a life of the engine.
class ForgetfulQueue : public CrashingQueue {
 public:
    ForgetfulQueue(engine::Queue& queue, Crash& crash, Ablation ablation)
        : CrashingQueue(queue, crash), ablation_(ablation) {}
    Awaitable<std::vector<engine::StepTask>> claim(engine::ClaimRequest request) override;
    Awaitable<engine::Recorded> record(engine::StepRecord record) override;
    Awaitable<engine::SeatVerdict> take_seats(EnrollmentId enrollment,
                                              std::vector<SkuId> skus,
                                              TimePoint now) override;
    Awaitable<std::int64_t> record_look(engine::MailboxLook look) override;
    Awaitable<std::vector<engine::MailboxWaiter>> mailbox_waiters(TenantName tenant,
                                                                  TimePoint probed_before,
                                                                  std::size_t limit) override;
    Awaitable<engine::PersonStanding> standing(TenantName tenant,
                                               Guid person,
                                               std::vector<Identity> names) override;

 private:
    struct Remembered {
        std::optional<Intent> intent;
        std::vector<Attempt> attempts;
    };
    Ablation ablation_;
    std::map<EnrollmentId, Remembered> in_memory_;
    int looks_ = 0;
};

}  // namespace uplift::sim
